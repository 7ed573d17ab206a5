/**
 * What the coordinator knows of a transactional id, written into its partition of `__transaction_state` before anyone is told
 * (TransactionStateManager.appendTransactionToLog).
 */

import type { ErrorName } from '../../wire/error-codes.ts'
import { encodeBatch, type RecordInput } from '../../wire/records.ts'
import { wallMs } from '../group/state.ts'
import { appendInternal, coordinatorError } from '../internal-log.ts'
import { transactionsTopic } from '../internal-topics.ts'
import { awaitInSync } from '../replication/leadership.ts'
import type { Context } from '../types.ts'
import { encodeTransactionKey, encodeTransactionValue } from './records.ts'
import type { TransactionShard } from './shard.ts'
import { mayBecome, noteTransaction, type Stored, type Transaction } from './state.ts'

type Change = Partial<Omit<Stored, 'transactionalId'>> & Pick<Stored, 'phase' | 'updatedAtMs'>

/** Null: it is done. Else the error in the words of the transaction APIs, and nothing has changed. Called once, now or later. */
export type Then = (ctx: Context, error: ErrorName | null) => void

/** The change as a record; once that is replicated it is true. */
export function store(ctx: Context, shard: TransactionShard, of: Transaction, change: Change, then: Then): void {
  if (!mayBecome(of, change.phase)) {
    throw new Error(`transactional id ${of.transactionalId} cannot go from ${of.phase} to ${change.phase}`)
  }
  const { transactionalId } = of
  const value = encodeTransactionValue({ ...of, ...change })
  of.isWriting = true
  append(ctx, shard, [{ key: encodeTransactionKey(transactionalId), value }], of.timeoutMs, (now, error) => {
    of.isWriting = false
    if (error === null) {
      const { partitions, ...rest } = change
      Object.assign(of, rest)
      if (partitions !== undefined) of.partitions = new Map(partitions)
      noteTransaction(now, of)
    }
    then(now, error)
  })
}

/** These ids have expired: tombstones, in one batch (TransactionStateManager.writeTombstonesForExpiredTransactionalIds). */
export function storeExpired(ctx: Context, shard: TransactionShard, ids: readonly string[], then: Then): void {
  const tombstones = ids.map((id) => ({ key: encodeTransactionKey(id), value: null }))
  append(ctx, shard, tombstones, tombstoneTimeoutMs, then)
}

/** request.timeout.ms of a broker. */
const tombstoneTimeoutMs = 30_000

function append(
  ctx: Context,
  shard: TransactionShard,
  records: readonly RecordInput[],
  timeoutMs: number,
  then: Then,
): void {
  const { partition, broker } = shard
  const batch = encodeBatch({ records, baseTimestamp: wallMs(ctx) })
  const written = appendInternal(ctx, transactionsTopic, partition, broker, batch)
  if (typeof written === 'string') {
    then(ctx, storeError(written))
    return
  }
  awaitInSync(ctx, written.by, written.upTo, timeoutMs, (now, error) => {
    now.state.audit.transactions = true
    // It may come into the log, and this cache has gone on without it.
    if (error !== null) shard.partedFromLog = true
    // Another coordinator has begun from the log.
    const isCurrent = now.state.transactionShards.get(partition) === shard
    then(now, isCurrent ? error && storeError(error) : 'NOT_COORDINATOR')
  })
}

function storeError(error: ErrorName): ErrorName {
  switch (error) {
    case 'REQUEST_TIMED_OUT':
      return 'COORDINATOR_NOT_AVAILABLE'
    case 'MESSAGE_TOO_LARGE':
    case 'RECORD_LIST_TOO_LARGE':
      return 'UNKNOWN_SERVER_ERROR'
    default:
      return coordinatorError(error)
  }
}
