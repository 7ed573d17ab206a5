/** Finding records of a log by their timestamps, and the place of an offset among leader epochs. What lies before the log start is gone. */
import { decodeRecords, lastOffset, parseBatchHeader, recordOffset, recordTimestamp } from '../wire/records.ts'
import type { Log, LogBatch } from './log.ts'
import { endOfSegment, largestTimestamp } from './log-segments.ts'

export interface Found {
  readonly timestamp: bigint
  readonly offset: bigint
  readonly leaderEpoch: number
}

/**
 * The first record with this timestamp or a later one, in the first segment that can have one: where that has it before the log start only,
 * none is found (UnifiedLog.searchOffsetInLocalLog, FileRecords.searchForTimestamp).
 */
export function findByTimestamp(log: Log, timestamp: bigint): Found | undefined {
  const index = log.segments.findIndex((segment) => largestTimestamp(segment) >= timestamp)
  const segment = log.segments[index]
  if (segment === undefined) return undefined
  const end = endOfSegment(log, index)
  for (const batch of log.batches) {
    if (batch.position < segment.position || batch.position >= end) continue
    if (batch.maxTimestamp < timestamp || batch.lastOffset < log.startOffset) continue
    const found = findIn(log, batch, (of, offset) => of >= timestamp && offset >= log.startOffset)
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

function findIn(log: Log, batch: LogBatch, wanted: (timestamp: bigint, offset: bigint) => boolean): Found | undefined {
  const header = parseBatchHeader(log.buffer, batch.position)
  const found = (timestamp: bigint, offset: bigint) => ({ timestamp, offset, leaderEpoch: batch.leaderEpoch })
  if (header.compression !== 'none' && header.compression !== 'gzip') {
    // Its records can't be read here: the batch as a whole stands for them.
    const last = lastOffset(header)
    return wanted(batch.maxTimestamp, last) ? found(batch.maxTimestamp, last) : undefined
  }
  for (const record of decodeRecords(log.buffer, batch.position, header)) {
    const timestamp = recordTimestamp(header, record)
    const offset = recordOffset(header, record)
    if (wanted(timestamp, offset)) return found(timestamp, offset)
  }
  return undefined
}
