/** Partitions that come into a transaction, and whether one is in it (TransactionCoordinator, 3.9). For clients and for other brokers. */
import type { ErrorName } from '../../wire/error-codes.ts'
import type { TopicPartition } from '../group/offsets.ts'
import { wallMs } from '../group/state.ts'
import type { Context } from '../types.ts'
import { transactionOf, transactionsFor } from './shard.ts'
import { isBusy, placeOf } from './state.ts'
import { store } from './store.ts'
import { watchTimeouts } from './timeouts.ts'

export interface Claim {
  readonly transactionalId: string
  readonly producerId: bigint
  readonly producerEpoch: number
}

/** handleAddPartitionsToTransaction: the first partition begins the transaction, and its time. */
export function addPartitions(
  ctx: Context,
  broker: number,
  of: Claim,
  added: readonly TopicPartition[],
  then: (ctx: Context, error: ErrorName) => void,
): void {
  const shard = of.transactionalId === '' ? 'INVALID_REQUEST' : transactionsFor(ctx, broker, of.transactionalId)
  const transaction =
    typeof shard === 'string' ? shard : transactionOf(shard, of.transactionalId, of.producerId, of.producerEpoch)
  if (typeof shard === 'string' || typeof transaction === 'string') {
    then(ctx, transaction as ErrorName)
    return
  }
  if (isBusy(transaction)) {
    then(ctx, 'CONCURRENT_TRANSACTIONS')
    return
  }
  const isOngoing = transaction.phase === 'Ongoing'
  if (isOngoing && added.every((place) => transaction.partitions.has(placeOf(place)))) {
    then(ctx, 'NONE')
    return
  }
  const partitions = new Map(transaction.partitions)
  for (const place of added) partitions.set(placeOf(place), place)
  const nowMs = wallMs(ctx)
  const startedAtMs = isOngoing ? transaction.startedAtMs : nowMs
  store(ctx, shard, transaction, { phase: 'Ongoing', partitions, startedAtMs, updatedAtMs: nowMs }, (now, error) => {
    if (error === null) watchTimeouts(now, shard)
    then(now, error ?? 'NONE')
  })
}

/** handleVerifyPartitionsInTransaction: nothing is added; what is not in it should be aborted. */
export function verifyPartitions(
  ctx: Context,
  broker: number,
  of: Claim,
  asked: readonly TopicPartition[],
): (place: TopicPartition) => ErrorName {
  const all = (error: ErrorName) => () => error
  if (of.transactionalId === '') return all('INVALID_REQUEST')
  const shard = transactionsFor(ctx, broker, of.transactionalId)
  if (typeof shard === 'string') return all(shard)
  const transaction = transactionOf(shard, of.transactionalId, of.producerId, of.producerEpoch)
  if (typeof transaction === 'string') return all(transaction)
  if (isBusy(transaction)) return all('CONCURRENT_TRANSACTIONS')
  const missing = new Set(asked.map(placeOf).filter((place) => !transaction.partitions.has(place)))
  return (place) => (missing.has(placeOf(place)) ? 'TRANSACTION_ABORTABLE' : 'NONE')
}

/** KafkaApis: where the coordinator's broker has not heard of one of the partitions, that is the answer, and no other is tried. */
export function unknownOf(
  { state }: Context,
  broker: number,
  partitions: readonly TopicPartition[],
): ((place: TopicPartition) => ErrorName) | undefined {
  const { image } = state.brokers.get(broker)!
  const unknown = ({ topic, partition }: TopicPartition) => image.topics.get(topic)?.partitions[partition] === undefined
  if (!partitions.some(unknown)) return undefined
  return (place) => (unknown(place) ? 'UNKNOWN_TOPIC_OR_PARTITION' : 'OPERATION_NOT_ATTEMPTED')
}
