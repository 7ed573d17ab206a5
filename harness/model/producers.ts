/**
 * What one partition knows of its idempotent producers: per producer id its epoch and its last five batches.
 *
 * After Kafka's ProducerStateManager, ProducerStateEntry and ProducerAppendInfo (3.9), KIP-98 and KIP-360:
 * - a batch whose sequence range is one of the last five of the same epoch is a duplicate and gets that batch's offset;
 * - a smaller epoch is INVALID_PRODUCER_EPOCH, a larger one must begin at sequence 0;
 * - within an epoch sequences follow each other, from 2^31-1 to 0, else OUT_OF_ORDER_SEQUENCE_NUMBER;
 * - a producer id of which the partition knows nothing may begin anywhere. That decides what a lost log does to a client: 3.9 answers
 *   nobody with UNKNOWN_PRODUCER_ID any more, also when retention has removed all that a producer wrote;
 * - a transaction is open here from its first batch to its marker; what is not transactional may not come in between (INVALID_TXN_STATE).
 *   A marker may bring a larger epoch, which fences the producer here (INVALID_PRODUCER_EPOCH), and keeps the window of its own epoch;
 *   one of an older coordinator is TRANSACTION_COORDINATOR_FENCED.
 *
 * NOT modelled: snapshots. Kafka's snapshot keeps one batch per producer, so that after a clean restart the window is one; here it is
 * always rebuilt from the log, as after a crash, and on a follower that becomes leader.
 */
import type { ErrorName } from '../wire/error-codes.ts'

export const noProducerId = -1n
export const noProducerEpoch = -1
/** ProducerStateEntry.NUM_BATCHES_TO_RETAIN: what `max.in.flight.requests.per.connection` ≤ 5 rests on. */
export const batchesRetained = 5
const maxSequence = 0x7fff_ffff

/** The part of a batch header that concerns its producer. `baseOffset` and `lastOffset` are those that it gets in the log. */
export interface ProducedBatch {
  readonly producerId: bigint
  readonly producerEpoch: number
  readonly baseSequence: number
  readonly lastOffsetDelta: number
  readonly baseOffset: bigint
  readonly maxTimestamp: bigint
  readonly isTransactional: boolean
}

/** What a marker says to a partition. */
interface ProducerMarker {
  readonly producerId: bigint
  readonly producerEpoch: number
  readonly coordinatorEpoch: number
  readonly timestamp: bigint
}

export interface RetainedBatch {
  readonly firstSequence: number
  readonly lastSequence: number
  readonly firstOffset: bigint
  readonly lastOffset: bigint
  readonly timestamp: bigint
}

export interface ProducerEntry {
  readonly producerId: bigint
  epoch: number
  /** Of the last batch, as its header has it: what expiration is counted from. */
  lastTimestamp: bigint
  /** Oldest first, at most `batchesRetained`. */
  readonly batches: RetainedBatch[]
  /** First offset of its open transaction; null: it has none here. */
  openFrom: bigint | null
  /** Of who wrote its last marker; -1: nobody did. */
  coordinatorEpoch: number
}

/** Key: producer id. */
export type Producers = Map<bigint, ProducerEntry>

export function incrementSequence(sequence: number, by: number): number {
  return sequence > maxSequence - by ? by - (maxSequence - sequence) - 1 : sequence + by
}

export function follows(last: number, next: number): boolean {
  return next === last + 1 || (next === 0 && last === maxSequence)
}

/** `origin` client: full checks. coordinator: offset commits have no sequence, so only the epoch is checked. */
export type Origin = 'client' | 'coordinator'

/** Where this batch was appended before, if it is one of the last five. */
export function findDuplicate(producers: Producers, batch: ProducedBatch): RetainedBatch | undefined {
  const entry = producers.get(batch.producerId)
  if (entry === undefined || entry.epoch !== batch.producerEpoch) return undefined
  const last = incrementSequence(batch.baseSequence, batch.lastOffsetDelta)
  return entry.batches.find((known) => known.firstSequence === batch.baseSequence && known.lastSequence === last)
}

