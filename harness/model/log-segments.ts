/**
 * The segments of a log: from where on one takes its records, and when the next one begins (LogSegment, LogSegments, LocalLog.roll,
 * UnifiedLog.maybeRoll). Their bytes lie one behind the other in the buffer of the log; only the last one, the active one, grows.
 *
 * NOT modelled: files, and so segment.jitter.ms, segments that are full since their index is (segment.index.bytes) or since their offsets
 * don't fit into 31 bits.
 */
import type { Log } from './log.ts'

export interface Segment {
  readonly baseOffset: bigint
  /** Where its first byte lies in the buffer of the log. */
  position: number
  /** Largest timestamp of what was first appended to it, from which segment.ms counts (rollingBasedTimestamp); null: it is empty. */
  firstTimestamp: bigint | null
  /** The largest timestamp in it; -1: it has none. */
  largestTimestamp: bigint
  /** By the wall clock. */
  madeAtMs: number
  modifiedAtMs: number
}

/** segment.bytes and segment.ms (LogConfig.segmentSize, maxSegmentMs). */
export interface SegmentLimits {
  readonly segmentBytes: number
  readonly segmentMs: number
}

export function newSegment(baseOffset: bigint, position: number, madeAtMs: number): Segment {
  return { baseOffset, position, firstTimestamp: null, largestTimestamp: -1n, madeAtMs, modifiedAtMs: madeAtMs }
}

export function activeSegment({ segments }: Log): Segment {
  return segments[segments.length - 1]!
}

/** Where the first byte behind this segment lies. */
export function endOfSegment({ segments, size }: Log, index: number): number {
  return segments[index + 1]?.position ?? size
}

export function sizeOfSegment(log: Log, index: number): number {
  return endOfSegment(log, index) - log.segments[index]!.position
}

/** Index of the segment in which this offset belongs (LogSegments.floorSegment); 0 for what lies before all of them. */
export function segmentOf({ segments }: Log, offset: bigint): number {
  let index = segments.length - 1
  while (index > 0 && segments[index]!.baseOffset > offset) index--
  return index
}

/** LogSegment.largestTimestamp: of its records, or when it was last written where they have none; by the wall clock. */
export function largestTimestamp({ largestTimestamp: of, modifiedAtMs }: Segment): number {
  return of >= 0n ? Number(of) : modifiedAtMs
}

/**
 * What is to be appended now, as one, goes behind what is there, or into a segment of its own. `firstOffset`: of its first record, where
 * that is behind the log end (a follower of a compacted log).
 */
export function makeRoom(
  log: Log,
  bytes: number,
  maxTimestamp: bigint,
  { segmentBytes, segmentMs }: SegmentLimits,
  wallMs: number,
  firstOffset = log.endOffset,
): void {
  const active = activeSegment(log)
  const size = log.size - active.position
  if (size === 0) return
  if (size > segmentBytes - bytes || waitedMs(active, maxTimestamp, wallMs) > segmentMs) roll(log, wallMs, firstOffset)
}

/** LogSegment.timeWaitedForRoll: by the time of records, not by the clock, where they have one. */
function waitedMs({ firstTimestamp, madeAtMs }: Segment, maxTimestamp: bigint, wallMs: number): number {
  return firstTimestamp !== null && firstTimestamp >= 0n ? Number(maxTimestamp - firstTimestamp) : wallMs - madeAtMs
}

/** A new active segment begins, unless the one that there is has nothing in it yet. */
export function roll(log: Log, wallMs: number, baseOffset = log.endOffset): void {
  const active = activeSegment(log)
  if (active.baseOffset === baseOffset && active.position === log.size) return
  log.segments.push(newSegment(baseOffset, log.size, wallMs))
  log.index.bytes = 0
}

/** Something was appended as one to the active segment; by the largest timestamp in it. */
export function noteAppended(log: Log, maxTimestamp: bigint, wallMs: number): void {
  const active = activeSegment(log)
  active.firstTimestamp ??= maxTimestamp
  if (maxTimestamp > active.largestTimestamp) active.largestTimestamp = maxTimestamp
  active.modifiedAtMs = wallMs
}

/** Its batches were cut off from the log end: those segments go that begin behind it, and the last one knows less. */
export function cutSegments(log: Log): void {
  const { segments, endOffset, size } = log
  while (segments.length > 1 && segments.at(-1)!.baseOffset > endOffset) segments.pop()
  // All of it was cut off, and more than it had: what was before had been deleted.
  if (segments[0]!.baseOffset > endOffset) segments[0] = newSegment(endOffset, size, segments[0]!.modifiedAtMs)
  retime(log, segments.length - 1)
}

/** Its broker has started again, and reads from their files what it knew of them. */
export function reopen(log: Log, wallMs: number): void {
  for (const [index, segment] of log.segments.entries()) {
    segment.madeAtMs = wallMs
    retime(log, index)
  }
}

/** Its times, as its batches say them (LogSegment.loadFirstBatchTimestamp, readLargestTimestamp). */
function retime(log: Log, index: number): void {
  const segment = log.segments[index]!
  const end = endOfSegment(log, index)
  segment.firstTimestamp = null
  segment.largestTimestamp = -1n
  for (const { position, maxTimestamp } of log.batches) {
    if (position < segment.position || position >= end) continue
    segment.firstTimestamp ??= maxTimestamp
    if (maxTimestamp > segment.largestTimestamp) segment.largestTimestamp = maxTimestamp
  }
}
