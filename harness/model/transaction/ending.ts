/** How a transaction ends: what is decided is written, the answer is given, and the markers follow (TransactionCoordinator.endTransaction). */
import type { ErrorName } from '../../wire/error-codes.ts'
import { wallMs } from '../group/state.ts'
import type { Context } from '../types.ts'
import { sendMarkers } from './markers.ts'
import { type TransactionShard, transactionOf } from './shard.ts'
import { isPending, lastEpochOfAll, noEpoch, type Transaction } from './state.ts'
import { store } from './store.ts'

/** A client's EndTxn. Asking again for what was done is no error; asking for the opposite is. */
export function endByClient(
  ctx: Context,
  shard: TransactionShard,
  transactionalId: string,
  producerId: bigint,
  producerEpoch: number,
  commit: boolean,
): ErrorName {
  const transaction = transactionOf(shard, transactionalId, producerId, producerEpoch)
  if (typeof transaction === 'string') return transaction
  if (isPending(transaction)) return 'CONCURRENT_TRANSACTIONS'
  if (transaction.phase === (commit ? 'CompleteCommit' : 'CompleteAbort')) return 'NONE'
  if (transaction.phase !== 'Ongoing') return 'INVALID_TXN_STATE'
  return decide(ctx, shard, transaction, commit ? 'PrepareCommit' : 'PrepareAbort') ?? 'NONE'
}

/**
 * Its producer is fenced by a larger epoch, which nobody is told: markers carry it to all partitions of the transaction. For one that timed
 * out, and for one whose producer begins anew.
 */
export function abortFenced(ctx: Context, shard: TransactionShard, transaction: Transaction): ErrorName | null {
  // Cannot be reached by a client that uses the epochs it is given.
  if (transaction.epoch === lastEpochOfAll) return 'UNKNOWN_SERVER_ERROR'
  const failed = decide(ctx, shard, transaction, 'PrepareAbort', transaction.epoch + 1)
  if (failed === null) transaction.lastEpoch = noEpoch
  return failed
}

function decide(
  ctx: Context,
  shard: TransactionShard,
  transaction: Transaction,
  phase: 'PrepareCommit' | 'PrepareAbort',
  epoch = transaction.epoch,
): ErrorName | null {
  const failed = store(ctx, shard, transaction, { phase, epoch, updatedAtMs: wallMs(ctx) })
  if (failed === null) sendMarkers(ctx, shard, transaction)
  return failed
}