/** Why the batch must not be appended. `lowestUnverified`: see `Log.unverified`. */
export function refusal(
  producers: Producers,
  batch: ProducedBatch,
  origin: Origin,
  lowestUnverified?: number,
): ErrorName | undefined {
  const entry = producers.get(batch.producerId)
  if (entry !== undefined && batch.producerEpoch < entry.epoch) return 'INVALID_PRODUCER_EPOCH'
  if (origin === 'client' && !isInSequence(entry, batch, lowestUnverified)) return 'OUT_OF_ORDER_SEQUENCE_NUMBER'
  return entry !== undefined && entry.openFrom !== null && !batch.isTransactional ? 'INVALID_TXN_STATE' : undefined
}

function isInSequence(entry: ProducerEntry | undefined, batch: ProducedBatch, lowestUnverified?: number): boolean {
  if (lowestUnverified !== undefined && batch.baseSequence > lowestUnverified) return false
  if (entry === undefined) return true
  // Of a producer without an epoch nothing is known that could be out of order (ProducerAppendInfo.checkSequence).
  if (batch.producerEpoch !== entry.epoch) return batch.baseSequence === 0 || entry.epoch === noProducerEpoch
  return follows(entry.batches.at(-1)?.lastSequence ?? -1, batch.baseSequence)
}

/** ProducerAppendInfo.appendEndTxnMarker. */
export function markerRefusal(producers: Producers, marker: ProducerMarker): ErrorName | undefined {
  const entry = producers.get(marker.producerId)
  if (entry === undefined) return undefined
  if (marker.producerEpoch < entry.epoch) return 'INVALID_PRODUCER_EPOCH'
  return marker.coordinatorEpoch < entry.coordinatorEpoch ? 'TRANSACTION_COORDINATOR_FENCED' : undefined
}

/** Takes in a batch that is in the log now. True: it began a transaction. */
export function remember(producers: Producers, batch: ProducedBatch): boolean {
  const entry = entryOf(producers, batch)
  if (entry.batches.length === batchesRetained) entry.batches.shift()
  entry.lastTimestamp = batch.maxTimestamp
  entry.batches.push({
    firstSequence: batch.baseSequence,
    lastSequence: incrementSequence(batch.baseSequence, batch.lastOffsetDelta),
    firstOffset: batch.baseOffset,
    lastOffset: batch.baseOffset + BigInt(batch.lastOffsetDelta),
    timestamp: batch.maxTimestamp,
  })
  if (!batch.isTransactional || entry.openFrom !== null) return false
  entry.openFrom = batch.baseOffset
  return true
}

/** Takes in a marker that is in the log now, and tells where the transaction began that it ended; null where nothing was written. */
export function rememberMarker(producers: Producers, marker: ProducerMarker): bigint | null {
  const entry = entryOf(producers, marker)
  const { openFrom } = entry
  entry.openFrom = null
  entry.coordinatorEpoch = marker.coordinatorEpoch
  entry.lastTimestamp = marker.timestamp
  return openFrom
}

/** In the epoch of what comes now: another epoch than before begins with an empty window. */
function entryOf(
  producers: Producers,
  of: { readonly producerId: bigint; readonly producerEpoch: number },
): ProducerEntry {
  const { producerId, producerEpoch: epoch } = of
  let entry = producers.get(producerId)
  if (entry === undefined) {
    entry = { producerId, epoch, lastTimestamp: -1n, batches: [], openFrom: null, coordinatorEpoch: -1 }
    producers.set(producerId, entry)
  } else if (entry.epoch !== epoch) {
    entry.epoch = epoch
    entry.batches.length = 0
  }
  return entry
}

/** Forgets producers whose last batch is older than `producer.id.expiration.ms` and who have no transaction open; returns their ids. */
export function expire(producers: Producers, nowMs: bigint, expirationMs: bigint): bigint[] {
  const gone: bigint[] = []
  for (const [id, entry] of producers) {
    if (entry.openFrom === null && nowMs - entry.lastTimestamp >= expirationMs) gone.push(id)
  }
  for (const id of gone) producers.delete(id)
  return gone
}
