/** What a leader looks at inside a batch before it is let in (LogValidator): all of its records, which stand or fall as one. */
import { type BatchHeader, decodeRecords, type Record } from '../wire/records.ts'
import { WireError } from '../wire/wire-error.ts'
import { type Refused, refused } from './append.ts'
import { logConfigOf } from './log-config.ts'
import type { ClusterState, Topic } from './state.ts'
import { effectiveNumber, numberOf } from './topic-config.ts'

/** LogValidator.validateBatch. */
export function isPlausible(header: BatchHeader): boolean {
  return (
    header.recordCount > 0 &&
    header.recordCount === header.lastOffsetDelta + 1 &&
    !header.isControl &&
    (header.producerId < 0n || header.baseSequence >= 0)
  )
}

export function openBatch(bytes: Uint8Array, header: BatchHeader): Record[] | null | 'damaged' {
  if (header.compression !== 'none' && header.compression !== 'gzip') return null
  try {
    return decodeRecords(bytes, 0, header)
  } catch (error) {
    if (error instanceof WireError) return 'damaged'
    throw error
  }
}

/** LogValidator.validateRecord, for all records; the batch stands or falls as one. */
export function badRecords(
  state: ClusterState,
  topic: Topic,
  header: BatchHeader,
  records: readonly Record[],
  logAppendTime: boolean,
  wallMs: number,
): Refused | undefined {
  const compacted = logConfigOf(topic).isCompacted
  const beforeMs = numberOf(topic, 'message.timestamp.before.max.ms')
  const afterMs = effectiveNumber(state, topic, 'message.timestamp.after.max.ms')
  const stampedByClient = header.timestampType === 'LogAppendTime'
  if (!compacted && beforeMs === undefined && afterMs === undefined && !stampedByClient) return undefined
  let error: 'INVALID_RECORD' | 'INVALID_TIMESTAMP' = 'INVALID_RECORD'
  const bad: { batchIndex: number; why: string }[] = []
  for (let batchIndex = 0; batchIndex < records.length; batchIndex++) {
    const record = records[batchIndex]!
    const timestamp = stampedByClient ? header.maxTimestamp : header.baseTimestamp + record.timestampDelta
    if (compacted && record.key === null) {
      bad.push({ batchIndex, why: 'Compacted topic cannot accept message without key' })
    } else if (!logAppendTime && timestamp !== -1n) {
      const ageMs = wallMs - Number(timestamp)
      if (ageMs <= (beforeMs ?? Number.POSITIVE_INFINITY) && -ageMs <= (afterMs ?? Number.POSITIVE_INFINITY)) continue
      error = 'INVALID_TIMESTAMP'
      bad.push({ batchIndex, why: `Timestamp ${timestamp} is out of range` })
    } else if (stampedByClient) {
      error = 'INVALID_TIMESTAMP'
      bad.push({ batchIndex, why: 'Producer should not set timestamp type to LogAppendTime' })
    }
  }
  if (bad.length === 0) return undefined
  const message =
    error === 'INVALID_TIMESTAMP'
      ? 'One or more records have been rejected due to invalid timestamp'
      : `One or more records have been rejected due to ${bad.length} record errors in total`
  return refused(error, { records: bad, message })
}

export function latest(header: BatchHeader, records: readonly Record[]): bigint {
  if (header.timestampType === 'LogAppendTime') return header.maxTimestamp
  let delta = records[0]?.timestampDelta ?? 0n
  for (const record of records) if (record.timestampDelta > delta) delta = record.timestampDelta
  const timestamp = header.baseTimestamp + delta
  return timestamp < -1n ? -1n : timestamp
}
