/**
 * One log: batches of format 2 as bytes, one behind the other in one buffer as in a segment file, with what is asked of their
 * headers beside them (UnifiedLog, LocalLog, LogSegment, LeaderEpochFileCache).
 *
 * Nothing here judges what a producer sent: that is `append.ts`.
 *
 * NOT modelled: segments (one is never rolled), retention, compaction, DeleteRecords, truncation, tiers.
 */

import { crc32c } from '../wire/crc32c.ts'
import {
  at,
  type BatchHeader,
  bits,
  decodeRecords,
  lastOffset,
  parseBatchHeader,
  recordOffset,
  recordTimestamp,
} from '../wire/records.ts'
import { type ProducedBatch, type Producers, remember } from './producers.ts'

export interface Log {
  readonly startOffset: bigint
  /** What the next record gets. */
  endOffset: bigint
  /** What readers may see. One copy: the log end. */
  highWatermark: bigint
  /** What read_committed readers may see. No transactions yet: the high watermark. */
  lastStableOffset: bigint
  readonly batches: LogBatch[]
  /** The batches; only the first `size` bytes are any. Grown by replacing it, so what was handed out stays as it was. */
  buffer: Buffer
  size: number
  /** Which leader epoch begins where, ascending in both. */
  readonly epochs: { readonly epoch: number; readonly startOffset: bigint }[]
  readonly producers: Producers
  /** Producers that were forgotten with time → the log end then: from there on their sequences may begin anywhere again. */
  readonly forgotten: Map<bigint, bigint>
  /** When producers were last looked at for their age, and when anything was last appended; wall clock. */
  expiredAtMs: number
  modifiedAtMs: number
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
}

export function newLog(): Log {
  return {
    startOffset: 0n,
    endOffset: 0n,
    highWatermark: 0n,
    lastStableOffset: 0n,
    batches: [],
    buffer: Buffer.allocUnsafeSlow(0),
    size: 0,
    epochs: [],
    producers: new Map(),
    forgotten: new Map(),
    expiredAtMs: 0,
    modifiedAtMs: 0,
  }
}

/** What the leader writes over what the producer sent. All but the times lie outside of the checksum. */
export interface Stamp {
  readonly leaderEpoch: number
  readonly maxTimestamp: bigint
  readonly logAppendTime: boolean
}

/** Puts a batch that has been judged at the end of the log. Producers are not told: `remember` does that. */
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
    isControl: header.isControl,
    messages,
  }
  log.batches.push(batch)
  log.size += bytes.length
  log.endOffset = log.highWatermark = log.lastStableOffset = batch.lastOffset + 1n
  return batch
}

function reserve(log: Log, more: number): void {
  const needed = log.size + more
  if (needed <= log.buffer.length) return
  const larger = Buffer.allocUnsafeSlow(Math.max(needed, log.buffer.length * 2, 1024))
  larger.set(log.buffer.subarray(0, log.size))
  log.buffer = larger
}

/** A new leader: its epoch begins here. An epoch that saw no record leaves no trace (LeaderEpochFileCache.assign). */
export function beginEpoch(log: Log, epoch: number): void {
  while (log.epochs.length > 0 && log.epochs.at(-1)!.startOffset >= log.endOffset) log.epochs.pop()
  log.epochs.push({ epoch, startOffset: log.endOffset })
}

/** What a broker does with a log after a crash, and has done as a follower: read it all. */
export function rebuildProducers(log: Log): void {
  log.producers.clear()
  for (const batch of log.batches) if (batch.producerId >= 0n && !batch.isControl) remember(log.producers, batch)
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

export interface Slice {
  /** A view; it ends where `maxBytes` is used up, which may be inside a batch. */
  readonly records: Uint8Array
  /** The batches that are whole in it: `batches.slice(first, end)`. */
  readonly first: number
  readonly end: number
}

const nothing: Slice = { records: new Uint8Array(0), first: 0, end: 0 }

/**
 * What a fetch gets from this offset on. The first batch comes whole if it fits or if `wholeFirst` asks for it, else nothing; from
 * there on bytes are cut at `maxBytes`, as LogSegment.read does: the tail may be part of a batch, which clients skip (KIP-74).
 */
export function read(
  log: Log,
  offset: bigint,
  maxBytes: number,
  wholeFirst: boolean,
  upTo: bigint,
): Slice | 'OFFSET_OUT_OF_RANGE' {
  if (offset < log.startOffset || offset > log.endOffset) return 'OFFSET_OUT_OF_RANGE'
  if (offset >= upTo) return nothing
  const first = indexOf(log, offset)
  const { position, size } = log.batches[first]!
  if (maxBytes < size && !wholeFirst) return nothing
  const readable = upTo === log.endOffset ? log.size : positionOf(log, upTo)
  const stop = Math.min(readable, position + Math.max(maxBytes, size))
  let end = first
  while (end < log.batches.length && log.batches[end]!.position + log.batches[end]!.size <= stop) end++
  return { records: log.buffer.subarray(position, stop), first, end }
}

export interface Found {
  readonly timestamp: bigint
  readonly offset: bigint
  readonly leaderEpoch: number
}

/** The first record with this timestamp or a later one (FileRecords.searchForTimestamp). */
export function findByTimestamp(log: Log, timestamp: bigint): Found | undefined {
  for (const batch of log.batches) {
    if (batch.maxTimestamp < timestamp) continue
    const found = findIn(log, batch, (of) => of >= timestamp)
    if (found !== undefined) return found
  }
  return undefined
}

/** The first record of the batch with the largest timestamp that has that timestamp (KIP-734). */
export function findMaxTimestamp(log: Log): Found | undefined {
  let latest: LogBatch | undefined
  for (const batch of log.batches) {
    if (latest === undefined || batch.maxTimestamp > latest.maxTimestamp) latest = batch
  }
  if (latest === undefined || latest.maxTimestamp < 0n) return undefined
  const { maxTimestamp } = latest
  return findIn(log, latest, (of) => of === maxTimestamp)
}

function findIn(log: Log, batch: LogBatch, wanted: (timestamp: bigint) => boolean): Found | undefined {
  const header = parseBatchHeader(log.buffer, batch.position)
  const found = (timestamp: bigint, offset: bigint) => ({ timestamp, offset, leaderEpoch: batch.leaderEpoch })
  if (header.compression !== 'none' && header.compression !== 'gzip') {
    // Its records can't be read here: the batch as a whole stands for them.
    return wanted(batch.maxTimestamp) ? found(batch.maxTimestamp, lastOffset(header)) : undefined
  }
  for (const record of decodeRecords(log.buffer, batch.position, header)) {
    const timestamp = recordTimestamp(header, record)
    if (wanted(timestamp)) return found(timestamp, recordOffset(header, record))
  }
  return undefined
}
