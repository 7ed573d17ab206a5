/**
 * Markers on their way from the coordinator to the partitions of a transaction, and what is done when the last one is written
 * (TransactionMarkerChannelManager, TransactionMarkerRequestCompletionHandler, KafkaApis.handleWriteTxnMarkersRequest).
 *
 * - A partition of which the coordinator knows nothing is passed over: its topic is deleted. If it is just that its broker has not heard
 *   of the partition yet, the transaction stays open there, as in Kafka, until the producer's next one ends.
 * - One without a leader, or whose leader is not who the coordinator takes it for, is tried again, for ever.
 * - One whose disk is full is tried again too.
 * - A partition that has seen a larger epoch of the producer, or a later coordinator, refuses for good: then the transaction stays in
 *   its Prepare state until another coordinator loads it.
 *
 * NOT modelled: WriteTxnMarkers as a request between brokers. One marker is one timer; Kafka sends those for one broker together. The way
 * back, from the partition to the coordinator, takes no time, and the group coordinator learns of a marker at once.
 */
import { encodeMarkerBatch } from '../../wire/control-records.ts'
import type { ErrorName } from '../../wire/error-codes.ts'
import { appendAsLeader, onlyBatch } from '../append.ts'
import { onTransactionEnded } from '../group/index.ts'
import type { TopicPartition } from '../group/offsets.ts'
import { wallMs } from '../group/state.ts'
import { ledBy } from '../image.ts'
import { offsetsTopic } from '../internal-topics.ts'
import { awaitInSync, isShort } from '../replication/leadership.ts'
import type { Replica } from '../replication/replica.ts'
import type { Context } from '../types.ts'
import { markerDelayMs } from './config.ts'
import type { TransactionShard } from './shard.ts'
import { placeOf, type Transaction } from './state.ts'
import { store } from './store.ts'

/** The decision is in the log. */
export function sendMarkers(ctx: Context, shard: TransactionShard, transaction: Transaction): void {
  transaction.decidedAtMs = wallMs(ctx)
  let delayMs = markerDelayMs(ctx.state, shard.broker, shard.config)
  for (const place of transaction.partitions.values()) {
    send(ctx, shard, transaction, place, delayMs)
    delayMs += shard.config.markerSpreadMs
  }
  completeIfDone(ctx, shard, transaction)
}

function send(
  ctx: Context,
  shard: TransactionShard,
  { transactionalId, markers }: Transaction,
  { topic, partition }: TopicPartition,
  delayMs: number,
): void {
  const fire = { why: 'marker-arrives', transactions: shard.partition, transactionalId, topic, partition } as const
  markers.set(placeOf({ topic, partition }), ctx.arm(shard.broker, ctx.nowMs + delayMs, fire))
}

export function stopMarkers(ctx: Context, transaction: Transaction): void {
  const { markers, completing } = transaction
  for (const timer of markers.values()) ctx.disarm(timer)
  markers.clear()
  if (completing !== null) ctx.disarm(completing)
  transaction.completing = null
}

export function markerArrives(
  ctx: Context,
  shard: TransactionShard,
  transaction: Transaction,
  place: TopicPartition,
): void {
  transaction.markers.delete(placeOf(place))
  write(ctx, shard, transaction, place, (now, outcome) => {
    // Another coordinator has begun from the log, and sends its own.
    if (now.state.transactionShards.get(shard.partition) !== shard) return
    if (outcome === 'again') send(now, shard, transaction, place, shard.config.markerRetryMs)
    else if (outcome === 'never') transaction.isStuck = true
    else {
      transaction.partitions.delete(placeOf(place))
      completeIfDone(now, shard, transaction)
    }
  })
}

type Outcome = 'done' | 'again' | 'never'

