/** How a transaction ends: what is decided is written, the answer is given, and the markers follow (TransactionCoordinator.endTransaction). */
import type { ErrorName } from '../../wire/error-codes.ts'
import { wallMs } from '../group/state.ts'
import type { Context } from '../types.ts'
import { sendMarkers } from './markers.ts'
import { type TransactionShard, transactionOf } from './shard.ts'
import { isBusy, lastEpochOfAll, noEpoch, type Transaction } from './state.ts'
import { store, type Then } from './store.ts'

/** A client's EndTxn. Asking again for what was done is no error; asking for the opposite is. */
export function endByClient(
  ctx: Context,
  shard: TransactionShard,
  transactionalId: string,
  producerId: bigint,
  producerEpoch: number,
  commit: boolean,
  then: (ctx: Context, error: ErrorName) => void,
): void {
  const transaction = transactionOf(shard, transactionalId, producerId, producerEpoch)
  const answer = typeof transaction === 'string' ? transaction : answerAtOnce(transaction, commit)
  if (typeof transaction === 'string' || answer !== null) then(ctx, answer!)
  else
    decide(ctx, shard, transaction, commit ? 'PrepareCommit' : 'PrepareAbort', transaction.epoch, (now, error) =>
      then(now, error ?? 'NONE'),
    )
}

/** Null: it is to be ended. */
function answerAtOnce(transaction: Transaction, commit: boolean): ErrorName | null {
  if (isBusy(transaction)) return 'CONCURRENT_TRANSACTIONS'
  if (transaction.phase === (commit ? 'CompleteCommit' : 'CompleteAbort')) return 'NONE'
  return transaction.phase === 'Ongoing' ? null : 'INVALID_TXN_STATE'
}

/**
 * Its producer is fenced by a larger epoch, which nobody is told: markers carry it to all partitions of the transaction. For one that timed
 * out, and for one whose producer begins anew.
 */
export function abortFenced(ctx: Context, shard: TransactionShard, transaction: Transaction, then: Then): void {
  // Cannot be reached by a client that uses the epochs it is given.
  if (transaction.epoch === lastEpochOfAll) {
    then(ctx, 'UNKNOWN_SERVER_ERROR')
    return
  }
  decide(ctx, shard, transaction, 'PrepareAbort', transaction.epoch + 1, (now, error) => {
    if (error === null) transaction.lastEpoch = noEpoch
    then(now, error)
  })
}

function decide(
  ctx: Context,
  shard: TransactionShard,
  transaction: Transaction,
  phase: 'PrepareCommit' | 'PrepareAbort',
  epoch: number,
  then: Then,
): void {
  store(ctx, shard, transaction, { phase, epoch, updatedAtMs: wallMs(ctx) }, (now, error) => {
    if (error === null) sendMarkers(now, shard, transaction)
    then(now, error)
  })
}
