/**
 * What the coordinator knows of a transactional id, written into its partition of `__transaction_state` before anyone is told
 * (TransactionStateManager.appendTransactionToLog).
 */

import type { ErrorName } from '../../wire/error-codes.ts'
import { encodeBatch, type RecordInput } from '../../wire/records.ts'
import { wallMs } from '../group/state.ts'
import { appendInternal, coordinatorError } from '../internal-log.ts'
import { transactionsTopic } from '../internal-topics.ts'
import type { Context } from '../types.ts'
import { encodeTransactionKey, encodeTransactionValue } from './records.ts'
import type { TransactionShard } from './shard.ts'
import { mayBecome, noteTransaction, type Stored, type Transaction } from './state.ts'

type Change = Partial<Omit<Stored, 'transactionalId'>> & Pick<Stored, 'phase' | 'updatedAtMs'>

/** The change as a record; then it is true. Else the error in the words of the transaction APIs, and nothing has changed. */
export function store(ctx: Context, shard: TransactionShard, of: Transaction, change: Change): ErrorName | null {
  if (!mayBecome(of, change.phase)) {
    throw new Error(`transactional id ${of.transactionalId} cannot go from ${of.phase} to ${change.phase}`)
  }
  const { transactionalId } = of
  const value = encodeTransactionValue({ ...of, ...change })
  const failed = append(ctx, shard, [{ key: encodeTransactionKey(transactionalId), value }])
  if (failed !== null) return failed
  const { partitions, ...rest } = change
  Object.assign(of, rest)
  if (partitions !== undefined) of.partitions = new Map(partitions)
  noteTransaction(ctx, of)
  return null
}

/** These ids have expired: tombstones, in one batch (TransactionStateManager.writeTombstonesForExpiredTransactionalIds). */
export function storeExpired(ctx: Context, shard: TransactionShard, ids: readonly string[]): ErrorName | null {
  return append(
    ctx,
    shard,
    ids.map((id) => ({ key: encodeTransactionKey(id), value: null })),
  )
}

function append(
  ctx: Context,
  { partition, broker }: TransactionShard,
  records: readonly RecordInput[],
): ErrorName | null {
  const batch = encodeBatch({ records, baseTimestamp: wallMs(ctx) })
  const stored = appendInternal(ctx, transactionsTopic, partition, broker, batch)
  return typeof stored === 'bigint' ? null : storeError(stored)
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
