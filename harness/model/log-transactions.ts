/**
 * Transactions as one log has them: which are open (so how far read_committed readers see), which were aborted, and which of those a
 * fetch is told (ProducerStateManager, TransactionIndex, OffsetIndex.fetchUpperBoundOffset).
 *
 * NOT modelled: a topic's own index.interval.bytes.
 */
import { decodeMarker, type Marker } from '../wire/control-records.ts'
import { decodeRecords } from '../wire/records.ts'
import type { Log, LogBatch } from './log.ts'
import { remember, rememberMarker } from './producers.ts'

/** An entry of the transaction index. */
export interface Aborted {
  readonly producerId: bigint
  readonly firstOffset: bigint
  /** Of its marker. */
  readonly lastOffset: bigint
  /** What read_committed readers could see when the marker was written: no later entry concerns what lies before it. */
  readonly lastStableOffset: bigint
}

/** A transaction that has its marker, and whose marker is not replicated yet (ProducerStateManager.unreplicatedTxns). */
export interface Ended {
  readonly firstOffset: bigint
  /** Of its marker. */
  readonly lastOffset: bigint
}

export interface IndexEntry {
  readonly offset: bigint
  readonly position: number
}

/**
 * The lowest sequence that waits to be verified, so that none behind it gets in first (VerificationStateEntry). It goes with the first
 * transactional batch that is appended.
 */
export interface Unverified {
  lowestSequence: number
  epoch: number
}

/** index.interval.bytes */
export const indexIntervalBytes = 4096

/** UnifiedLog.lastStableOffset, ProducerStateManager.firstUnstableOffset. */
export function stableUpTo(log: Log): bigint {
  let upTo = log.highWatermark
  for (const first of log.open.values()) {
    if (first < upTo) upTo = first
    break
  }
  for (const { firstOffset } of log.ended) if (firstOffset < upTo) upTo = firstOffset
  return upTo < log.startOffset ? log.startOffset : upTo
}

/** What a batch that is in the log now means for its producer and for transactions. */
export function takeIn(log: Log, batch: LogBatch): void {
  if (batch.isTransactional) log.unverified.delete(batch.producerId)
  if (!batch.isControl) {
    if (remember(log.producers, batch)) log.open.set(batch.producerId, batch.baseOffset)
    return
  }
  const marker = markerIn(log, batch)
  if (marker === undefined) return
  const { producerId, producerEpoch, baseOffset, maxTimestamp: timestamp } = batch
  const { coordinatorEpoch } = marker
  const firstOffset = rememberMarker(log.producers, { producerId, producerEpoch, coordinatorEpoch, timestamp })
  if (firstOffset === null) return
  log.open.delete(producerId)
  log.passedOver.delete(producerId)
  log.ended.push({ firstOffset, lastOffset: baseOffset })
  const known = log.aborted.at(-1)
  if (marker.type === 'abort' && (known === undefined || known.lastOffset < baseOffset)) {
    log.aborted.push({
      producerId,
      firstOffset,
      lastOffset: baseOffset,
      lastStableOffset: nextOpen(log) ?? baseOffset + 1n,
    })
  }
}

/** A log that is read again has its transaction index on disk. */
export function forgetTransactions(log: Log): void {
  log.open.clear()
  log.ended = []
  log.unverified.clear()
}

function nextOpen(log: Log): bigint | undefined {
  for (const first of log.open.values()) return first
  return undefined
}

export function markerIn(log: Log, batch: LogBatch): Marker | undefined {
  const [record] = decodeRecords(log.buffer, batch.position)
  return record === undefined ? undefined : decodeMarker(record)
}

/** LogSegment.append: an entry for the batch once enough bytes lie behind the last one. Call before the size of the log counts it. */
export function indexBatch({ index }: Log, { lastOffset: offset, position, size }: LogBatch): void {
  if (index.bytes > indexIntervalBytes) {
    index.entries.push({ offset, position })
    index.bytes = 0
  }
  index.bytes += size
}

/**
 * The aborted transactions that a read from this offset, of so many bytes from this position on, is told: in the order of their markers,
 * and, as the index is sparse, some that lie behind what was read (LocalLog.addAbortedTransactions).
 */
export function abortedIn(log: Log, offset: bigint, position: number, size: number): Aborted[] {
  if (log.aborted.length === 0) return []
  const next = log.segments.find((segment) => segment.position > position)
  const end = next?.position ?? log.size
  const entry = log.index.entries.find((one) => one.position >= position + size && one.position < end)
  const upTo = entry?.offset ?? next?.baseOffset ?? log.endOffset
  return abortedBetween(log, offset, upTo)
}

/** Those that concern what lies from one offset up to another (TransactionIndex.collectAbortedTxns). */
export function abortedBetween({ aborted }: Log, offset: bigint, upTo: bigint): Aborted[] {
  const found: Aborted[] = []
  for (const each of aborted) {
    if (each.lastOffset < offset) continue
    if (each.firstOffset < upTo) found.push(each)
    if (each.lastStableOffset >= upTo) break
  }
  return found
}
