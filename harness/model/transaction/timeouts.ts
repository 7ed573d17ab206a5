/**
 * Transactions that are open for longer than their producer asked for: they are aborted, and their producer is fenced
 * (TransactionCoordinator.abortTimedOutTransactions).
 *
 * Kafka looks every `transaction.abort.timed.out.transaction.cleanup.interval.ms` from the start of each broker on; here all look at the
 * same moments, whole multiples of it, and only while a transaction is open: an idle cluster arms no timer.
 */
import { wallMs } from '../group/state.ts'
import type { Context } from '../types.ts'
import { abortFenced } from './ending.ts'
import type { TransactionShard } from './shard.ts'
import type { Transaction } from './state.ts'

/** A transaction was begun, or ended, or they were just looked at. */
export function watchTimeouts(ctx: Context, shard: TransactionShard): void {
  const { epochMs } = ctx.state.config
  let firstMs = Number.POSITIVE_INFINITY
  for (const transaction of shard.transactions.values()) {
    if (transaction.phase !== 'Ongoing') continue
    firstMs = Math.min(firstMs, Number(transaction.startedAtMs) - epochMs + transaction.timeoutMs)
  }
  if (firstMs === Number.POSITIVE_INFINITY) return
  const { timeoutCheckIntervalMs } = shard.config
  // Too long is longer than its timeout; and never at this very moment, which has been looked at.
  const dueMs = Math.max(firstMs + 1, ctx.nowMs + 1)
  const atMs = Math.ceil(dueMs / timeoutCheckIntervalMs) * timeoutCheckIntervalMs
  if (shard.timeouts !== null) {
    if (shard.timeouts.atMs <= atMs) return
    ctx.disarm(shard.timeouts.id)
  }
  const id = ctx.arm(shard.broker, atMs, { why: 'abort-timed-out', transactions: shard.partition })
  shard.timeouts = { id, atMs }
}

/** The timer fired. */
export function abortTimedOut(ctx: Context, shard: TransactionShard): void {
  shard.timeouts = null
  for (const transaction of [...shard.transactions.values()]) {
    if (!transaction.isWriting && isTimedOut(ctx, transaction)) abortFenced(ctx, shard, transaction, nothingMore)
  }
  watchTimeouts(ctx, shard)
}

/** If it could not be written, it is looked at again. */
const nothingMore = (): void => {}

function isTimedOut(ctx: Context, { phase, startedAtMs, timeoutMs }: Transaction): boolean {
  return phase === 'Ongoing' && startedAtMs + BigInt(timeoutMs) < wallMs(ctx)
}
