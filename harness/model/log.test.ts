import { describe, expect, it } from 'vitest'
import { crc32c } from '../wire/crc32c.ts'
import { at, hasValidCrc, parseBatchHeader } from '../wire/records.ts'
import { indexOf, type Log, newLog, positionOf, push, raiseHighWatermark } from './log.ts'
import { beginEpoch } from './log-epochs.ts'
import { read } from './log-read.ts'
import { noteAppended } from './log-segments.ts'
import { findByTimestamp, findMaxTimestamp } from './log-timestamps.ts'
import { batch } from './testing/cluster-stage.ts'

const plain = { leaderEpoch: 0, logAppendTime: false, writtenAtMs: 0 }

function add(log: Log, ids: string[], options: Parameters<typeof batch>[1] = {}, leaderEpoch = 0): number {
  const bytes = batch(ids, options)
  const header = parseBatchHeader(bytes)
  push(log, bytes, header, { ...plain, leaderEpoch, maxTimestamp: header.maxTimestamp }, ids)
  noteAppended(log, header.maxTimestamp, 0)
  raiseHighWatermark(log, log.endOffset)
  return bytes.length
}

/** Offsets 0–1, 2, 3–5. */
function three(): { log: Log; sizes: [number, number, number] } {
  const log = newLog()
  return { log, sizes: [add(log, ['a', 'b']), add(log, ['c']), add(log, ['d', 'e', 'f'])] }
}

describe('a log', () => {
  it('stamps its own offset and epoch on a batch, and leaves the rest as it came', () => {
    const log = newLog()
    add(log, ['a', 'b'])
    const bytes = batch(['c'])
    const header = parseBatchHeader(bytes)
    const { position } = push(log, bytes, header, { ...plain, leaderEpoch: 7, maxTimestamp: header.maxTimestamp }, [
      'c',
    ])
    const stored = log.buffer.subarray(position)
    const { baseOffset, partitionLeaderEpoch, crc } = parseBatchHeader(stored)
    expect({ baseOffset, partitionLeaderEpoch, crc }).toEqual({
      baseOffset: 2n,
      partitionLeaderEpoch: 7,
      crc: header.crc,
    })
    expect(stored.subarray(at.magic, bytes.length)).toEqual(Buffer.from(bytes.subarray(at.magic)))
    // What is new in it is shown once it is replicated.
    expect([log.startOffset, log.highWatermark, log.lastStableOffset, log.endOffset]).toEqual([0n, 2n, 2n, 3n])
    raiseHighWatermark(log, 3n)
    expect([log.highWatermark, log.lastStableOffset]).toEqual([3n, 3n])
  })

  it('makes a new checksum when it stamps the time', () => {
    const log = newLog()
    const bytes = batch(['a'])
    const stamp = { ...plain, logAppendTime: true, maxTimestamp: 99n }
    const { crc } = push(log, bytes, parseBatchHeader(bytes), stamp, ['a'])
    const header = parseBatchHeader(log.buffer)
    expect(header).toMatchObject({ timestampType: 'LogAppendTime', maxTimestamp: 99n, crc })
    expect(hasValidCrc(log.buffer, 0, header)).toBe(true)
  })

  it('finds the batch that has an offset', () => {
    const { log, sizes } = three()
    expect([0n, 1n, 2n, 3n, 5n, 6n].map((offset) => indexOf(log, offset))).toEqual([0, 0, 1, 2, 2, 3])
    expect(positionOf(log, 4n)).toBe(sizes[0] + sizes[1])
    expect(positionOf(log, 6n)).toBe(log.size)
  })

  it('keeps what it has handed out while it grows', () => {
    const { log } = three()
    const slice = read(log, 0n, 1_000_000, true, log.highWatermark)
    if (typeof slice === 'string') throw new Error(slice)
    const before = crc32c(slice.records)
    for (let i = 0; i < 100; i++) add(log, [`later ${i}`])
    expect(crc32c(slice.records)).toBe(before)
  })

  describe('read from an offset', () => {
    const { log, sizes } = three()
    const get = (offset: bigint, maxBytes: number, wholeFirst = true, upTo = log.highWatermark) => {
      const slice = read(log, offset, maxBytes, wholeFirst, upTo)
      return typeof slice === 'string' ? slice : [slice.records.length, slice.first, slice.end]
    }

    it('gives whole batches from the one that has it', () => {
      expect(get(1n, 1_000_000)).toEqual([log.size, 0, 3])
      expect(get(2n, 1_000_000)).toEqual([sizes[1] + sizes[2], 1, 3])
    })

    it('gives nothing at the end, and an error outside', () => {
      expect(get(6n, 1_000_000)).toEqual([0, 0, 0])
      expect(get(7n, 1_000_000)).toBe('OFFSET_OUT_OF_RANGE')
      expect(get(-1n, 1_000_000)).toBe('OFFSET_OUT_OF_RANGE')
    })

    it('gives nothing past what the reader may see', () => {
      expect(get(0n, 1_000_000, true, 2n)).toEqual([sizes[0], 0, 1])
      expect(get(3n, 1_000_000, true, 2n)).toEqual([0, 0, 0])
    })

    it('gives the first batch whole where asked, whatever the limit (KIP-74)', () => {
      expect(get(0n, 1)).toEqual([sizes[0], 0, 1])
      expect(get(0n, 0)).toEqual([sizes[0], 0, 1])
      expect(get(0n, 1, false)).toEqual([0, 0, 0])
      expect(get(0n, sizes[0], false)).toEqual([sizes[0], 0, 1])
    })

    it('cuts at the limit behind it, also inside a batch, as a file is cut', () => {
      expect(get(0n, sizes[0] + 5)).toEqual([sizes[0] + 5, 0, 1])
      expect(get(0n, sizes[0] + sizes[1])).toEqual([sizes[0] + sizes[1], 0, 2])
    })
  })

  describe('looked up by time', () => {
    const log = newLog()
    const with_ = (...deltas: bigint[]) => ({
      baseTimestamp: 1000n,
      records: deltas.map((timestampDelta) => ({ value: null, timestampDelta })),
    })
    add(log, ['', ''], with_(0n, 50n))
    add(log, ['', '', ''], with_(20n, 300n, 300n), 2)
    add(log, [''], with_(100n), 2)

    it('answers the first record that is not earlier', () => {
      expect(findByTimestamp(log, 0n)).toEqual({ timestamp: 1000n, offset: 0n, leaderEpoch: 0 })
      expect(findByTimestamp(log, 1001n)).toEqual({ timestamp: 1050n, offset: 1n, leaderEpoch: 0 })
      expect(findByTimestamp(log, 1051n)).toEqual({ timestamp: 1300n, offset: 3n, leaderEpoch: 2 })
      expect(findByTimestamp(log, 1301n)).toBeUndefined()
    })

    it('answers the first of the latest', () => {
      expect(findMaxTimestamp(log)).toEqual({ timestamp: 1300n, offset: 3n, leaderEpoch: 2 })
      expect(findMaxTimestamp(newLog())).toBeUndefined()
    })
  })

  it('remembers where epochs begin, and forgets those that saw no record', () => {
    const log = newLog()
    beginEpoch(log, 0)
    beginEpoch(log, 1)
    add(log, ['a'], {}, 1)
    beginEpoch(log, 2)
    beginEpoch(log, 5)
    expect(log.epochs).toEqual([
      { epoch: 1, startOffset: 0n },
      { epoch: 5, startOffset: 1n },
    ])
  })
})
