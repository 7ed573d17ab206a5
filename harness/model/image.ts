/**
 * What a broker knows of the cluster: an immutable picture, made by the controller with every change and reaching each broker after
 * `metadataDelayMs`, so that it can be stale (KRaft's MetadataImage and MetadataCache).
 */
import { hasHeard } from './metadata-faults.ts'
import { isLone, type Replica, replicaOn } from './replication/replica.ts'
import type { ClusterState } from './state.ts'

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
  readonly replicas: readonly number[]
  readonly isr: readonly number[]
  readonly leader: number | null
  readonly leaderEpoch: number
  readonly partitionEpoch: number
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
      partitions: partitions.map(({ replicas, isr, leader, leaderEpoch, partitionEpoch }) => ({
        replicas: replicas.map(({ broker }) => broker),
        isr,
        leader,
        leaderEpoch,
        partitionEpoch,
      })),
    })
  }
  return { version: state.image.version + 1, brokers, topics, names }
}

type NotServed = 'UNKNOWN_TOPIC_OR_PARTITION' | 'NOT_LEADER_OR_FOLLOWER' | 'KAFKA_STORAGE_ERROR'

/**
 * The copy, if this broker leads it; else the error that Kafka has (ReplicaManager.getPartitionOrException): what the broker has not heard
 * of is unknown to it, also when it is to lead it. A leader that has not heard that it leads no more goes on; but a lone copy moves at once.
 */
export function ledBy(state: ClusterState, broker: number, topic: string, partition: number): Replica | NotServed {
  const found = heldBy(state, broker, topic, partition)
  return typeof found === 'string' ? found : ifLeader(found)
}

const ifLeader = (found: Replica): Replica | 'NOT_LEADER_OR_FOLLOWER' =>
  found.role.is === 'leader' ? found : 'NOT_LEADER_OR_FOLLOWER'

/** The same for who knows a leader epoch: that is looked at first (Partition.getLocalLog). */
export function ledInEpoch(
  state: ClusterState,
  broker: number,
  topic: string,
  partition: number,
  currentLeaderEpoch: number,
): Replica | NotServed | NonNullable<ReturnType<typeof epochError>> {
  const found = heldBy(state, broker, topic, partition)
  return typeof found === 'string' ? found : (epochError(found, currentLeaderEpoch) ?? ifLeader(found))
}

/** The copy that this broker has, whether it leads or follows. */
export function heldBy(
  state: ClusterState,
  broker: number,
  topic: string,
  partition: number,
): ReturnType<typeof ledBy> {
  const self = state.brokers.get(broker)
  const known = self?.image.topics.get(topic)
  if (self === undefined || known === undefined || known.partitions[partition] === undefined)
    return 'UNKNOWN_TOPIC_OR_PARTITION'
  const real = state.topics.get(topic)
  const of = real?.topicId === known.topicId ? real.partitions[partition] : undefined
  if (of === undefined) return 'UNKNOWN_TOPIC_OR_PARTITION'
  const found = replicaOn(of, broker)
  // Its log directory is offline (ReplicaManager.getPartitionOrError).
  if (found !== undefined && self.disk === 'failed') return 'KAFKA_STORAGE_ERROR'
  if (found === undefined || found.role.is === 'none') return 'NOT_LEADER_OR_FOLLOWER'
  return !isLone(of) || hasHeard(self, topic, partition) ? found : 'NOT_LEADER_OR_FOLLOWER'
}

/** Partition.checkCurrentLeaderEpoch (KIP-320). -1: the client does not say. */
export function epochError(
  { leaderEpoch }: Replica,
  currentLeaderEpoch: number,
): 'FENCED_LEADER_EPOCH' | 'UNKNOWN_LEADER_EPOCH' | undefined {
  if (currentLeaderEpoch === -1 || currentLeaderEpoch === leaderEpoch) return undefined
  return currentLeaderEpoch < leaderEpoch ? 'FENCED_LEADER_EPOCH' : 'UNKNOWN_LEADER_EPOCH'
}
