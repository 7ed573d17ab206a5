/** One log for tests: what is appended to it goes through its segments, and is replicated at once. Tests only. */
import { encodeMarkerBatch, parseBatchHeader } from '../../wire/records.ts'
import { type Log, push, raiseHighWatermark } from '../log.ts'
import { makeRoom, noteAppended, type SegmentLimits } from '../log-segments.ts'
import { takeIn } from '../log-transactions.ts'
import { batch } from './cluster-stage.ts'

export const roomy: SegmentLimits = { segmentBytes: 1 << 30, segmentMs: 604_800_000 }

/** Returns how many bytes it is long. */
export function append(
  log: Log,
  ids: readonly string[],
  options: Parameters<typeof batch>[1] = {},
  limits = roomy,
  wallMs = 0,
): number {
  return put(log, batch(ids, options), ids, limits, wallMs)
}

export function appendMarker(log: Log, type: 'commit' | 'abort', producerId: bigint, timestamp: bigint): number {
  const bytes = encodeMarkerBatch({ type, producerId, producerEpoch: 0, coordinatorEpoch: 0, timestamp })
  return put(log, bytes, [], roomy, Number(timestamp))
}

function put(log: Log, bytes: Uint8Array, ids: readonly string[], limits: SegmentLimits, wallMs: number): number {
  const header = parseBatchHeader(bytes)
  const { maxTimestamp } = header
  makeRoom(log, bytes.length, maxTimestamp, limits, wallMs)
  const written = push(log, bytes, header, { leaderEpoch: 0, logAppendTime: false, writtenAtMs: 0, maxTimestamp }, ids)
  if (written.producerId >= 0n) takeIn(log, written)
  noteAppended(log, maxTimestamp, wallMs)
  raiseHighWatermark(log, log.endOffset)
  return bytes.length
}
