/**
 * The transactional ids of one partition of `__transaction_state`, in the memory of the broker that leads it: the transaction coordinator
 * of those ids. It is nothing but a cache of that partition's log, plus the markers that are on their way. Its epoch is the leader epoch:
 * markers of an older one are refused.
 */

import type { ErrorName } from '../../wire/error-codes.ts'
import { readInternal, transactionPartition } from '../internal-log.ts'
import { transactionsTopic } from '../internal-topics.ts'
import { hasHeard } from '../metadata-faults.ts'
import { replicaOn } from '../replication/replica.ts'
import type { Context } from '../types.ts'
import { loadMs, type TransactionConfig, transactionConfigOf } from './config.ts'
import { expireIds } from './expiry.ts'
import { sendMarkers, stopMarkers } from './markers.ts'
import { replayTransactions } from './replay.ts'
import { isPending, newTransaction, noteTransaction, type Transaction } from './state.ts'
import { watchTimeouts } from './timeouts.ts'

export interface TransactionShard {
  readonly partition: number
  readonly broker: number
  readonly coordinatorEpoch: number
  readonly config: TransactionConfig
  /** The timer that ends the reading of the log; null: it has been read. */
  loading: number | null
  readonly transactions: Map<string, Transaction>
  /** Ids whose first record waits for replicas. */
  readonly beginning: Map<string, Transaction>
  /** Fires when transactions that are open for too long are next looked for; null while none is open. */
  timeouts: { readonly id: number; readonly atMs: number } | null
  /** When Kafka would next look for ids that have expired. */
  nextCheckMs: number
  /** A write was given up that may be in the log all the same: the next coordinator may know more than this one. */
  partedFromLog: boolean
}

/** The leader of this partition was elected or restarted: everything is rebuilt from the log, at once or after `loadMs`. */
export function loadTransactions(ctx: Context, partition: number, broker: number): void {
  unloadTransactions(ctx, partition)
  const { state } = ctx
  const config = transactionConfigOf(state)
  const shard: TransactionShard = {
    partition,
    broker,
    coordinatorEpoch: replicaOn(state.topics.get(transactionsTopic)!.partitions[partition]!, broker)!.leaderEpoch,
    config,
    loading: null,
    transactions: new Map(),
    beginning: new Map(),
    timeouts: null,
    nextCheckMs: ctx.nowMs + config.idCheckIntervalMs,
    partedFromLog: false,
  }
  state.transactionShards.set(partition, shard)
  const takesMs = loadMs(state)
  if (takesMs === 0) finishLoading(ctx, shard)
  else shard.loading = ctx.arm(broker, ctx.nowMs + takesMs, { why: 'transactions-loaded', transactions: partition })
}

/** Nothing is lost with a coordinator: what was decided goes on with its markers, those that are written already once more. */
export function finishLoading(ctx: Context, shard: TransactionShard): void {
  shard.loading = null
  for (const [id, { transactionalId: _, ...stored }] of replayTransactions(
    readInternal(ctx.state, transactionsTopic, shard.partition, shard.broker),
  )) {
    shard.transactions.set(id, newTransaction(id, stored))
  }
  for (const transaction of shard.transactions.values()) {
    noteTransaction(ctx, transaction)
    if (isPending(transaction)) sendMarkers(ctx, shard, transaction)
  }
  watchTimeouts(ctx, shard)
}

/** Leadership is lost, or the broker goes down: nobody waits for anything here, and no timer is left. */
export function unloadTransactions(ctx: Context, partition: number, broker?: number): void {
  const shard = ctx.state.transactionShards.get(partition)
  if (shard === undefined || (broker !== undefined && broker !== shard.broker)) return
  ctx.state.transactionShards.delete(partition)
  if (shard.loading !== null) ctx.disarm(shard.loading)
  if (shard.timeouts !== null) ctx.disarm(shard.timeouts.id)
  for (const transaction of shard.transactions.values()) stopMarkers(ctx, transaction)
}

/** What every transaction API asks first (TransactionStateManager.getTransactionState): the shard, or why not. */
export function transactionsFor(ctx: Context, broker: number, transactionalId: string): TransactionShard | ErrorName {
  const shard = ctx.state.transactionShards.get(transactionPartition(ctx.state, transactionalId))
  if (shard === undefined || shard.broker !== broker) return 'NOT_COORDINATOR'
  const self = ctx.state.brokers.get(broker)
  if (self !== undefined && !hasHeard(self, transactionsTopic, shard.partition)) return 'NOT_COORDINATOR'
  if (shard.loading !== null) return 'COORDINATOR_LOAD_IN_PROGRESS'
  expireIds(ctx, shard)
  return shard
}

/** The transaction of this producer, or why it has none. A client's epoch must be the current one. */
export function transactionOf(
  shard: TransactionShard,
  transactionalId: string,
  producerId: bigint,
  producerEpoch: number,
): Transaction | ErrorName {
  const known = shard.transactions.get(transactionalId)
  if (known === undefined || known.producerId !== producerId) return 'INVALID_PRODUCER_ID_MAPPING'
  return known.epoch === producerEpoch ? known : 'PRODUCER_FENCED'
}
