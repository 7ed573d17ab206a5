/**
 * One log: batches of format 2 as bytes, one behind the other in one buffer as in a segment file, with what is asked of their
 * headers beside them (UnifiedLog, LocalLog, LogSegment, LeaderEpochFileCache).
 *
 * Nothing here judges what a producer sent: that is `append.ts`. What is read of it: `log-read.ts`. What is open and aborted in it:
 * `log-transactions.ts`. By time: `log-timestamps.ts`. Leader epochs: `log-epochs.ts`. Segments: `log-segments.ts`. What is cut off:
 * `log-truncation.ts`. What goes with time: `log-retention.ts`; what with newer records:
 * `log-cleaner/`.
 *
 * NOT modelled: tiers.
 */

import { crc32c } from '../wire/crc32c.ts'
import { at, type BatchHeader, bits } from '../wire/records.ts'
import type { Removed } from './log-cleaner/filter.ts'
import { beginEpoch } from './log-epochs.ts'
import type { Breach } from './log-retention.ts'
import { newSegment, type Segment } from './log-segments.ts'
import type { Aborted, Ended, IndexEntry, Unverified } from './log-transactions.ts'
import { forgetTransactions, indexBatch, stableUpTo, takeIn } from './log-transactions.ts'
import type { ProducedBatch, Producers } from './producers.ts'

export interface Log {
  /** What lies before it is gone for readers, and for who rebuilds producers; its bytes go with their segment. */
  startOffset: bigint
  /** What the next record gets. */
  endOffset: bigint
  /** What readers may see: what all in-sync replicas have, as far as this copy's broker knows. */
  highWatermark: bigint
  /** What read_committed readers may see: up to the first record of the oldest open transaction, else the high watermark. */
  lastStableOffset: bigint
  readonly batches: LogBatch[]
  /** The batches; only the first `size` bytes are any. Grown by replacing it, so what was handed out stays as it was. */
  buffer: Buffer
  size: number
  /** Ascending; there is always one. */
  readonly segments: Segment[]
  /** Which leader epoch begins where, ascending in both. */
  epochs: { readonly epoch: number; readonly startOffset: bigint }[]
  readonly producers: Producers
  /** Producers with a transaction open here → its first offset, ascending: it is put in when the first record comes. */
  readonly open: Map<bigint, bigint>
  /** Transactions whose marker lies behind the high watermark, in the order of their markers: for readers they are open still. */
  ended: Ended[]
  /** The transaction index: aborted transactions in the order of their markers. */
  readonly aborted: Aborted[]
  /** The sparse offset index, which decides how many aborted transactions a fetch tells. */
  readonly index: { bytes: number; readonly entries: IndexEntry[] }
  /** Producers whose first batch of a transaction has not been verified yet (KIP-890). */
  readonly unverified: Map<bigint, Unverified>
  /** Producers whose transaction stays open here, as a coordinator passed over this partition (transaction/markers.ts). For the invariants. */
  readonly passedOver: Set<bigint>
  /** Producers that were forgotten with time → the log end then: from there on their sequences may begin anywhere again. */
  readonly forgotten: Map<bigint, bigint>
  /** When producers were last looked at for their age; wall clock. */
  expiredAtMs: number
  /** Up to here it was cleaned; what came since is dirty (cleaner-offset-checkpoint). */
  cleanedUpTo: bigint
  /** Before this offset records may be missing: it was cleaned, or copied from a log that was. */
  sparseUpTo: bigint
  /** What its broker did to it while another one led: told should it lead (log-retention.ts). */
  readonly untold: Untold
}

export interface Untold {
  /** Why the log start moved; null: it did not, or who leads said so. */
  start: Breach | null
  /** Records that were taken out of it. */
  removed: Removed[]
}

export interface LogBatch extends ProducedBatch {
  readonly lastOffset: bigint
  /** Where it starts in the buffer, and how long it is. */
  readonly position: number
  readonly size: number
  readonly leaderEpoch: number
  readonly crc: number
  readonly isControl: boolean
  /** Identities of its records, in order. */
  readonly messages: readonly string[]
  /** How far behind the first offset each of them lies, where some are gone; absent: they follow each other. */
  readonly offsets?: readonly number[]
  /** When this copy got it. */
  readonly writtenAtMs: number
}

const noBytes = Buffer.alloc(0)

/** `madeAtMs`: by the wall clock; nothing is in it yet, and its files are as old as that. */
export function newLog(madeAtMs = 0): Log {
  return {
    startOffset: 0n,
    endOffset: 0n,
    highWatermark: 0n,
    lastStableOffset: 0n,
    batches: [],
    buffer: noBytes,
    size: 0,
    segments: [newSegment(0n, 0, madeAtMs)],
    epochs: [],
    producers: new Map(),
    open: new Map(),
    ended: [],
    aborted: [],
    index: { bytes: 0, entries: [] },
    unverified: new Map(),
    passedOver: new Set(),
    forgotten: new Map(),
    expiredAtMs: 0,
    cleanedUpTo: 0n,
    sparseUpTo: 0n,
    untold: { start: null, removed: [] },
  }
}

