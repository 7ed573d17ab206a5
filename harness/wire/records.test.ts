import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { crc32c } from './crc32c.ts'
import {
  type BatchInput,
  batches,
  decodeMarker,
  decodeRecords,
  encodeBatch,
  encodeMarkerBatch,
  hasValidCrc,
  lastOffset,
  lastSequence,
  magicAt,
  parseBatchHeader,
  recordOffset,
  recordTimestamp,
  stampBatch,
} from './records.ts'
import { WireError } from './wire-error.ts'

const seed = 20
const utf8 = (text: string) => new Uint8Array(Buffer.from(text))
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
const byteString = fc.uint8Array({ maxLength: 200 })

const batchArbitrary = fc.record({
  records: fc.array(
    fc.record({
      attributes: fc.integer({ min: -128, max: 127 }),
      timestampDelta: fc.oneof(fc.bigInt({ min: 0n, max: 100_000n }), int64),
      offsetDelta: fc.oneof(fc.nat(1_000), fc.integer()),
      key: fc.option(byteString),
      value: fc.option(byteString),
      headers: fc.array(fc.tuple(fc.string({ unit: 'grapheme', maxLength: 10 }), fc.option(byteString)), {
        maxLength: 3,
      }),
    }),
    { maxLength: 8 },
  ),
  compression: fc.constantFrom('none' as const, 'gzip' as const),
  baseOffset: int64,
  partitionLeaderEpoch: fc.integer(),
  timestampType: fc.constantFrom('CreateTime' as const, 'LogAppendTime' as const),
  isTransactional: fc.boolean(),
  isControl: fc.boolean(),
  hasDeleteHorizon: fc.boolean(),
  baseTimestamp: int64,
  maxTimestamp: int64,
  lastOffsetDelta: fc.nat(),
  producerId: int64,
  producerEpoch: fc.integer({ min: -1, max: 32_767 }),
  baseSequence: fc.integer({ min: -1, max: 2 ** 31 - 1 }),
})

const simple = (input: Partial<BatchInput> = {}) =>
  encodeBatch({ records: [{ key: utf8('k'), value: utf8('v'), headers: [['h', null]] }], ...input })

test('CRC-32C of the usual check string, of nothing, and of every length around a step', () => {
  expect(crc32c(utf8('123456789'))).toBe(0xe3069283)
  expect(crc32c(new Uint8Array(0))).toBe(0)
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa)
  const bytes = Uint8Array.from({ length: 40 }, (_, index) => index * 37)
  for (let end = 0; end <= 40; end++) {
    let slow = ~0
    for (let at = 3; at < end; at++) {
      slow ^= bytes[at]!
      for (let bit = 0; bit < 8; bit++) slow = slow & 1 ? (slow >>> 1) ^ 0x82f63b78 : slow >>> 1
    }
    expect(crc32c(bytes, 3, end)).toBe(~slow >>> 0)
  }
})

