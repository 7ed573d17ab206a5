/** Retention of one log. Segments of 100 ms by the time of records; what is kept longer than 1000 ms goes. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newLog, rebuildProducers } from './log.ts'
import { read } from './log-read.ts'
import { deleteOldSegments, deletionDueMs } from './log-retention.ts'
import { moveStart } from './log-truncation.ts'
import { append, appendMarker, roomy } from './testing/log-stage.ts'

const policy = { isDeleted: true, retentionMs: 1000, retentionBytes: -1 }
const limits = { ...roomy, segmentMs: 100 }

function at(...timesMs: number[]) {
  const log = newLog()
  for (const [i, ms] of timesMs.entries()) append(log, [`${i}`], { baseTimestamp: BigInt(ms) }, limits, ms)
  return log
}

const offsets = (log: ReturnType<typeof newLog>) => log.batches.map(({ baseOffset }) => Number(baseOffset))

describe('retention.ms', () => {
  it('takes a segment once its latest record is older, and not a moment before', () => {
    const log = at(0, 60, 200, 260)
    expect(deletionDueMs(log, policy)).toBe(1061)
    expect(deleteOldSegments(log, policy, 1060)).toEqual({ segments: 0, by: null })
    expect(deleteOldSegments(log, policy, 1061)).toEqual({ segments: 1, by: 'retention.ms' })
    expect([log.startOffset, log.endOffset, log.highWatermark, offsets(log)]).toEqual([2n, 4n, 4n, [2, 3]])
    expect(deletionDueMs(log, policy)).toBe(1261)
  })

  it('takes the active one too, and begins another behind it', () => {
    const log = at(0, 200)
    deleteOldSegments(log, policy, 5000)
    expect([log.startOffset, log.endOffset, log.size, log.batches.length]).toEqual([2n, 2n, 0, 0])
    expect(log.segments).toMatchObject([{ baseOffset: 2n, position: 0, firstTimestamp: null }])
    expect(deletionDueMs(log, policy)).toBe(Number.POSITIVE_INFINITY)
    append(log, ['next'], { baseTimestamp: 5000n }, limits, 5000)
    expect(read(log, 2n, 1000, true, 3n)).toMatchObject({ first: 0, end: 1, position: 0 })
    expect(read(log, 1n, 1000, true, 3n)).toBe('OFFSET_OUT_OF_RANGE')
  })

  it('leaves a segment in the middle that is behind a younger one', () => {
    const log = at(3000, 0, 50, 3101, 3150)
    expect(log.segments.length).toBe(2)
    deleteOldSegments(log, policy, 3900)
    expect(log.startOffset).toBe(0n)
  })

  it('leaves what is not replicated', () => {
    const log = at(0, 200, 400)
    log.highWatermark = 1n
    expect(deletionDueMs(log, policy)).toBe(1001)
    deleteOldSegments(log, policy, 9000)
    expect(log.startOffset).toBe(1n)
    expect(deletionDueMs(log, policy)).toBe(Number.POSITIVE_INFINITY)
    log.highWatermark = 2n
    expect(deletionDueMs(log, policy)).toBe(1201)
  })

  it('counts from when a segment was last written where its records have no time', () => {
    const log = newLog()
    append(log, ['a'], { baseTimestamp: -1n }, limits, 70)
    expect(deletionDueMs(log, policy)).toBe(1071)
  })
})

describe('retention.bytes', () => {
  const bySize = (retentionBytes: number) => ({ isDeleted: true, retentionMs: -1, retentionBytes })

  it('takes the oldest while what is left is at least as long', () => {
    const one = at(0).size
    const log = at(0, 200, 400, 600)
    expect(deletionDueMs(log, bySize(3 * one + 1))).toBe(Number.POSITIVE_INFINITY)
    deleteOldSegments(log, bySize(3 * one + 1), 0)
    expect(log.startOffset).toBe(0n)
    expect(deletionDueMs(log, bySize(3 * one))).toBe(0)
    expect(deleteOldSegments(log, bySize(2 * one + 1), 0)).toEqual({ segments: 1, by: 'retention.bytes' })
    expect(offsets(log)).toEqual([1, 2, 3])
    deleteOldSegments(log, bySize(0), 0)
    expect([log.startOffset, log.size]).toEqual([4n, 0])
  })
})

describe('a topic that is only compacted', () => {
  it('loses what lies before its start, and nothing with time', () => {
    const log = at(0, 200, 400)
    const compacted = { ...policy, isDeleted: false }
    deleteOldSegments(log, compacted, 9_000_000)
    expect(log.startOffset).toBe(0n)
    moveStart(log, 1n)
    expect(deletionDueMs(log, compacted)).toBe(0)
    expect(deleteOldSegments(log, compacted, 0)).toEqual({ segments: 1, by: null })
    expect(offsets(log)).toEqual([1, 2])
  })
})

describe('what stays of what is gone', () => {
  const of = (producerId: bigint, baseSequence: number, isTransactional = false) => ({
    producerId,
    producerEpoch: 0,
    baseSequence,
    isTransactional,
  })

  it('producers are known until the log is read again', () => {
    const log = newLog()
    append(log, ['a'], { ...of(7n, 0), baseTimestamp: 0n }, limits)
    append(log, ['b'], { baseTimestamp: 2000n }, limits)
    deleteOldSegments(log, policy, 1500)
    expect([...log.producers.keys()]).toEqual([7n])
    rebuildProducers(log)
    expect([...log.producers.keys()]).toEqual([])
    expect(log.forgotten.get(7n)).toBe(2n)
  })

  it('aborted transactions are listed while their marker is there; an open one goes with its start', () => {
    const log = newLog()
    append(log, ['a'], { ...of(7n, 0, true), baseTimestamp: 0n }, limits)
    appendMarker(log, 'abort', 7n, 10n)
    append(log, ['b'], { ...of(8n, 0, true), baseTimestamp: 20n }, limits)
    append(log, ['c'], { ...of(8n, 1, true), baseTimestamp: 2000n }, limits)
    expect([log.aborted.length, log.lastStableOffset]).toEqual([1, 2n])
    deleteOldSegments(log, policy, 1500)
    expect(log.aborted).toEqual([])
    expect([log.startOffset, log.lastStableOffset, [...log.open]]).toEqual([3n, 3n, [[8n, 2n]]])
  })
})

it('takes no more than it may, whatever was written, and is due when something goes', () => {
  const steps = fc.array(
    fc.record({ afterMs: fc.integer({ min: -150, max: 300 }), records: fc.integer({ min: 1, max: 3 }) }),
    { minLength: 1, maxLength: 30 },
  )
  const policies = fc.record({
    isDeleted: fc.boolean(),
    retentionMs: fc.constantFrom(-1, 0, 100, 1000),
    retentionBytes: fc.constantFrom(-1, 0, 100, 500),
  })
  fc.assert(
    fc.property(steps, policies, fc.integer({ min: 0, max: 9000 }), fc.nat(), (written, of, wallMs, seen) => {
      const log = newLog()
      let ms = 200
      for (const { afterMs, records } of written) {
        ms = Math.max(0, ms + afterMs)
        append(log, Array.from({ length: records }, String), { baseTimestamp: BigInt(ms) }, limits, ms)
      }
      log.highWatermark = BigInt(seen % (Number(log.endOffset) + 1))
      const before = log.batches.map(({ baseOffset, position, size }) => ({
        baseOffset,
        bytes: Buffer.from(log.buffer.subarray(position, position + size)),
      }))
      const { highWatermark, endOffset, segments } = { ...log, segments: [...log.segments] }
      const dueMs = deletionDueMs(log, of)
      const deleted = deleteOldSegments(log, of, wallMs)
      expect(deleted.segments > 0).toBe(dueMs <= wallMs)
      expect([log.highWatermark, log.endOffset]).toEqual([highWatermark, endOffset])
      expect(log.startOffset <= highWatermark).toBe(true)
      // Whole segments, from the first one on, and what is left has not changed.
      expect([...segments.map(({ baseOffset }) => baseOffset), endOffset]).toContain(log.startOffset)
      const kept = log.batches.map(({ baseOffset, position, size }) => ({
        baseOffset,
        bytes: Buffer.from(log.buffer.subarray(position, position + size)),
      }))
      expect(kept).toEqual(before.filter(({ baseOffset }) => baseOffset >= log.startOffset))
      // Once more changes nothing.
      expect(deleteOldSegments(log, of, wallMs).segments).toBe(0)
    }),
  )
})
