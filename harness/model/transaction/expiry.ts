/**
 * Transactional ids that nobody uses any more (TransactionStateManager.removeExpiredTransactionalIds). An id with an open transaction
 * never expires; a producer that comes back with one that did gets INVALID_PRODUCER_ID_MAPPING.
 *
 * Kafka looks every `transaction.remove.expired.transaction.cleanup.interval.ms`. As with committed offsets, the model does that work
 * when a shard is next touched, as of the last moment at which Kafka would have looked.
 */
import type { Context } from '../types.ts'
import type { TransactionShard } from './shard.ts'
import { isOpen } from './state.ts'
import { storeExpired } from './store.ts'

/** Call before anything else happens to the shard. */
export function expireIds(ctx: Context, shard: TransactionShard): void {
  if (ctx.nowMs < shard.nextCheckMs) return
  const { idCheckIntervalMs, idExpirationMs } = shard.config
  const missed = Math.floor((ctx.nowMs - shard.nextCheckMs) / idCheckIntervalMs)
  const checkedAtMs = shard.nextCheckMs + missed * idCheckIntervalMs
  shard.nextCheckMs = checkedAtMs + idCheckIntervalMs
  const upTo = BigInt(ctx.state.config.epochMs + checkedAtMs - idExpirationMs)
  const expired: string[] = []
  for (const transaction of shard.transactions.values()) {
    if (!isOpen(transaction) && !transaction.isWriting && transaction.updatedAtMs <= upTo)
      expired.push(transaction.transactionalId)
  }
  if (expired.length === 0) return
  storeExpired(ctx, shard, expired, (_, error) => {
    if (error === null) for (const id of expired) shard.transactions.delete(id)
  })
}