describe('a batch', () => {
  test('comes back as it went in', () => {
    const law = fc.property(batchArbitrary, (batch) => {
      const bytes = encodeBatch(batch)
      const header = parseBatchHeader(bytes)
      const { records, ...rest } = batch
      expect(header).toMatchObject({ ...rest, magic: 2, recordCount: records.length, sizeInBytes: bytes.length })
      expect(hasValidCrc(bytes)).toBe(true)
      expect(decodeRecords(bytes)).toEqual(records)
    })
    fc.assert(law, { seed, numRuns: 300 })
  })

  test('has the defaults of a plain producer', () => {
    const bytes = encodeBatch({
      records: [{ value: utf8('a') }, { value: null, timestampDelta: 7n }],
      baseTimestamp: 5n,
    })
    expect(parseBatchHeader(bytes)).toMatchObject({
      baseOffset: 0n,
      partitionLeaderEpoch: -1,
      compression: 'none',
      timestampType: 'CreateTime',
      lastOffsetDelta: 1,
      maxTimestamp: 12n,
      producerId: -1n,
      producerEpoch: -1,
      baseSequence: -1,
    })
    expect(decodeRecords(bytes).map(({ offsetDelta }) => offsetDelta)).toEqual([0, 1])
  })

  test('keeps its last offset when compaction has emptied it', () => {
    const bytes = encodeBatch({ records: [], baseOffset: 10n, lastOffsetDelta: 4, maxTimestamp: 3n })
    expect(lastOffset(parseBatchHeader(bytes))).toBe(14n)
    expect(decodeRecords(bytes)).toEqual([])
  })

  test('tells offsets, times and sequences of its records', () => {
    const created = simple({ baseOffset: 100n, baseTimestamp: 50n, baseSequence: 2 ** 31 - 1, lastOffsetDelta: 2 })
    const header = parseBatchHeader(created)
    const record = { ...decodeRecords(created)[0]!, offsetDelta: 2, timestampDelta: 3n }
    expect(recordOffset(header, record)).toBe(102n)
    expect(recordTimestamp(header, record)).toBe(53n)
    // 2^31 - 1, 0, 1
    expect(lastSequence(header)).toBe(1)
    expect(lastSequence(parseBatchHeader(simple()))).toBe(-1)
    const appended = { ...header, timestampType: 'LogAppendTime', maxTimestamp: 99n } as const
    expect(recordTimestamp(appended, record)).toBe(99n)
  })
})

describe('stamping', () => {
  test('changes offset and epoch in a copy, and not the checksum', () => {
    const sent = simple({ producerId: 7n })
    const before = new Uint8Array(sent)
    const stored = stampBatch(sent, { baseOffset: 1_000_000_000_000n, partitionLeaderEpoch: 3 })
    expect(sent).toEqual(before)
    expect(parseBatchHeader(stored)).toEqual({
      ...parseBatchHeader(sent),
      baseOffset: 1_000_000_000_000n,
      partitionLeaderEpoch: 3,
    })
    expect(hasValidCrc(stored)).toBe(true)
  })

  test('with LogAppendTime sets type and time, and makes the checksum anew', () => {
    const stored = stampBatch(simple(), { baseOffset: 1n, partitionLeaderEpoch: 0, logAppendTime: 77n })
    expect(parseBatchHeader(stored)).toMatchObject({ timestampType: 'LogAppendTime', maxTimestamp: 77n })
    expect(hasValidCrc(stored)).toBe(true)
    expect(decodeRecords(stored)).toEqual(decodeRecords(simple()))
  })
})

describe('a record set', () => {
  const first = simple({ baseOffset: 0n })
  const second = simple({ baseOffset: 1n, compression: 'gzip' })
  const set = new Uint8Array([...first, ...second])

  test('is walked batch by batch, without copying', () => {
    const found = [...batches(set)]
    expect(found.map(({ header, position }) => [header.baseOffset, position])).toEqual([
      [0n, 0],
      [1n, first.length],
    ])
    expect(found.map(({ bytes }) => bytes)).toEqual([first, second])
    expect(found[1]!.bytes.buffer).toBe(set.buffer)
    expect(decodeRecords(set, first.length)).toEqual(decodeRecords(second))
    expect(hasValidCrc(set, first.length)).toBe(true)
    expect([...batches(new Uint8Array(0))]).toEqual([])
  })

  test('may end inside a batch where that is allowed', () => {
    for (let cut = first.length; cut < set.length; cut++) {
      expect([...batches(set.subarray(0, cut), { cutTail: true })]).toHaveLength(1)
      if (cut > first.length) expect(() => [...batches(set.subarray(0, cut))]).toThrow(WireError)
    }
    expect([...batches(set, { cutTail: true })]).toHaveLength(2)
  })
})

