/** A log that is cut off: at its start by retention, at its end as its leader has other records there, or none, or its disk had lost them. */
import { type Log, rebuildProducers } from './log.ts'
import { cutSegments, newSegment } from './log-segments.ts'
import { stableUpTo } from './log-transactions.ts'

/**
 * Everything from this offset on is gone, and the batch that has it (UnifiedLog.truncateTo). What was handed out of the buffer stays as it
 * was.
 */
export function truncate(log: Log, to: bigint): boolean {
  // An epoch that saw no record goes in any case: who led in it would else find its log parted from the next leader's for ever.
  if (to >= log.endOffset) {
    while (log.epochs.length > 0 && log.epochs.at(-1)!.startOffset >= to) log.epochs.pop()
    return false
  }
  const kept = log.batches.findIndex(({ lastOffset }) => lastOffset >= to)
  const first = log.batches[kept]
  if (kept < 0 || first === undefined) {
    // All of its batches were deleted from the start: an empty log that ends elsewhere.
    log.endOffset = to
  } else {
    log.batches.length = kept
    log.size = first.position
    // An offset that compaction has taken out stays out.
    log.endOffset = first.baseOffset < to ? first.baseOffset : to
    log.buffer = Buffer.from(log.buffer.subarray(0, log.size))
  }
  const { endOffset } = log
  cutSegments(log)
  while (log.epochs.length > 0 && log.epochs.at(-1)!.startOffset >= endOffset) log.epochs.pop()
  log.aborted.splice(log.aborted.findIndex((one) => one.lastOffset >= endOffset) >>> 0)
  const { entries } = log.index
  entries.splice(entries.findIndex((one) => one.offset >= endOffset) >>> 0)
  log.index.bytes = log.size - Math.max(entries.at(-1)?.position ?? 0, log.segments.at(-1)!.position)
  if (log.cleanedUpTo > endOffset) log.cleanedUpTo = endOffset
  if (log.sparseUpTo > endOffset) log.sparseUpTo = endOffset
  log.untold.removed = log.untold.removed.filter(({ offset }) => offset < endOffset)
  if (log.highWatermark > endOffset) log.highWatermark = endOffset
  if (log.startOffset > endOffset) log.startOffset = endOffset
  rebuildProducers(log)
  return true
}

/** It is empty, and what comes next gets this offset (UnifiedLog.truncateFullyAndStartAt). */
export function startAnewAt(log: Log, offset: bigint, wallMs: number): void {
  log.batches.length = 0
  log.aborted.length = 0
  log.index.entries.length = 0
  log.index.bytes = 0
  log.size = 0
  log.buffer = Buffer.allocUnsafeSlow(0)
  log.epochs = []
  log.segments.splice(0, log.segments.length, newSegment(offset, 0, wallMs))
  log.startOffset = log.endOffset = log.highWatermark = log.cleanedUpTo = log.sparseUpTo = offset
  log.untold.start = null
  log.untold.removed = []
  rebuildProducers(log)
}

/** Records before this offset are deleted. It must not lie past the high watermark (UnifiedLog.maybeIncrementLogStartOffset). */
export function moveStart(log: Log, offset: bigint): boolean {
  if (offset <= log.startOffset) return false
  log.startOffset = offset
  const first = log.epochs.findLastIndex(({ startOffset }) => startOffset <= offset)
  if (first >= 0)
    log.epochs = [{ epoch: log.epochs[first]!.epoch, startOffset: offset }, ...log.epochs.slice(first + 1)]
  log.lastStableOffset = stableUpTo(log)
  return true
}
