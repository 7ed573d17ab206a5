/**
 * Retention: the oldest segments of a log go, whole, and the log starts behind them (UnifiedLog.deleteOldSegments, deletableSegments).
 * Every broker does it to its own copies; when: log-manager.ts.
 *
 * Only what lies below the high watermark goes. The active segment goes too when all before it went: an empty one is begun behind it.
 * Producers that wrote what is gone are known for as long as before, until the log is read again; so are transactions that are open.
 */
import type { Log } from './log.ts'
import type { LogConfig } from './log-config.ts'
import { largestTimestamp, roll, type Segment, sizeOfSegment } from './log-segments.ts'
import { moveStart } from './log-truncation.ts'

/** Which limit the segments that went were over. */
export type Breach = 'retention.ms' | 'retention.bytes'

type Policy = Pick<LogConfig, 'isDeleted' | 'retentionMs' | 'retentionBytes'>

export interface Deleted {
  /** Segments that went. */
  readonly segments: number
  /** Why the log start moved; null: it did not, as they lay before it already (DeleteRecords). */
  readonly by: Breach | null
}

/** Call on a copy whose broker is up. `wallMs`: by the clock of that broker. */
export function deleteOldSegments(log: Log, policy: Policy, wallMs: number): Deleted {
  let segments = deleteSegments(log, countWhile(log, isBeforeStart(log)), wallMs)
  let by: Breach | null = null
  if (!policy.isDeleted) return { segments, by }
  const oversize = countWhile(log, isOversize(log, policy))
  if (oversize > 0) by = 'retention.bytes'
  segments += deleteSegments(log, oversize, wallMs)
  const expired = countWhile(log, isExpired(policy, wallMs))
  if (expired > 0) by = 'retention.ms'
  segments += deleteSegments(log, expired, wallMs)
  return { segments, by }
}

/** When the first segment is to go, by the wall clock: 0, at once; Infinity: not before something else happens to the log. */
export function deletionDueMs(log: Log, policy: Policy): number {
  if (countWhile(log, isBeforeStart(log)) > 0) return 0
  if (!policy.isDeleted || !isFirstReplicated(log)) return Number.POSITIVE_INFINITY
  if (countWhile(log, isOversize(log, policy)) > 0) return 0
  if (policy.retentionMs < 0) return Number.POSITIVE_INFINITY
  return largestTimestamp(log.segments[0]!) + policy.retentionMs + 1
}

function isFirstReplicated({ segments, highWatermark, endOffset, size }: Log): boolean {
  if (segments.length === 1 && size === 0) return false
  return highWatermark >= (segments[1]?.baseOffset ?? endOffset)
}

type Predicate = (index: number, segment: Segment, next: Segment | undefined) => boolean

/** How many of the oldest segments are over a limit, one behind the other. */
function countWhile(log: Log, isDeletable: Predicate): number {
  const { segments, endOffset, highWatermark } = log
  let count = 0
  for (const [index, segment] of segments.entries()) {
    const next = segments[index + 1]
    if (highWatermark < (next?.baseOffset ?? endOffset) || !isDeletable(index, segment, next)) break
    if (next === undefined && sizeOfSegment(log, index) === 0) break
    count++
  }
  return count
}

function isBeforeStart({ startOffset }: Log): Predicate {
  return (_, __, next) => next !== undefined && next.baseOffset <= startOffset
}

function isOversize(log: Log, { retentionBytes }: Policy): Predicate {
  if (retentionBytes < 0 || log.size < retentionBytes) return () => false
  let over = log.size - retentionBytes
  return (index) => {
    const size = sizeOfSegment(log, index)
    if (over < size) return false
    over -= size
    return true
  }
}

function isExpired({ retentionMs }: Policy, wallMs: number): Predicate {
  return (_, segment) => retentionMs >= 0 && wallMs - largestTimestamp(segment) > retentionMs
}

function deleteSegments(log: Log, count: number, wallMs: number): number {
  if (count === 0) return 0
  if (count === log.segments.length) roll(log, wallMs)
  moveStart(log, log.segments[count]!.baseOffset)
  dropSegments(log, count)
  return count
}

/** The bytes of the oldest segments go. What was handed out of the buffer stays as it was. */
function dropSegments(log: Log, count: number): void {
  log.segments.splice(0, count)
  const { baseOffset, position: shift } = log.segments[0]!
  const first = log.batches.findIndex(({ position }) => position >= shift)
  const kept = first < 0 ? [] : log.batches.slice(first)
  log.batches.length = 0
  for (const batch of kept) log.batches.push({ ...batch, position: batch.position - shift })
  log.buffer = Buffer.from(log.buffer.subarray(shift, log.size))
  log.size -= shift
  for (const segment of log.segments) segment.position -= shift
  const entries = log.index.entries.filter(({ position }) => position >= shift)
  log.index.entries.length = 0
  for (const { offset, position } of entries) log.index.entries.push({ offset, position: position - shift })
  const aborted = log.aborted.findIndex(({ lastOffset }) => lastOffset >= baseOffset)
  log.aborted.splice(0, aborted < 0 ? log.aborted.length : aborted)
}
