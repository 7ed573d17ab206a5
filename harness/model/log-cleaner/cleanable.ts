/**
 * What of a log is to be cleaned, and when (LogCleanerManager.cleanableOffsets, calculateCleanableBytes, maxCompactionDelay;
 * LogCleaner.LogToClean). Dirty is what came since it was cleaned last. Left alone are the active segment, what lies behind the last stable
 * offset, and, with min.compaction.lag.ms, segments from the first one on that has a younger record.
 *
 * NOT modelled: a log that can't be cleaned as its key map would not fit into log.cleaner.dedupe.buffer.size.
 */
import type { Log } from '../log.ts'
import type { LogConfig } from '../log-config.ts'
import { activeSegment, largestTimestamp, type Segment, segmentOf, sizeOfSegment } from '../log-segments.ts'

export interface Cleanable {
  /** What lies before was cleaned already. */
  readonly firstDirtyOffset: bigint
  /** Where a segment begins. */
  readonly firstUncleanableOffset: bigint
}

/** Undefined: it is clean enough. */
export function cleanable(log: Log, config: LogConfig, wallMs: number): Cleanable | undefined {
  if (!config.isCompacted || log.segments.length === 1) return undefined
  const firstDirtyOffset = firstDirty(log)
  const upTo = firstUncleanable(log, config, firstDirtyOffset, wallMs)
  const index = nonActiveFrom(log, upTo)[0] ?? log.segments.length - 1
  const firstUncleanableOffset = log.segments[index]!.baseOffset
  const from = least(firstDirtyOffset, firstUncleanableOffset)
  const dirtyBytes = bytesOf(log, from === firstUncleanableOffset ? index : segmentOf(log, from), index)
  const cleanBytes = bytesOf(
    log,
    0,
    log.segments.findIndex(({ baseOffset }) => baseOffset >= firstDirtyOffset),
  )
  const isWorthIt = dirtyBytes > config.minCleanableRatio * (cleanBytes + dirtyBytes)
  const isOverdue = dirtyBytes > 0 && isDelayed(log, config, firstDirtyOffset, wallMs)
  return isWorthIt || isOverdue ? { firstDirtyOffset, firstUncleanableOffset } : undefined
}

/** The first moment from this one on at which it is to be cleaned, by the wall clock; Infinity: not before something happens to it. */
export function cleaningDueMs(log: Log, config: LogConfig, wallMs: number): number {
  if (!config.isCompacted || log.segments.length === 1) return Number.POSITIVE_INFINITY
  const moments = [wallMs]
  for (const segment of log.segments.slice(0, -1)) {
    moments.push(largestTimestamp(segment) + config.minCompactionLagMs)
    if (segment.firstTimestamp !== null) moments.push(Number(segment.firstTimestamp) + config.maxCompactionLagMs + 1)
  }
  const later = moments.filter((ms) => ms >= wallMs).sort((one, other) => one - other)
  return later.find((ms) => cleanable(log, config, ms) !== undefined) ?? Number.POSITIVE_INFINITY
}

/** The checkpoint, unless the log has lost what that speaks of. */
function firstDirty({ cleanedUpTo, startOffset, endOffset }: Log): bigint {
  return cleanedUpTo < startOffset || cleanedUpTo > endOffset ? startOffset : cleanedUpTo
}

function firstUncleanable(
  log: Log,
  { minCompactionLagMs }: LogConfig,
  firstDirtyOffset: bigint,
  wallMs: number,
): bigint {
  let upTo = least(log.lastStableOffset, activeSegment(log).baseOffset)
  if (minCompactionLagMs > 0) {
    const young = nonActiveFrom(log, firstDirtyOffset).find(
      (index) => largestTimestamp(log.segments[index]!) > wallMs - minCompactionLagMs,
    )
    if (young !== undefined) upTo = least(upTo, log.segments[young]!.baseOffset)
  }
  return upTo < firstDirtyOffset ? firstDirtyOffset : upTo
}

/** Indices of the segments that have this offset or a later one, without the active one (LogSegments.nonActiveLogSegmentsFrom). */
function nonActiveFrom(log: Log, offset: bigint): number[] {
  const active = log.segments.length - 1
  if (offset >= log.segments[active]!.baseOffset) return []
  const first = segmentOf(log, offset)
  return Array.from({ length: active - first }, (_, i) => first + i)
}

/** max.compaction.lag.ms: its oldest dirty segment has waited for longer, by the time of its first records. */
function isDelayed(log: Log, { maxCompactionLagMs }: LogConfig, firstDirtyOffset: bigint, wallMs: number): boolean {
  const cleanUntilMs = wallMs - maxCompactionLagMs
  const isOlder = ({ firstTimestamp: of }: Segment): boolean => of !== null && of > 0n && Number(of) < cleanUntilMs
  return nonActiveFrom(log, firstDirtyOffset).some((index) => isOlder(log.segments[index]!))
}

function bytesOf(log: Log, from: number, to: number): number {
  let bytes = 0
  for (let index = from; index < to; index++) bytes += sizeOfSegment(log, index)
  return bytes
}

function least(one: bigint, other: bigint): bigint {
  return one < other ? one : other
}