describe('what is refused', () => {
  test('message sets of formats 0 and 1, by name', () => {
    const old = new Uint8Array(34)
    expect(magicAt(old)).toBe(0)
    expect(() => parseBatchHeader(old)).toThrow('a message set of format 0 at byte 0; only format 2 is supported')
    old[16] = 1
    expect(() => [...batches(old)]).toThrow('a message set of format 1')
    old[16] = 3
    expect(() => parseBatchHeader(old)).toThrow('unknown magic 3')
    expect(magicAt(old.subarray(0, 16))).toBeUndefined()
  })

  test('compressions that are stored only', () => {
    const bytes = simple()
    bytes[22] = 4
    expect(parseBatchHeader(bytes).compression).toBe('zstd')
    expect(() => decodeRecords(bytes)).toThrow("compressed with zstd, which is stored but can't be read here")
    bytes[22] = 5
    expect(() => parseBatchHeader(bytes)).toThrow('unknown compression 5')
  })

  test('a damaged gzip stream', () => {
    const bytes = simple({ compression: 'gzip' })
    bytes[75] = bytes[75]! ^ 0xff
    expect(() => decodeRecords(bytes)).toThrow('the gzip stream is damaged or too large')
    expect(hasValidCrc(bytes)).toBe(false)
  })

  test('a gzip stream with more or fewer records than the header says', () => {
    const packed = simple({ compression: 'gzip' })
    const count = new DataView(packed.buffer)
    count.setInt32(57, 2)
    expect(() => decodeRecords(packed)).toThrow(WireError)
    count.setInt32(57, 0)
    expect(() => decodeRecords(packed)).toThrow('bytes follow the last record')
    const zeros = new Uint8Array([...packed.subarray(0, 61), ...gzipSync(new Uint8Array(100_000))])
    new DataView(zeros.buffer).setInt32(8, zeros.length - 12)
    new DataView(zeros.buffer).setInt32(57, -1)
    expect(() => decodeRecords(zeros)).toThrow('a negative number of records, -1')
  })

  test('any damage is a WireError or other records', () => {
    const changes = fc.array(fc.record({ at: fc.nat(2_000), byte: fc.integer({ min: 0, max: 255 }) }), {
      minLength: 1,
      maxLength: 4,
    })
    const law = fc.property(batchArbitrary, changes, fc.nat(2_000), (batch, damage, cut) => {
      const bytes = encodeBatch(batch)
      for (const { at, byte } of damage) bytes[at % bytes.length] = byte
      for (const candidate of [bytes, bytes.subarray(0, cut % bytes.length)]) {
        try {
          for (const stored of batches(candidate)) decodeRecords(stored.bytes)
        } catch (error) {
          expect(error).toBeInstanceOf(WireError)
        }
      }
    })
    fc.assert(law, { seed, numRuns: 1_000 })
  })
})

describe('markers', () => {
  test.each(['abort', 'commit'] as const)('%s', (type) => {
    const marker = { type, coordinatorEpoch: 5, producerId: 9n, producerEpoch: 2, timestamp: 1_000n }
    const bytes = encodeMarkerBatch(marker)
    expect(parseBatchHeader(bytes)).toMatchObject({
      isControl: true,
      isTransactional: true,
      producerId: 9n,
      producerEpoch: 2,
      baseSequence: -1,
      recordCount: 1,
      maxTimestamp: 1_000n,
    })
    expect(decodeMarker(decodeRecords(bytes)[0]!)).toEqual({ type, coordinatorEpoch: 5 })
  })

  test('golden bytes: version 0, type, then version 0 and the coordinator epoch', () => {
    const marker = { type: 'commit', coordinatorEpoch: 5, producerId: 9n, producerEpoch: 2, timestamp: 0n } as const
    const record = decodeRecords(encodeMarkerBatch(marker))[0]!
    expect(record.key).toEqual(new Uint8Array([0, 0, 0, 1]))
    expect(record.value).toEqual(new Uint8Array([0, 0, 0, 0, 0, 5]))
  })

  test('other control records are none', () => {
    const key = new Uint8Array([0, 0, 0, 2])
    const [record] = decodeRecords(encodeBatch({ records: [{ key, value: null }], isControl: true }))
    expect(decodeMarker(record!)).toBeUndefined()
    expect(() => decodeMarker({ ...record!, key: null })).toThrow(WireError)
    expect(() => decodeMarker({ ...record!, key: new Uint8Array([0, 0, 0, 1]) })).toThrow('a marker without a value')
  })
})