/** What the leader writes over what the producer sent. All but the times lie outside of the checksum. */
export interface Stamp {
  readonly leaderEpoch: number
  readonly maxTimestamp: bigint
  readonly logAppendTime: boolean
  readonly writtenAtMs: number
}

/** Puts a batch that has been judged at the end of the log. Producers are not told: `takeIn` does that. */
export function push(
  log: Log,
  bytes: Uint8Array,
  header: BatchHeader,
  stamp: Stamp,
  messages: readonly string[],
): LogBatch {
  const position = log.size
  reserve(log, bytes.length)
  const { buffer } = log
  buffer.set(bytes, position)
  buffer.writeBigInt64BE(log.endOffset, position)
  buffer.writeInt32BE(stamp.leaderEpoch, position + at.partitionLeaderEpoch)
  let { crc } = header
  const wasLogAppendTime = header.timestampType === 'LogAppendTime'
  if (stamp.maxTimestamp !== header.maxTimestamp || stamp.logAppendTime !== wasLogAppendTime) {
    // DefaultRecordBatch.setMaxTimestamp: the checksum covers both, so it is made anew.
    const kept = header.attributes & ~bits.logAppendTime
    buffer.writeInt16BE(stamp.logAppendTime ? kept | bits.logAppendTime : kept, position + at.attributes)
    buffer.writeBigInt64BE(stamp.maxTimestamp, position + at.maxTimestamp)
    crc = crc32c(buffer, position + at.attributes, position + bytes.length)
    buffer.writeUInt32BE(crc, position + at.crc)
  }
  const batch: LogBatch = {
    baseOffset: log.endOffset,
    lastOffset: log.endOffset + BigInt(header.lastOffsetDelta),
    lastOffsetDelta: header.lastOffsetDelta,
    position,
    size: bytes.length,
    leaderEpoch: stamp.leaderEpoch,
    maxTimestamp: stamp.maxTimestamp,
    producerId: header.producerId,
    producerEpoch: header.producerEpoch,
    baseSequence: header.baseSequence,
    crc,
    isTransactional: header.isTransactional,
    isControl: header.isControl,
    messages,
    writtenAtMs: stamp.writtenAtMs,
  }
  log.batches.push(batch)
  indexBatch(log, batch)
  log.size += bytes.length
  log.endOffset = batch.lastOffset + 1n
  return batch
}

/** A batch as the leader has it, at the end of a follower's log; its producer is taken in (UnifiedLog.appendAsFollower). */
export function pushCopy(log: Log, bytes: Uint8Array, batch: LogBatch, writtenAtMs: number): void {
  if (batch.baseOffset < log.endOffset)
    throw new Error(`batch ${batch.baseOffset} behind a log end of ${log.endOffset}`)
  if (batch.leaderEpoch > (log.epochs.at(-1)?.epoch ?? -1)) beginEpoch(log, batch.leaderEpoch)
  reserve(log, bytes.length)
  log.buffer.set(bytes, log.size)
  const copy: LogBatch = { ...batch, position: log.size, writtenAtMs }
  if (batch.baseOffset > log.endOffset || batch.offsets !== undefined) log.sparseUpTo = copy.lastOffset + 1n
  log.batches.push(copy)
  indexBatch(log, copy)
  log.size += bytes.length
  log.endOffset = copy.lastOffset + 1n
  if (copy.producerId >= 0n) takeIn(log, copy)
}

/** Whether it moved. It never goes back but with the log's end. */
export function raiseHighWatermark(log: Log, to: bigint): boolean {
  if (to <= log.highWatermark) return false
  log.highWatermark = to
  if (log.ended.length > 0) log.ended = log.ended.filter(({ lastOffset }) => lastOffset >= to)
  log.lastStableOffset = stableUpTo(log)
  return true
}

function reserve(log: Log, more: number): void {
  const needed = log.size + more
  if (needed <= log.buffer.length) return
  const larger = Buffer.allocUnsafeSlow(Math.max(needed, log.buffer.length * 2, 1024))
  larger.set(log.buffer.subarray(0, log.size))
  log.buffer = larger
}

/**
 * What a broker does with a log after a crash, and has done as a follower: read it all, from the log start on. A producer all of whose
 * batches lie before it is forgotten.
 */
export function rebuildProducers(log: Log): void {
  const before = [...log.producers.keys()]
  log.producers.clear()
  forgetTransactions(log)
  for (const batch of log.batches) if (batch.producerId >= 0n && batch.lastOffset >= log.startOffset) takeIn(log, batch)
  for (const id of before) if (!log.producers.has(id)) log.forgotten.set(id, log.endOffset)
  log.ended = log.ended.filter(({ lastOffset }) => lastOffset >= log.highWatermark)
  log.lastStableOffset = stableUpTo(log)
}

/** Index of the batch that has this offset, or the first one behind it; `batches.length` when there is none. */
export function indexOf(log: Log, offset: bigint): number {
  let low = 0
  let high = log.batches.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (log.batches[middle]!.lastOffset < offset) low = middle + 1
    else high = middle
  }
  return low
}

/** Where reading from this offset starts in the buffer. */
export function positionOf(log: Log, offset: bigint): number {
  return log.batches[indexOf(log, offset)]?.position ?? log.size
}
