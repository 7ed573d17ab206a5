/**
 * What every cluster can be asked for, whether it is the model inside the simulation or a real one. A plan that needs what this
 * cluster cannot do is refused when it is read.
 */
import type { PartitionOffset } from './history/op.ts'
import type { CoordinatorRole } from './plan/plan.ts'

/** One flag per thing that not every cluster can do. */
export interface Capabilities {
  /** A run is a pure function of its plan. Only the model. */
  readonly deterministic: boolean
  readonly killBroker: boolean
  readonly pauseBroker: boolean
  readonly wipeBroker: boolean
  readonly moveLeader: boolean
  readonly moveCoordinator: boolean
  readonly recreateTopic: boolean
  readonly deleteRecords: boolean
  readonly resetOffsets: boolean
  /** A broker can go down without what had not reached its disk. */
  readonly crashMachine: boolean
  /** Brokers can be kept from reaching each other. */
  readonly partitionBrokers: boolean
  /** A copy that is not in sync can be made the leader. */
  readonly electUnclean: boolean
  /** The disk of a broker can be full for a while. */
  readonly fillDisk: boolean
  /** What a broker knows of the cluster can stand still, or be kept from its answers. */
  readonly holdMetadata: boolean
  readonly loseController: boolean
  /** A coordinator can take its time to load. */
  readonly slowCoordinator: boolean
  /** The markers of transactions can take their time. */
  readonly slowMarkers: boolean
  readonly resetCluster: boolean
  /** Faults at the three points of a request (lost, answered late, …). On a real cluster it takes the wiretap. */
  readonly requestFaults: boolean
  /** The history has what the cluster stored (`at: 'cluster'`) as it happens, not only what reading it back shows. */
  readonly seesStorage: boolean
  readonly maxBrokers: number
}

export interface TopicSpec {
  readonly name: string
  readonly partitions: number
  readonly config?: Readonly<Record<string, string>>
}

export interface Description {
  readonly clusterId: string
  readonly controller: number
  readonly brokers: readonly {
    readonly id: number
    readonly host: string
    readonly port: number
    readonly up: boolean
  }[]
  readonly partitions: readonly {
    readonly topic: string
    readonly topicId: string
    readonly partition: number
    readonly leader: number | null
    readonly leaderEpoch: number
    readonly replicas: readonly number[]
    readonly isr: readonly number[]
    readonly logStart: string
    readonly logEnd: string
  }[]
  readonly groups: readonly {
    readonly group: string
    /** Kafka's names: Empty, PreparingRebalance, CompletingRebalance, Stable, Dead. */
    readonly state: string
    readonly generation: number
    readonly coordinator: number | null
    readonly members: readonly { readonly member: string; readonly client: string }[]
    readonly committed: readonly PartitionOffset[]
  }[]
  readonly transactions: readonly {
    readonly transactionalId: string
    /** Kafka's names: Empty, Ongoing, PrepareCommit, PrepareAbort, CompleteCommit, CompleteAbort. */
    readonly state: string
    readonly producerId: string
    readonly producerEpoch: number
    readonly coordinator: number | null
    /** In the transaction; while it ends, those that wait for their marker. */
    readonly partitions: readonly { readonly topic: string; readonly partition: number }[]
  }[]
}

/** Where an operator moves what a group has committed. */
export type ResetTo = 'earliest' | 'latest' | { readonly offset: bigint }

/** A record that the harness writes itself: an input of the workload. */
export interface HarnessRecord {
  readonly topic: string
  readonly partition: number
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers: readonly (readonly [string, Uint8Array])[]
}

/** The operator's verbs. All reject with a `ClusterError` that says what and why. */
export interface Cluster {
  readonly capabilities: Capabilities
  /** `host:port` of every broker, as a client is told. */
  readonly bootstrap: readonly string[]
  start(topics: readonly TopicSpec[]): Promise<void>
  stop(): Promise<void>
  kill(broker: number): Promise<void>
  restart(broker: number): Promise<void>
  pause(broker: number): Promise<void>
  resume(broker: number): Promise<void>
  /** The broker must be down. Its volumes are empty when it comes back. */
  wipe(broker: number): Promise<void>
  moveLeader(topic: string, partition: number, to: number): Promise<void>
  moveCoordinator(of: CoordinatorRole, to: number): Promise<void>
  recreateTopic(topic: string): Promise<void>
  resetCluster(): Promise<void>
  /** Records before this offset are gone. */
  deleteRecords(topic: string, partition: number, before: bigint): Promise<void>
  /** For all partitions of the topic; refused unless the group is inactive. */
  resetOffsets(group: string, topic: string, to: ResetTo): Promise<void>
  /** Writes a record exactly once and answers its offset; rejects while the partition has no leader. */
  write(record: HarnessRecord): Promise<bigint>
  describe(): Promise<Description>
}

export class ClusterError extends Error {
  override readonly name = 'ClusterError'
}
