/** What compaction leaves of a log. Each batch is a segment of its own here, so all but the last one can be cleaned. */
import { describe, expect, it } from 'vitest'
import { batches, decodeRecords, hasValidCrc, parseBatchHeader, type RecordInput } from '../../wire/records.ts'
import { type Log, newLog, rebuildProducers } from '../log.ts'
import { type LogConfig, logConfigOf } from '../log-config.ts'
import { read } from '../log-read.ts'
import { truncate } from '../log-truncation.ts'
import { findDuplicate } from '../producers.ts'
import { append, appendMarker, roomy } from '../testing/log-stage.ts'
import { checkCleaned, uncleaned } from './checks.ts'
import { clean } from './clean.ts'
import { cleanable, cleaningDueMs } from './cleanable.ts'
import type { Removed } from './filter.ts'

const compacted = logConfigOf({ config: new Map([['cleanup.policy', 'compact']]) })
const alone = { ...roomy, segmentBytes: 1 }

/** `a=1 b=` : a is 1, b is deleted. */
function put(log: Log, text: string, options: Parameters<typeof append>[2] = {}): void {
  const pairs = text.split(' ').map((one) => one.split('='))
  const records = pairs.map(
    ([key, value]): RecordInput => ({ key: Buffer.from(key!), value: value ? Buffer.from(value) : null }),
  )
  append(
    log,
    pairs.map(([key]) => key!),
    { records, baseTimestamp: 1000n, ...options },
    alone,
  )
}

function of(...texts: string[]): Log {
  const log = newLog()
  for (const text of texts) put(log, text)
  return log
}

function cleaned(log: Log, wallMs = 0, more: Partial<LogConfig> = {}): Removed[] {
  const config = { ...compacted, ...more }
  const what = cleanable(log, config, wallMs)
  if (what === undefined) return []
  const [then, found]: [ReturnType<typeof uncleaned>, string[]] = [uncleaned(log), []]
  const removed = clean(log, config, what, wallMs)
  checkCleaned(then, log, log.endOffset, (one) => found.push(one))
  expect(found).toEqual([])
  return removed
}

/** `0:a=1` for each record; `(3)` for a batch without any. */
function shown(log: Log): string[] {
  return [...batches(log.buffer.subarray(0, log.size))].flatMap(({ header, bytes }) => {
    expect(hasValidCrc(bytes)).toBe(true)
    if (header.recordCount === 0) return [`(${header.baseOffset + BigInt(header.lastOffsetDelta)})`]
    return decodeRecords(bytes).map(({ offsetDelta, key, value }) => {
      const at = header.baseOffset + BigInt(offsetDelta)
      return header.isControl ? `${at}:marker` : `${at}:${Buffer.from(key!)}=${Buffer.from(value ?? [])}`
    })
  })
}

