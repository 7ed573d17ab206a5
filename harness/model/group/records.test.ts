import { describe, expect, it } from 'vitest'
import { decodeGroupRecord, encodeGroupKey, encodeGroupValue, encodeOffsetKey, encodeOffsetValue } from './records.ts'

// Bytes that the generated classes of Kafka 3.9.2 wrote for these values (org.apache.kafka.coordinator.group.generated).
const bytes = {
  offsetKey: '000100016700066f726465727300000002',
  offset: '0003000000000000002a0000000700056dc3a974610000018cc251f47b',
  offsetUntil: '0001000000000000002a00000000018cc251f47b0000018cc2520803',
  offset4: '0004000000000000002a0000000702780000018cc251f47b00',
  groupKey: '0002000167',
  empty: '00030008636f6e73756d657200000004ffffffff0000018cc251f47b00000000',
  group:
    '00030008636f6e73756d657200000004000572616e67650003692d310000018cc251f47b000000010003692d3100016900016300092f31302e302e302e37' +
    '0000ea60000027100000000201020000000103',
  group0:
    '00000008636f6e73756d657200000004000572616e67650003692d31000000010003692d3100016300092f31302e302e302e37000027100000000201020000000103',
  group4:
    '000409636f6e73756d6572000000040672616e676504692d310000018cc251f47b0204692d31026902630a2f31302e302e302e37' +
    '0000ea600000271003010202030000',
}
const hex = (written: Uint8Array): string => Buffer.from(written).toString('hex')
const raw = (text: string): Uint8Array => Buffer.from(text, 'hex')

const commit = { offset: 42n, leaderEpoch: 7, metadata: 'méta', commitTimestamp: 1704067200123n }
const group = { protocolType: 'consumer', generation: 4, currentStateTimestamp: 1704067200123n }
const member = {
  memberId: 'i-1',
  groupInstanceId: 'i',
  clientId: 'c',
  clientHost: '/10.0.0.7',
  rebalanceTimeout: 60_000,
  sessionTimeout: 10_000,
  subscription: Uint8Array.of(1, 2),
  assignment: Uint8Array.of(3),
}
const full = { ...group, protocol: 'range', leader: 'i-1', members: [member] }

describe('records of __consumer_offsets', () => {
  it('are written as Kafka writes them', () => {
    expect(hex(encodeOffsetKey('g', 'orders', 2))).toBe(bytes.offsetKey)
    expect(hex(encodeOffsetValue(commit))).toBe(bytes.offset)
    expect(hex(encodeOffsetValue({ ...commit, metadata: '', expireTimestamp: 1704067205123n }))).toBe(bytes.offsetUntil)
    expect(hex(encodeGroupKey('g'))).toBe(bytes.groupKey)
    expect(hex(encodeGroupValue({ ...group, protocol: null, leader: null, members: [] }))).toBe(bytes.empty)
    expect(hex(encodeGroupValue(full))).toBe(bytes.group)
  })

  it('are read in every version', () => {
    const offset = (value: string) => {
      const record = decodeGroupRecord(raw(bytes.offsetKey), raw(value))
      return record.is === 'offset' ? record.value : null
    }
    expect(offset(bytes.offset)).toMatchObject(commit)
    expect(offset(bytes.offsetUntil)).toMatchObject({ offset: 42n, leaderEpoch: -1, expireTimestamp: 1704067205123n })
    expect(offset(bytes.offset4)).toMatchObject({ offset: 42n, leaderEpoch: 7, metadata: 'x', expireTimestamp: -1n })
    const read = (value: string) => {
      const record = decodeGroupRecord(raw(bytes.groupKey), raw(value))
      return record.is === 'group' ? record.value : null
    }
    for (const value of [bytes.group, bytes.group4]) expect(read(value)).toMatchObject(full)
    expect(read(bytes.group0)).toMatchObject({ generation: 4, currentStateTimestamp: -1n, version: 0 })
  })

  it('tell tombstones, and leave what they do not know alone', () => {
    expect(decodeGroupRecord(raw(bytes.groupKey), null)).toEqual({ is: 'group', group: 'g', value: null })
    expect(decodeGroupRecord(raw(bytes.offsetKey), null)).toMatchObject({ is: 'offset', partition: 2, value: null })
    expect(decodeGroupRecord(raw('0003ffff'), raw('00'))).toEqual({ is: 'other', version: 3 })
  })
})
