/** The broker settings that the model obeys, under Kafka's names in the comments. Defaults are Kafka's (3.9) where not said otherwise. */
import type { GroupConfig } from './group/config.ts'
import type { TransactionConfig } from './transaction/config.ts'

export interface ClusterConfig {
  /** What the brokers' wall clock shows when `nowMs` is 0. Default: 2024-01-01T00:00:00Z, as for the simulated processes. */
  readonly epochMs: number
  /** auto.create.topics.enable. Kafka: true. Off here: a mistyped topic should be noticed. */
  readonly autoCreateTopics: boolean
  /** num.partitions, for topics created without a number. */
  readonly numPartitions: number
  /** offsets.topic.num.partitions. Kafka: 50. Fewer here, for speed: nobody can tell but by counting. */
  readonly offsetsTopicPartitions: number
  /** transaction.state.log.num.partitions. Kafka: 50. Fewer here, for the same reason. */
  readonly transactionTopicPartitions: number
  /** default.replication.factor, and offsets.topic.replication.factor, transaction.state.log.replication.factor. */
  readonly replicationFactor: number
  /** Topics are made with one copy, whatever is asked for: that is what kept plans of one copy are replayed with. */
  readonly loneCopies: boolean
  /** min.insync.replicas, and transaction.state.log.min.isr. */
  readonly minInSyncReplicas: number
  /** unclean.leader.election.enable */
  readonly uncleanLeaderElection: boolean
  /** replica.lag.time.max.ms */
  readonly replicaLagMs: number
  /** replica.selector.class: none, or RackAwareReplicaSelector, which sends readers to a copy in their own rack (KIP-392). */
  readonly replicaSelector: 'leader' | 'rack-aware'
  /** replica.fetch.wait.max.ms, and replica.fetch.backoff.ms */
  readonly replicaFetchWaitMs: number
  readonly replicaFetchBackoffMs: number
  /** How long a message takes from one broker to another. Not a setting of Kafka. */
  readonly peerLatencyMs: number
  /** message.max.bytes */
  readonly messageMaxBytes: number
  /** fetch.max.bytes */
  readonly fetchMaxBytes: number
  /** log.retention.check.interval.ms, and log.initial.task.delay.ms, after which it begins */
  readonly logRetentionCheckMs: number
  readonly logInitialTaskDelayMs: number
  /** log.cleaner.backoff.ms */
  readonly logCleanerBackoffMs: number
  /** producer.id.expiration.ms */
  readonly producerIdExpirationMs: number
  /** producer.id.expiration.check.interval.ms */
  readonly producerIdCheckMs: number
  /** How long a change takes from the controller to each broker. Not a setting of Kafka: there it takes what it takes. */
  readonly metadataDelayMs: number
  /** How long a coordinator reads its partition before it serves it. Not a setting of Kafka; an operator can change it. */
  readonly coordinatorLoadMs: number
  /**
   * Whether clients are told of what came into this model with transactions: APIs 21 and 24 to 28. Off, ApiVersions answers what it did
   * before, byte for byte: that is what kept plans are replayed with.
   */
  readonly transactions: boolean
  readonly group: Partial<GroupConfig>
  readonly transaction: Partial<TransactionConfig>
}

export const clusterDefaults: ClusterConfig = {
  epochMs: 1_704_067_200_000,
  autoCreateTopics: false,
  numPartitions: 1,
  offsetsTopicPartitions: 4,
  transactionTopicPartitions: 4,
  replicationFactor: 1,
  loneCopies: false,
  minInSyncReplicas: 1,
  uncleanLeaderElection: false,
  replicaLagMs: 30_000,
  replicaSelector: 'leader',
  replicaFetchWaitMs: 500,
  replicaFetchBackoffMs: 1_000,
  peerLatencyMs: 1,
  messageMaxBytes: 1_048_588,
  fetchMaxBytes: 57_671_680,
  logRetentionCheckMs: 300_000,
  logInitialTaskDelayMs: 30_000,
  logCleanerBackoffMs: 15_000,
  producerIdExpirationMs: 86_400_000,
  producerIdCheckMs: 600_000,
  metadataDelayMs: 0,
  coordinatorLoadMs: 0,
  transactions: true,
  group: {},
  transaction: {},
}