describe('of each key', () => {
  it('the last record stays, where it was; offsets have gaps then, inside of batches too', () => {
    const log = of('a=1 b=1 c=1', 'b=2', 'a=2', 'c=2')
    expect(cleaned(log).map(({ offset, message, why }) => `${offset} ${message} ${why}`)).toEqual([
      '0 a newer',
      '1 b newer',
    ])
    expect(shown(log)).toEqual(['2:c=1', '3:b=2', '4:a=2', '5:c=2'])
    expect(log.batches[0]).toMatchObject({ baseOffset: 0n, lastOffset: 2n, offsets: [2], messages: ['c'] })
    expect([log.startOffset, log.endOffset, log.cleanedUpTo]).toEqual([0n, 6n, 5n])
  })

  it('a batch that has lost all goes, but for the last one of what is cleaned', () => {
    const log = of('a=1', 'a=2', 'a=3 b=1', 'b=2', 'end=1')
    cleaned(log)
    expect(shown(log)).toEqual(['2:a=3', '4:b=2', '5:end=1'])
    const tail = of('a=1')
    put(tail, 'x=1', { producerId: 7n, producerEpoch: 0, baseSequence: 0, isTransactional: true })
    appendMarker(tail, 'abort', 7n, 1000n)
    tail.producers.clear()
    put(tail, 'end=1')
    cleaned(tail)
    // The marker is in the segment of what it aborts.
    expect(shown(tail)).toEqual(['0:a=1', '2:marker', '3:end=1'])
  })

  it('nothing goes of the active segment, nor for what is in it', () => {
    const log = of('a=1', 'b=1', 'a=2')
    expect(cleaned(log)).toEqual([])
    expect(shown(log)).toEqual(['0:a=1', '1:b=1', '2:a=2'])
  })

  it('nothing goes that is not replicated, or lies behind an open transaction', () => {
    const log = of('a=1', 'a=2', 'a=3', 'a=4')
    log.highWatermark = log.lastStableOffset = 2n
    cleaned(log)
    expect(shown(log)).toEqual(['1:a=2', '2:a=3', '3:a=4'])
  })

  it('also where batches are compressed, which stay so', () => {
    const log = newLog()
    put(log, 'a=1 b=1', { compression: 'gzip' })
    put(log, 'a=2', { compression: 'gzip' })
    put(log, 'end=1')
    cleaned(log)
    expect(shown(log)).toEqual(['1:b=1', '2:a=2', '3:end=1'])
    expect([...batches(log.buffer.subarray(0, log.size))].map(({ header }) => header.compression)).toEqual([
      'gzip',
      'gzip',
      'none',
    ])
  })
})

describe('a tombstone', () => {
  const day = 86_400_000

  it('gets a horizon when it is first met, and goes when that has passed and there is something to clean', () => {
    const log = of('a=1', 'a=', 'x=1', 'x=2')
    cleaned(log, 5000)
    expect(shown(log)).toEqual(['1:a=', '2:x=1', '3:x=2'])
    const header = parseBatchHeader(log.buffer)
    expect(header).toMatchObject({ hasDeleteHorizon: true, baseTimestamp: BigInt(5000 + day), maxTimestamp: 1000n })
    // It is clean: nobody comes for it.
    expect(cleanable(log, compacted, 10 * day)).toBeUndefined()
    for (let i = 3; i < 9; i++) put(log, `x=${i}`)
    expect(cleaned(log, 4999 + day).map(({ why }) => why)).not.toContain('tombstone')
    for (let i = 9; i < 20; i++) put(log, `x=${i}`)
    expect(cleaned(log, 5000 + day)).toContainEqual({ offset: 1n, message: 'a', why: 'tombstone' })
  })
})

describe('a producer', () => {
  const at = (baseSequence: number, isTransactional = false) => ({
    producerId: 7n,
    producerEpoch: 0,
    baseSequence,
    isTransactional,
  })

  it('that is known keeps its last batch, empty, and its sequences go on behind a restart', () => {
    const log = newLog()
    put(log, 'a=1', at(0))
    put(log, 'a=2', at(1))
    put(log, 'a=3')
    put(log, 'end=1')
    cleaned(log)
    expect(shown(log)).toEqual(['(1)', '2:a=3', '3:end=1'])
    rebuildProducers(log)
    expect(log.producers.get(7n)?.batches).toMatchObject([{ firstSequence: 1, lastSequence: 1, firstOffset: 1n }])
    const again = { ...at(1), lastOffsetDelta: 0, baseOffset: 4n, maxTimestamp: 0n }
    expect(findDuplicate(log.producers, again)).toMatchObject({ firstOffset: 1n })
  })

  it('that is forgotten keeps none', () => {
    const log = newLog()
    put(log, 'a=1', at(0))
    put(log, 'a=2')
    put(log, 'end=1')
    log.producers.clear()
    cleaned(log)
    expect(shown(log)).toEqual(['1:a=2', '2:end=1'])
  })

  it('aborted records go at once, their marker and its entry when nothing is left of them', () => {
    const log = newLog()
    put(log, 'a=1 b=1', at(0, true))
    appendMarker(log, 'abort', 7n, 1000n)
    put(log, 'c=1')
    put(log, 'c=2')
    put(log, 'c=3')
    log.producers.clear()
    expect(log.aborted).toHaveLength(1)
    expect(cleaned(log, 5000).map(({ why }) => why)).toEqual(['aborted', 'aborted', 'newer'])
    expect(shown(log)).toEqual(['2:marker', '4:c=2', '5:c=3'])
    // It was met with what it aborts: the entry stays for one more round.
    expect(log.aborted).toHaveLength(1)
    for (let i = 4; i < 9; i++) put(log, `c=${i}`)
    cleaned(log, 6000)
    expect(log.aborted).toEqual([])
    expect(shown(log)[0]).toBe('2:marker')
    for (let i = 9; i < 20; i++) put(log, `c=${i}`)
    cleaned(log, 6000 + 86_400_000)
    expect(shown(log)[0]).not.toBe('2:marker')
  })

  it('a key that was aborted takes no older one out', () => {
    const log = newLog()
    put(log, 'a=1')
    put(log, 'a=2', at(0, true))
    appendMarker(log, 'abort', 7n, 1000n)
    put(log, 'end=1')
    cleaned(log)
    expect(shown(log)).toEqual(['0:a=1', '(1)', '2:marker', '3:end=1'])
    expect(log.aborted).toHaveLength(1)
  })
})

