import { describe, expect, it } from 'vitest'
import { newLog } from './log.ts'
import { read } from './log-read.ts'
import { reopen, roll, segmentOf } from './log-segments.ts'
import { findByTimestamp } from './log-timestamps.ts'
import { moveStart, truncate } from './log-truncation.ts'
import { append, roomy } from './testing/log-stage.ts'

const bases = (log: ReturnType<typeof newLog>) => log.segments.map(({ baseOffset }) => baseOffset)

/** Batches of one record of the same size, each at its time. */
function filled(timesMs: readonly number[], segmentMs = 100, segmentBytes = 1 << 30) {
  const log = newLog()
  let size = 0
  for (const [i, ms] of timesMs.entries()) {
    size = append(log, [String(i % 10)], { baseTimestamp: BigInt(ms) }, { segmentMs, segmentBytes })
  }
  return { log, size }
}

describe('a segment ends', () => {
  it('when what comes next does not fit into it', () => {
    const { size } = filled([0])
    expect(bases(filled([0, 0, 0, 0, 0], 100, 2 * size).log)).toEqual([0n, 2n, 4n])
    expect(bases(filled([0, 0, 0, 0, 0], 100, 2 * size - 1).log)).toEqual([0n, 1n, 2n, 3n, 4n])
  })

  it('when what comes next is later than its first by more than segment.ms, by the time of records', () => {
    expect(bases(filled([1000, 1050, 1100, 1101, 1102]).log)).toEqual([0n, 3n])
    // Who is late does not end it, nor does it begin to count anew.
    expect(bases(filled([1000, 10, 1100, 900, 1101]).log)).toEqual([0n, 4n])
  })

  it('by the clock, where its first record has no time', () => {
    const log = newLog(500)
    const untimed = { baseTimestamp: -1n }
    append(log, ['a'], untimed, { ...roomy, segmentMs: 100 }, 500)
    append(log, ['b'], untimed, { ...roomy, segmentMs: 100 }, 600)
    append(log, ['c'], untimed, { ...roomy, segmentMs: 100 }, 601)
    expect(bases(log)).toEqual([0n, 2n])
  })

  it('and no second one begins while the last one is empty', () => {
    const { log } = filled([0])
    roll(log, 0)
    roll(log, 0)
    expect(bases(log)).toEqual([0n, 1n])
  })
})

describe('a reader', () => {
  it('gets no more than what is left of a segment, and goes on in the next one', () => {
    const { log, size } = filled([0, 0, 0, 0, 0], 100, 2 * 100)
    expect(bases(log).length).toBeGreaterThan(1)
    const seen: [bigint, number][] = []
    for (let offset = 0n; offset < log.endOffset; ) {
      const slice = read(log, offset, 1_000_000, true, log.endOffset)
      if (slice === 'OFFSET_OUT_OF_RANGE') throw new Error(slice)
      seen.push([offset, slice.records.length / size])
      offset = log.batches[slice.end - 1]!.lastOffset + 1n
    }
    expect(seen.map(([offset]) => offset)).toEqual(bases(log))
    expect(seen.reduce((sum, [, batches]) => sum + batches, 0)).toBe(5)
  })

  it('stops before what it may not see, in whichever segment that is', () => {
    const { log, size } = filled([0, 0, 0, 0], 100, 200)
    const first = read(log, 0n, 1_000_000, true, 1n)
    expect(first).toMatchObject({ first: 0, end: 1 })
    expect(first !== 'OFFSET_OUT_OF_RANGE' && first.records.length).toBe(size)
  })

  it('finds by time what is in the first segment that can have it, or nothing', () => {
    const { log } = filled([1000, 1090, 2000, 2050])
    expect(bases(log)).toEqual([0n, 2n])
    expect(findByTimestamp(log, 1080n)).toMatchObject({ offset: 1n })
    expect(findByTimestamp(log, 1091n)).toMatchObject({ offset: 2n })
    moveStart(log, 2n)
    // As in Kafka: the segment that has it is still there, the record is not.
    expect(findByTimestamp(log, 1080n)).toBeUndefined()
  })
})

it('after a restart time counts from the first batch, where it counted from all that came with it', () => {
  const log = newLog()
  append(log, ['a'], { baseTimestamp: 1000n })
  append(log, ['b'], { baseTimestamp: 1500n })
  // As a follower that got both at once.
  log.segments[0]!.firstTimestamp = 1500n
  reopen(log, 9)
  expect(log.segments).toMatchObject([{ firstTimestamp: 1000n, largestTimestamp: 1500n, madeAtMs: 9 }])
})

describe('a log that is cut off', () => {
  it('loses the segments behind, and the last one knows the times of what it kept', () => {
    const { log } = filled([1000, 1050, 2000, 2050, 3000])
    expect(bases(log)).toEqual([0n, 2n, 4n])
    truncate(log, 3n)
    expect(bases(log)).toEqual([0n, 2n])
    expect(log.segments[1]).toMatchObject({ firstTimestamp: 2000n, largestTimestamp: 2000n })
    truncate(log, 2n)
    expect(log.segments[1]).toMatchObject({ baseOffset: 2n, firstTimestamp: null, position: log.size })
    expect([0n, 1n, 2n, 9n].map((offset) => segmentOf(log, offset))).toEqual([0, 0, 1, 1])
  })
})
