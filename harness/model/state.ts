/**
 * The state of the modelled cluster. Owned and changed in place by `step`; plain data and Maps only, so that it could be printed.
 *
 * One copy of each partition for now: the broker that has it leads it, the high watermark is the log end, a move carries the log
 * along and loses nothing, and a partition whose broker is down is offline.
 */
import type { BrokerState, Connection } from './broker.ts'
import type { ClusterConfig } from './config.ts'
import type { GroupShard } from './group/shard.ts'
import type { MetadataImage } from './image.ts'
import type { Audit } from './invariants.ts'
import type { Log } from './log.ts'
import type { Release } from './releases.ts'
import type { Delays } from './transaction/config.ts'
import type { TransactionShard } from './transaction/shard.ts'
import type { ConnectionId, TimerPurpose } from './types.ts'

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
  /** What an operator has made slower. */
  readonly delays: Delays
  readonly timers: Map<number, { readonly broker: number; readonly fire: TimerPurpose }>
  nextTimerId: number
  nextFetchId: number
  /** First of the next block that the controller hands to a broker. */
  nextProducerId: bigint
  /** Partitions that got records, or another leader, since waiting fetches were last looked at. Empty between two steps. */
  readonly stirred: Set<Partition>
  readonly audit: Audit
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
  /** The broker that has the one copy, whether it is up or not. */
  replica: number
  /** `replica` while that is up, else null: offline. */
  leader: number | null
  leaderEpoch: number
  readonly log: Log
}
