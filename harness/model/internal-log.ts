/** Internal topics as coordinators use them: where a group or a transactional id belongs, what its partition says, and writing into it. */

import { decodeMarker } from '../wire/control-records.ts'
import type { ErrorName } from '../wire/error-codes.ts'
import { keyHash } from '../wire/key-hash.ts'
import { decodeRecords, parseBatchHeader } from '../wire/records.ts'
import { appendAsLeader, onlyBatch } from './append.ts'
import { offsetsTopic } from './internal-topics.ts'
import type { LogBatch } from './log.ts'
import { isShort } from './replication/leadership.ts'
import { foremost, type Replica, replicaOn } from './replication/replica.ts'
import type { ClusterState, Partition } from './state.ts'
import type { Context } from './types.ts'

/** One record, or the marker that ends a transaction. */
export type InternalRecord =
  | {
      readonly key: Uint8Array
      readonly value: Uint8Array | null
      /** Base offset of its batch. */
      readonly batchOffset: bigint
      /** The producer whose transaction it is part of; null outside of one. */
      readonly transactionOf: bigint | null
    }
  | { readonly endOf: bigint; readonly commit: boolean }

/** The partition of `__consumer_offsets` that has this group (GroupMetadataManager.partitionFor). */
export function coordinatorPartition(state: ClusterState, groupId: string): number {
  return keyHash(groupId) % state.config.offsetsTopicPartitions
}

/** The partition of `__transaction_state` that has this transactional id (TransactionStateManager.partitionFor). */
export function transactionPartition(state: ClusterState, transactionalId: string): number {
  return keyHash(transactionalId) % state.config.transactionTopicPartitions
}

/** The broker that leads this partition of an internal topic; null while it is offline or does not exist. */
export function leaderOfInternal(state: ClusterState, partition: number, topic = offsetsTopic): number | null {
  return internal(state, topic, partition)?.leader ?? null
}

/** Where a coordinator's batch is, that may not be replicated yet. */
export interface Written {
  readonly by: Replica
  /** Of its first record. */
  readonly offset: bigint
  /** The log end behind it. */
  readonly upTo: bigint
}

/**
 * Writes one batch in the coordinator's name, as with acks=all. Nobody is told by an `appended` note: what the records say is told by who
 * writes them, once it is replicated (`awaitInSync`).
 */
export function appendInternal(
  ctx: Context,
  topicName: string,
  partition: number,
  broker: number,
  batchBytes: Uint8Array,
): Written | ErrorName {
  const topic = ctx.state.topics.get(topicName)
  const of = topic?.partitions[partition]
  if (topic === undefined || of === undefined) return 'UNKNOWN_TOPIC_OR_PARTITION'
  const into = replicaOn(of, broker)
  if (into?.role.is !== 'leader') return 'NOT_LEADER_OR_FOLLOWER'
  if (isShort(ctx.state, into)) return 'NOT_ENOUGH_REPLICAS'
  const batch = onlyBatch(batchBytes)
  if ('is' in batch) return batch.error
  const appended = appendAsLeader(ctx.state, topic, into, batch, 'coordinator', ctx.nowMs)
  if (appended.is === 'refused') return appended.error
  const { firstOffset, lastOffset } = appended.is === 'duplicate' ? appended.of : rangeOf(appended.batch)
  return { by: into, offset: firstOffset, upTo: lastOffset + 1n }
}

function rangeOf({ baseOffset, lastOffset }: LogBatch): { readonly firstOffset: bigint; readonly lastOffset: bigint } {
  return { firstOffset: baseOffset, lastOffset }
}

/** What every coordinator makes of a write that failed, where the rules of its own requests say nothing else. */
export function coordinatorError(error: ErrorName): ErrorName {
  switch (error) {
    case 'UNKNOWN_TOPIC_OR_PARTITION':
    case 'NOT_ENOUGH_REPLICAS':
    case 'NOT_ENOUGH_REPLICAS_AFTER_APPEND':
      return 'COORDINATOR_NOT_AVAILABLE'
    case 'NOT_LEADER_OR_FOLLOWER':
    case 'KAFKA_STORAGE_ERROR':
      return 'NOT_COORDINATOR'
    default:
      return error
  }
}

/**
 * What the partition says, from the log start to its end, or up to an offset, whether it has a leader or not; as this broker has it, if one is
 * named.
 */
export function* readInternal(
  state: ClusterState,
  topic: string,
  partition: number,
  broker?: number,
  before?: bigint,
): Generator<InternalRecord> {
  const of = internal(state, topic, partition)
  if (of === undefined) return
  const { log } = (broker === undefined ? undefined : replicaOn(of, broker)) ?? foremost(of)
  for (const { position, baseOffset } of log.batches) {
    if (before !== undefined && baseOffset >= before) return
    const header = parseBatchHeader(log.buffer, position)
    for (const record of decodeRecords(log.buffer, position, header)) {
      if (header.isControl) {
        const marker = decodeMarker(record)
        if (marker !== undefined) yield { endOf: header.producerId, commit: marker.type === 'commit' }
      } else if (record.key !== null) {
        const transactionOf = header.isTransactional ? header.producerId : null
        yield { key: record.key, value: record.value, batchOffset: header.baseOffset, transactionOf }
      }
    }
  }
}

function internal(state: ClusterState, topic: string, partition: number): Partition | undefined {
  return state.topics.get(topic)?.partitions[partition]
}
