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
import { isBusy, isExhausted, newTransaction, noEpoch, type Stored, type Transaction } from './state.ts'
import { store } from './store.ts'

export interface ProducerIdAndEpoch {
  readonly producerId: bigint
  readonly epoch: number
}

const noPartitions: Stored['partitions'] = new Map()

type Then = (ctx: Context, given: ProducerIdAndEpoch | ErrorName) => void

/** `expected`: what the client thinks it has, if it comes back with it. */
export function initProducer(
  ctx: Context,
  broker: number,
  transactionalId: string,
  timeoutMs: number,
  expected: ProducerIdAndEpoch | null,
  then: Then,
): void {
  const known = lookUp(ctx, broker, transactionalId, timeoutMs)
  if (typeof known === 'string') {
    then(ctx, known)
    return
  }
  const { shard, transaction } = known
  if (transaction.phase === 'Ongoing' && !isBusy(transaction) && (expected === null || mayBe(transaction, expected))) {
    abortFenced(ctx, shard, transaction, (now, error) => then(now, error ?? 'CONCURRENT_TRANSACTIONS'))
    return
  }
  const next = isBusy(transaction) ? 'CONCURRENT_TRANSACTIONS' : claim(ctx, broker, transaction, expected)
  if (typeof next === 'string') {
    then(ctx, next)
    return
  }
  const { producerId, epoch, lastEpoch } = next
  const lastProducerId = transaction.producerId
  const change = { phase: 'Empty', partitions: noPartitions, startedAtMs: -1n, updatedAtMs: wallMs(ctx) } as const
  shard.beginning.set(transactionalId, transaction)
  store(ctx, shard, transaction, { ...change, producerId, epoch, timeoutMs }, (now, error) => {
    shard.beginning.delete(transactionalId)
    if (error !== null) {
      then(now, error)
      return
    }
    shard.transactions.set(transactionalId, transaction)
    transaction.lastProducerId = lastProducerId
    transaction.lastEpoch = lastEpoch
    then(now, { producerId, epoch })
  })
}

function lookUp(
  ctx: Context,
  broker: number,
  transactionalId: string,
  timeoutMs: number,
): { readonly shard: TransactionShard; readonly transaction: Transaction } | ErrorName {
  if (transactionalId === '') return 'INVALID_REQUEST'
  if (timeoutMs <= 0 || timeoutMs > transactionConfigOf(ctx.state).maxTimeoutMs) return 'INVALID_TRANSACTION_TIMEOUT'
  const shard = transactionsFor(ctx, broker, transactionalId)
  if (typeof shard === 'string') return shard
  const known = shard.transactions.get(transactionalId) ?? shard.beginning.get(transactionalId)
  const transaction = known ?? create(ctx, shard, transactionalId, timeoutMs)
  return typeof transaction === 'string' ? transaction : { shard, transaction }
}

/** What this producer gets. */
function claim(
  ctx: Context,
  broker: number,
  transaction: Transaction,
  expected: ProducerIdAndEpoch | null,
): ReturnType<typeof nextOf> {
  if (expected !== null && !mayBe(transaction, expected)) return 'PRODUCER_FENCED'
  return nextOf(ctx, broker, transaction, expected)
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