describe('when', () => {
  it('more than min.cleanable.dirty.ratio of it is dirty', () => {
    const log = of('a=1', 'a=2', 'b=1', 'b=2', 'b=3')
    cleaned(log)
    const clean = log.segments.at(-1)!.position
    expect(cleanable(log, compacted, 0)).toBeUndefined()
    put(log, 'a=3')
    // One batch of what are three.
    expect(clean).toBe(2 * (log.size - clean) * 0.5)
    expect(cleanable(log, compacted, 0)).toBeUndefined()
    expect(cleanable(log, { ...compacted, minCleanableRatio: 0.33 }, 0)).toBeDefined()
  })

  it('not before min.compaction.lag.ms, by the time of records', () => {
    const log = of('a=1', 'a=2', 'a=3')
    const config = { ...compacted, minCompactionLagMs: 500 }
    expect(cleaningDueMs(log, config, 0)).toBe(1500)
    expect([cleanable(log, config, 1499), cleanable(log, config, 1500)]).toEqual([
      undefined,
      { firstDirtyOffset: 0n, firstUncleanableOffset: 2n },
    ])
  })

  it('max.compaction.lag.ms has passed, however little is dirty', () => {
    const log = of('a=1', 'a=2', 'a=3')
    const config = { ...compacted, minCleanableRatio: 1, maxCompactionLagMs: 500 }
    expect(cleaningDueMs(log, config, 0)).toBe(1501)
    expect(cleanable(log, config, 1500)).toBeUndefined()
    expect(cleanable(log, config, 1501)).toBeDefined()
  })

  it('a log that was cut off behind what was clean is cleaned again from there', () => {
    const log = of('a=1', 'a=2', 'a=3', 'a=4')
    cleaned(log)
    truncate(log, 2n)
    expect(log.cleanedUpTo).toBe(2n)
    put(log, 'a=5')
    put(log, 'a=6')
    cleaned(log, 0, { minCleanableRatio: 0 })
    expect(shown(log)).toEqual(['2:a=5', '3:a=6'])
  })
})

it('segments become one where they fit, and readers pass over what is gone', () => {
  const log = of('a=1', 'a=2', 'a=3', 'b=1', 'b=2', 'end=1')
  cleaned(log, 0, { segmentBytes: 1 << 20 })
  expect(log.segments.map(({ baseOffset }) => baseOffset)).toEqual([0n, 5n])
  for (const [from, first] of [
    [0n, 2n],
    [1n, 2n],
    [2n, 2n],
    [3n, 4n],
    [4n, 4n],
  ] as const) {
    const slice = read(log, from, 1_000_000, true, log.endOffset)
    expect(slice !== 'OFFSET_OUT_OF_RANGE' && log.batches[slice.first]!.baseOffset).toBe(first)
  }
})
