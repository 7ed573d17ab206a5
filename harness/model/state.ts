/**
 * The state of the modelled cluster. Owned and changed in place by `step`; data and Maps only (but for what goes on once a write is
 * replicated, `Awaited`), so that it could be printed.
 *
 * What the controller has is `Partition`: who leads, who is in sync. What lies on disks, and what a broker does with it, is `Replica`.
 * A partition with one copy is offline while its broker is down, and a move carries that copy along; with more, a move elects another
 * copy, and what that one lacks is lost.
 */
import type { BrokerState, Connection } from './broker.ts'
import type { ClusterConfig } from './config.ts'
import type { Absence } from './controller-absence.ts'
import type { GroupShard } from './group/shard.ts'
import type { MetadataImage } from './image.ts'
import type { Audit } from './invariants.ts'
import type { LogBatch } from './log.ts'
import type { Release } from './releases.ts'
import type { CutLinks } from './replication/peers.ts'
import type { Replica } from './replication/replica.ts'
import type { Delays } from './transaction/config.ts'
import type { TransactionShard } from './transaction/shard.ts'
import type { ConnectionId, Output, TimerPurpose } from './types.ts'

export interface ClusterState {
  clusterId: string
  /** Which release is imitated; narrows ApiVersions. */
  readonly imitate: Release
  readonly config: ClusterConfig
  /** Of the broker that clients are told is the controller. Any broker takes admin requests (KRaft forwards them). */
  controller: number
  readonly brokers: Map<number, BrokerState>
  /** The truth of the controller. What a broker knows of it is in its own image. */
  readonly topics: Map<string, Topic>
  /** The latest image; brokers may still have an older one. */
  image: MetadataImage
  /** Those that have sent something and are open. */
  readonly connections: Map<ConnectionId, Connection>
  /** One shard per partition of `__consumer_offsets`, held by the leader of that partition. Key: partition. */
  readonly groupShards: Map<number, GroupShard>
  /** One shard per partition of `__transaction_state`, the same way. */
  readonly transactionShards: Map<number, TransactionShard>
  /** What the history was last told of committed offsets, by group, topic and partition. */
  readonly toldCommits: Map<string, string>
  /** What an operator has made slower. */
  readonly delays: Delays
  /** What waits for the controller while it is gone; null while it is there. */
  absence: Absence | null
  /** Brokers whose disk was full when they had to write: their log directory goes offline. Empty between two steps. */
  readonly failing: Set<number>
  /** From then on logs are to be looked after for which no timer is armed. */
  lookDueMs: number
  readonly timers: Map<number, { readonly broker: number; readonly fire: TimerPurpose }>
  nextTimerId: number
  nextFetchId: number
  /** Of fetches between brokers, and of writes that wait for replicas. */
  nextPeerFetchId: number
  nextAwaitedId: number
  readonly cutLinks: CutLinks
  /** What the making of the cluster set in motion: the first step says it. */
  readonly opening: Output[]
  /** First of the next block that the controller hands to a broker. */
  nextProducerId: bigint
  /** Copies of which readers may see more, or that have another role, since waiting fetches were last looked at. Empty between two steps. */
  readonly stirred: Set<Replica>
  readonly audit: Audit
}

export interface Left {
  /** Who led, and in which epoch. It may go on for a while, until it hears that it is no leader any more. */
  readonly broker: number
  readonly leaderEpoch: number
  readonly endOffset: bigint
  readonly highWatermark: bigint
  readonly batches: readonly LogBatch[]
  readonly sparseUpTo: bigint
  /** The next one was not in sync. */
  readonly unclean: boolean
  /** Its machine went down, and not all of it had reached its disk. */
  readonly disk: boolean
}

export interface Topic {
  readonly name: string
  readonly topicId: string
  readonly internal: boolean
  readonly config: Map<string, string>
  readonly partitions: Partition[]
}

export interface Partition {
  readonly topic: string
  readonly topicId: string
  readonly partition: number
  /** Its copies, in the order of preference. */
  readonly replicas: readonly Replica[]
  /** Brokers in sync, in the order of `replicas`; never empty. Who led last stays in it alone when nobody is left to lead. */
  isr: readonly number[]
  /** Null: offline. */
  leader: number | null
  leaderEpoch: number
  /** Goes up with every change of leader or ISR. */
  partitionEpoch: number
  /** What there was when its leader went, until the next one has taken over; null: it leads. */
  left: Left | null
}
