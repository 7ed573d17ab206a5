/**
 * What a broker knows of the cluster: an immutable picture, made by the controller with every change and reaching each broker after
 * `metadataDelayMs`, so that it can be stale (KRaft's MetadataImage and MetadataCache).
 */
import { hasHeard } from './metadata-faults.ts'
import type { ClusterState, Partition } from './state.ts'

export interface MetadataImage {
  readonly version: number
  /** Those that are up, in the order of their ids. */
  readonly brokers: readonly number[]
  readonly topics: ReadonlyMap<string, TopicImage>
  /** Topic id → name. */
  readonly names: ReadonlyMap<string, string>
}

export interface TopicImage {
  readonly name: string
  readonly topicId: string
  readonly internal: boolean
  readonly partitions: readonly PartitionImage[]
}

export interface PartitionImage {
  readonly replica: number
  readonly leader: number | null
  readonly leaderEpoch: number
}

export const emptyImage: MetadataImage = { version: 0, brokers: [], topics: new Map(), names: new Map() }

export function takeImage(state: ClusterState): MetadataImage {
  const brokers = [...state.brokers.values()].filter(({ up }) => up).map(({ id }) => id)
  const topics = new Map<string, TopicImage>()
  const names = new Map<string, string>()
  for (const { name, topicId, internal, partitions } of state.topics.values()) {
    names.set(topicId, name)
    topics.set(name, {
      name,
      topicId,
      internal,
      partitions: partitions.map(({ replica, leader, leaderEpoch }) => ({ replica, leader, leaderEpoch })),
    })
  }
  return { version: state.image.version + 1, brokers, topics, names }
}

/**
 * The partition, if this broker leads it; else the error that Kafka has (ReplicaManager.getPartitionOrException): what the broker has
 * not heard of is unknown to it, also when it is to lead it. Who leads is the truth, not the image: with one copy, that moves at once.
 */
export function ledBy(
  state: ClusterState,
  broker: number,
  topic: string,
  partition: number,
): Partition | 'UNKNOWN_TOPIC_OR_PARTITION' | 'NOT_LEADER_OR_FOLLOWER' | 'KAFKA_STORAGE_ERROR' {
  const self = state.brokers.get(broker)
  const known = self?.image.topics.get(topic)
  if (self === undefined || known === undefined || known.partitions[partition] === undefined)
    return 'UNKNOWN_TOPIC_OR_PARTITION'
  const real = state.topics.get(topic)
  const found = real?.topicId === known.topicId ? real.partitions[partition] : undefined
  if (found === undefined) return 'UNKNOWN_TOPIC_OR_PARTITION'
  // Its log directory is offline (ReplicaManager.getPartitionOrError).
  if (found.replica === broker && self.disk === 'failed') return 'KAFKA_STORAGE_ERROR'
  return found.leader === broker && hasHeard(self, topic, partition) ? found : 'NOT_LEADER_OR_FOLLOWER'
}

/** Partition.checkCurrentLeaderEpoch (KIP-320). -1: the client does not say. */
export function epochError(
  partition: Partition,
  currentLeaderEpoch: number,
): 'FENCED_LEADER_EPOCH' | 'UNKNOWN_LEADER_EPOCH' | undefined {
  if (currentLeaderEpoch === -1 || currentLeaderEpoch === partition.leaderEpoch) return undefined
  return currentLeaderEpoch < partition.leaderEpoch ? 'FENCED_LEADER_EPOCH' : 'UNKNOWN_LEADER_EPOCH'
}
