/**
 * InitProducerId with a transactional id: the producer gets an epoch that fences all that had the id before; a transaction that one of
 * them left open is aborted first, and the client is told to come again (TransactionCoordinator.handleInitProducerId, 3.9; KIP-360).
 */
import type { ErrorName } from '../../wire/error-codes.ts'
import { wallMs } from '../group/state.ts'
import { claimProducerId } from '../producer-ids.ts'
import type { Context } from '../types.ts'
import { transactionConfigOf } from './config.ts'
import { abortFenced } from './ending.ts'
import { type TransactionShard, transactionsFor } from './shard.ts'
import { isExhausted, isPending, newTransaction, noEpoch, type Stored, type Transaction } from './state.ts'
import { store } from './store.ts'

export interface ProducerIdAndEpoch {
  readonly producerId: bigint
  readonly epoch: number
}

const noPartitions: Stored['partitions'] = new Map()

/** `expected`: what the client thinks it has, if it comes back with it. */
export function initProducer(
  ctx: Context,
  broker: number,
  transactionalId: string,
  timeoutMs: number,
  expected: ProducerIdAndEpoch | null,
): ProducerIdAndEpoch | ErrorName {
  if (transactionalId === '') return 'INVALID_REQUEST'
  if (timeoutMs <= 0 || timeoutMs > transactionConfigOf(ctx.state).maxTimeoutMs) return 'INVALID_TRANSACTION_TIMEOUT'
  const shard = transactionsFor(ctx, broker, transactionalId)
  if (typeof shard === 'string') return shard
  const transaction = shard.transactions.get(transactionalId) ?? create(ctx, shard, transactionalId, timeoutMs)
  if (typeof transaction === 'string') return transaction
  if (isPending(transaction)) return 'CONCURRENT_TRANSACTIONS'
  if (expected !== null && !mayBe(transaction, expected)) return 'PRODUCER_FENCED'
  if (transaction.phase === 'Ongoing') return abortFenced(ctx, shard, transaction) ?? 'CONCURRENT_TRANSACTIONS'
  const next = nextOf(ctx, broker, transaction, expected)
  if (typeof next === 'string') return next
  const { producerId, epoch, lastEpoch } = next
  const lastProducerId = transaction.producerId
  const change = { phase: 'Empty', partitions: noPartitions, startedAtMs: -1n, updatedAtMs: wallMs(ctx) } as const
  const failed = store(ctx, shard, transaction, { ...change, producerId, epoch, timeoutMs })
  if (failed !== null) return failed
  shard.transactions.set(transactionalId, transaction)
  transaction.lastProducerId = lastProducerId
  transaction.lastEpoch = lastEpoch
  return { producerId, epoch }
}

/** Known from its first record on: it is not in the shard yet. */
function create(ctx: Context, { broker }: TransactionShard, id: string, timeoutMs: number): Transaction | ErrorName {
  const producerId = claimProducerId(ctx, broker)
  if (typeof producerId === 'string') return producerId
  return newTransaction(id, {
    producerId,
    epoch: noEpoch,
    timeoutMs,
    phase: 'Empty',
    partitions: noPartitions,
    startedAtMs: -1n,
    updatedAtMs: wallMs(ctx),
  })
}

/** The epoch is looked at later. With an id that was rotated away it must have been the last one of that id. */
function mayBe(transaction: Transaction, { producerId, epoch }: ProducerIdAndEpoch): boolean {
  if (transaction.epoch === noEpoch || producerId === transaction.producerId) return true
  return producerId === transaction.lastProducerId && isExhausted(epoch)
}

/** prepareProducerIdRotation, prepareIncrementProducerEpoch. */
function nextOf(
  ctx: Context,
  broker: number,
  { producerId, epoch, lastEpoch }: Transaction,
  expected: ProducerIdAndEpoch | null,
): (ProducerIdAndEpoch & { readonly lastEpoch: number }) | ErrorName {
  if (isExhausted(epoch)) {
    // Kafka trips over a client that comes back with an older epoch of an id that is used up.
    if (expected !== null && expected.epoch !== epoch) return 'UNKNOWN_SERVER_ERROR'
    const fresh = claimProducerId(ctx, broker)
    if (typeof fresh === 'string') return fresh
    return { producerId: fresh, epoch: 0, lastEpoch: expected === null ? noEpoch : epoch }
  }
  if (expected === null) return { producerId, epoch: epoch + 1, lastEpoch: noEpoch }
  if (epoch === noEpoch || expected.epoch === epoch) return { producerId, epoch: epoch + 1, lastEpoch: epoch }
  // It asks again for what it got and was not told. Had anybody else asked in between, there were no last epoch.
  return expected.epoch === lastEpoch ? { producerId, epoch, lastEpoch } : 'PRODUCER_FENCED'
}