/** Where the marker goes; else what is to be done instead. */
function placeFor(
  ctx: Context,
  { broker }: TransactionShard,
  producerId: bigint,
  of: TopicPartition,
): Replica | Outcome {
  const { state } = ctx
  const { topic, partition } = of
  const known = state.brokers.get(broker)!.image.topics.get(topic)?.partitions[partition]
  if (known === undefined) {
    for (const { log } of state.topics.get(topic)?.partitions[partition]?.replicas ?? []) {
      if (log.open.has(producerId)) log.passedOver.add(producerId)
    }
    return 'done'
  }
  const { leader } = known
  if (leader === null || state.brokers.get(leader)?.up !== true) return 'again'
  const into = ledBy(state, leader, topic, partition)
  return typeof into === 'string' || isShort(state, into) ? 'again' : into
}

function write(
  ctx: Context,
  shard: TransactionShard,
  { phase, producerId, epoch, unreplicated }: Transaction,
  place: TopicPartition,
  then: (ctx: Context, outcome: Outcome) => void,
): void {
  const { state } = ctx
  const into = placeFor(ctx, shard, producerId, place)
  if (typeof into === 'string') {
    then(ctx, into)
    return
  }
  const { topic, partition } = place
  const type = phase === 'PrepareCommit' ? 'commit' : 'abort'
  const { coordinatorEpoch } = shard
  const marker = { type, coordinatorEpoch, producerId, producerEpoch: epoch, timestamp: wallMs(ctx) } as const
  const batch = onlyBatch(encodeMarkerBatch(marker))
  if ('is' in batch) throw new Error(`a marker that is ${batch.error}`)
  const appended = appendAsLeader(state, state.topics.get(topic)!, into, batch, 'coordinator', ctx.nowMs)
  if (appended.is === 'refused') {
    then(ctx, afterRefusal(appended.error))
    return
  }
  if (appended.is === 'duplicate') throw new Error('a marker has no duplicate')
  ctx.note({
    what: 'marker',
    topic,
    topicId: into.topicId,
    partition,
    offset: String(appended.batch.baseOffset),
    producerId: String(producerId),
    producerEpoch: epoch,
    is: type,
  })
  unreplicated.add(placeOf(place))
  const replicated = (now: Context, error: ErrorName | null): void => {
    unreplicated.delete(placeOf(place))
    now.state.audit.transactions = now.state.audit.groups = true
    if (error === null && topic === offsetsTopic)
      onTransactionEnded(now, partition, { producerId, commit: type === 'commit', offset: appended.batch.baseOffset })
    then(now, error === null ? 'done' : 'again')
  }
  awaitInSync(ctx, into, appended.batch.lastOffset + 1n, replicationTimeoutMs, replicated, shard.broker)
}

/** request.timeout.ms of a broker. */
const replicationTimeoutMs = 30_000

function afterRefusal(error: ErrorName): 'again' | 'never' {
  if (error === 'KAFKA_STORAGE_ERROR') return 'again'
  if (error === 'INVALID_PRODUCER_EPOCH' || error === 'TRANSACTION_COORDINATOR_FENCED') return 'never'
  throw new Error(`a marker was refused: ${error}`)
}

function completeIfDone(ctx: Context, shard: TransactionShard, transaction: Transaction): void {
  if (transaction.partitions.size > 0) return
  const phase = transaction.phase === 'PrepareCommit' ? 'CompleteCommit' : 'CompleteAbort'
  store(ctx, shard, transaction, { phase, updatedAtMs: transaction.decidedAtMs }, (now, error) => {
    // It is no coordinator any more, and the next one begins from what was decided.
    if (error === null || error === 'NOT_COORDINATOR') return
    // There are not enough replicas: once more (TransactionStateManager, TransactionMarkerChannelManager.retryLogAppends).
    transaction.completing = now.arm(shard.broker, now.nowMs + shard.config.markerRetryMs, {
      why: 'completed-again',
      transactions: shard.partition,
      transactionalId: transaction.transactionalId,
    })
  })
}

/** The timer fired. */
export function completeAgain(ctx: Context, shard: TransactionShard, transaction: Transaction): void {
  transaction.completing = null
  completeIfDone(ctx, shard, transaction)
}
