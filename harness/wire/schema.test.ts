import fc from 'fast-check'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { apis } from './apis/index.ts'
import { consumerProtocolAssignment, consumerProtocolSubscription } from './group-protocol.ts'
import { Reader, Writer, zeroUuid } from './primitives.ts'
import {
  array,
  bytes,
  decodeMessage,
  decodeRequest,
  decodeResponse,
  encodeMessage,
  encodeRequest,
  encodeResponse,
  float64,
  int32,
  int64,
  type Message,
  type MessageInput,
  message,
  type RequestInput,
  type RequestOf,
  type ResponseOf,
  readMessage,
  string,
  struct,
  uint16,
  uint32,
  uuid,
  varint,
  varlong,
  writeMessage,
} from './schema.ts'
import { messageArbitrary } from './testing/message-arbitrary.ts'
import { EncodeError, WireError } from './wire-error.ts'

const seed = 20

/** Has every kind that Kafka's own messages have not, in a tag section too. */
const everyKind = message('EveryKind', {
  versions: '0-3',
  flexible: '2+',
  fields: {
    small: uint16(),
    large: uint32(),
    short: varint(),
    long: varlong(),
    ratio: float64(),
    maybe: struct({ id: uuid(), inner: struct({ name: string() }, { in: '1+' }) }, { nullable: '1+' }),
    extra: struct({ a: int32(), b: array({ c: int64({ or: 5n }) }) }, { in: '3+', tag: 7, nullable: '3+', or: null }),
    payload: bytes({ in: '2+', tag: 3, nullable: '2+' }),
  },
})

const messages: Message[] = [
  everyKind,
  consumerProtocolSubscription,
  consumerProtocolAssignment,
  ...Object.values(apis).flatMap(({ request, response }): Message[] => [request, response]),
]

const versionsOf = ({ versions }: Message) =>
  Array.from({ length: versions.max - versions.min + 1 }, (_, index) => versions.min + index)

describe('decoding gives back what was encoded', () => {
  for (const message of messages) {
    test(`${message.name} v${message.versions.min}-${message.versions.max}`, () => {
      for (const version of versionsOf(message)) {
        const law = fc.property(messageArbitrary(message, version), (value) => {
          const encoded = encodeMessage(message, version, value as never)
          expect(decodeMessage(message, version, encoded)).toEqual(value)
          // And into a writer that has to grow on the way.
          const writer = new Writer(1)
          writeMessage(writer, message, version, value as never)
          expect(writer.copy()).toEqual(encoded)
        })
        fc.assert(law, { seed, numRuns: 25 })
      }
    })
  }
})

describe('damaged bytes are a WireError or another value, never anything else', () => {
  const damage = fc.array(fc.record({ at: fc.nat(1_000), byte: fc.constantFrom(0, 1, 0x7f, 0x80, 0xff) }), {
    minLength: 1,
    maxLength: 3,
  })
  for (const message of messages) {
    test(message.name, () => {
      for (const version of versionsOf(message)) {
        const law = fc.property(messageArbitrary(message, version), damage, fc.nat(1_000), (value, changes, cut) => {
          const encoded = encodeMessage(message, version, value as never)
          const changed = new Uint8Array(encoded)
          for (const { at, byte } of changes) if (changed.length > 0) changed[at % changed.length] = byte
          decodes(message, version, changed)
          // A prefix is never a whole message, except where nothing was cut.
          if (encoded.length > 0) {
            const prefix = encoded.subarray(0, cut % encoded.length)
            expect(() => decodeMessage(message, version, prefix)).toThrow(WireError)
          }
        })
        fc.assert(law, { seed, numRuns: 20 })
      }
    })
  }

  function decodes(message: Message, version: number, bytes: Uint8Array) {
    try {
      decodeMessage(message, version, bytes)
    } catch (error) {
      expect(error).toBeInstanceOf(WireError)
    }
  }
})

describe('types', () => {
  test('are inferred from the declaration', () => {
    type Heartbeat = RequestOf<typeof apis.heartbeat>
    expectTypeOf<Heartbeat>().toEqualTypeOf<{
      groupId: string
      generationId: number
      memberId: string
      groupInstanceId: string | null
    }>()
    expectTypeOf<RequestInput<typeof apis.heartbeat>>().toEqualTypeOf<{
      readonly groupId: string
      readonly generationId: number
      readonly memberId: string
      readonly groupInstanceId?: string | null | undefined
    }>()
    type Partition = ResponseOf<typeof apis.fetch>['responses'][number]['partitions'][number]
    expectTypeOf<Partition['highWatermark']>().toEqualTypeOf<bigint>()
    expectTypeOf<Partition['records']>().toEqualTypeOf<Uint8Array | null>()
    expectTypeOf<Partition['currentLeader']>().toEqualTypeOf<{ leaderId: number; leaderEpoch: number }>()
    expectTypeOf<Partition['abortedTransactions']>().toEqualTypeOf<
      { producerId: bigint; firstOffset: bigint }[] | null
    >()
    expectTypeOf<RequestOf<typeof apis.deleteTopics>['topicNames']>().toEqualTypeOf<string[]>()
    expectTypeOf<RequestOf<typeof apis.metadata>['topics']>().toEqualTypeOf<
      { topicId: string; name: string | null }[] | null
    >()
  })

  test('what was decoded can be encoded again', () => {
    expectTypeOf<ResponseOf<typeof apis.fetch>>().toExtend<MessageInput<(typeof apis.fetch)['response']>>()
    expectTypeOf<RequestOf<typeof apis.joinGroup>>().toExtend<RequestInput<typeof apis.joinGroup>>()
  })

  test('a missing required field does not compile, and does not encode', () => {
    // @ts-expect-error memberId is missing
    const value: RequestInput<typeof apis.heartbeat> = { groupId: 'g', generationId: 1 }
    expect(() => encodeRequest(apis.heartbeat, 3, value)).toThrow(
      'HeartbeatRequest v3: memberId: undefined is not a string',
    )
  })
})

describe('golden bytes', () => {
  const hex = (text: string) => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'))

  test('Heartbeat v0 and v3: a nullable string of two bytes of length', () => {
    const value = { groupId: 'g', generationId: 7, memberId: 'mé' }
    expect(encodeRequest(apis.heartbeat, 0, value)).toEqual(hex('0001 67 00000007 0003 6dc3a9'))
    expect(encodeRequest(apis.heartbeat, 3, value)).toEqual(hex('0001 67 00000007 0003 6dc3a9 ffff'))
  })

  test('Heartbeat v4 is flexible: compact strings, a tag section', () => {
    const value = { groupId: 'g', generationId: 7, memberId: 'm', groupInstanceId: 'i' }
    expect(encodeRequest(apis.heartbeat, 4, value)).toEqual(hex('02 67 00000007 02 6d 02 69 00'))
  })

  test('ApiVersions v3: compact arrays, tag sections inside structs, tagged fields only where they say something', () => {
    expect(encodeRequest(apis.apiVersions, 3, { clientSoftwareName: 'ack', clientSoftwareVersion: '1' })).toEqual(
      hex('04 61636b 02 31 00'),
    )
    const body = {
      errorCode: 0,
      apiKeys: [{ apiKey: 18, minVersion: 0, maxVersion: 3 }],
      throttleTimeMs: 0,
      finalizedFeaturesEpoch: 5n,
      finalizedFeatures: [{ name: 'f', minVersionLevel: 1, maxVersionLevel: 2 }],
    }
    const encoded = hex('0000 02 0012 0000 0003 00 00000000 02 01 08 0000000000000005 02 08 02 02 66 0002 0001 00')
    expect(encodeResponse(apis.apiVersions, 3, body)).toEqual(encoded)
    expect(decodeResponse(apis.apiVersions, 3, encoded)).toEqual({
      ...body,
      supportedFeatures: [],
      zkMigrationReady: false,
    })
  })

  test('Metadata v12: topic ids, a null name, nested compact arrays', () => {
    const topicId = 'AQIDBAUGBwgJCgsMDQ4PEA'
    const request = { topics: [{ topicId, name: null }], allowAutoTopicCreation: false }
    expect(encodeRequest(apis.metadata, 12, request)).toEqual(hex('02 0102030405060708090a0b0c0d0e0f10 00 00 00 00 00'))
    const partition = { errorCode: 0, partitionIndex: 0, leaderId: 1, leaderEpoch: 3, replicaNodes: [1], isrNodes: [1] }
    const encoded = encodeResponse(apis.metadata, 12, {
      brokers: [{ nodeId: 1, host: 'h', port: 9092 }],
      clusterId: 'c',
      controllerId: 1,
      topics: [{ errorCode: 0, name: 't', topicId, partitions: [partition] }],
    })
    const expected = [
      '00000000', // throttle time
      '02 00000001 02 68 00002384 00 00', // one broker, no rack
      '02 63 00000001', // cluster id, controller
      '02 0000 02 74 0102030405060708090a0b0c0d0e0f10 00', // one topic, not internal
      '02 0000 00000000 00000001 00000003 02 00000001 02 00000001 01 00', // one partition
      '80000000 00 00', // authorized operations, tags of the topic, of the body
    ]
    expect(encoded).toEqual(hex(expected.join('')))
  })
})

describe('versions', () => {
  test('a value that the version would lose throws, unless the field is ignorable', () => {
    const value = { groupId: 'g', generationId: 1, memberId: 'm', groupInstanceId: 'static' }
    expect(() => encodeRequest(apis.heartbeat, 2, value)).toThrow(EncodeError)
    expect(() => encodeRequest(apis.heartbeat, 2, value)).toThrow(
      'HeartbeatRequest v2: groupInstanceId: this version has no such field, and its value "static" is not the default',
    )
    expect(encodeResponse(apis.heartbeat, 0, { throttleTimeMs: 5, errorCode: 27 })).toHaveLength(2)
  })

  test('the default of a tagged struct may be spelled out where the version has no tags', () => {
    const partition = { index: 0, errorCode: 0, baseOffset: 1n, currentLeader: { leaderId: -1, leaderEpoch: -1 } }
    const body = { responses: [{ name: 't', partitionResponses: [partition] }] }
    expect(() => encodeResponse(apis.produce, 3, body)).not.toThrow()
    const moved = { ...partition, currentLeader: { leaderId: 2 } }
    expect(() => encodeResponse(apis.produce, 3, { responses: [{ name: 't', partitionResponses: [moved] }] })).toThrow(
      'currentLeader',
    )
  })

  test('null where the version does not allow it throws in both directions', () => {
    expect(() => encodeRequest(apis.metadata, 0, { topics: null })).toThrow('null is not an array')
    expect(() => decodeRequest(apis.metadata, 0, new Uint8Array(4).fill(0xff))).toThrow(
      'MetadataRequest v0: topics: is null, but is not nullable in this version',
    )
  })

  test('an unknown version throws', () => {
    expect(() => encodeRequest(apis.endTxn, 6, {} as never)).toThrow('EndTxnRequest: has no version 6')
    expect(() => decodeRequest(apis.endTxn, -1, new Uint8Array(0))).toThrow('EndTxnRequest: has no version -1')
  })

  test('unknown tagged fields are skipped', () => {
    // Two tags: 0 is unknown here and has three bytes, 99 is empty.
    const bytes = new Uint8Array([2, 0x67, 0, 0, 0, 7, 2, 0x6d, 0, 2, 0, 3, 1, 2, 3, 99, 0])
    expect(decodeRequest(apis.heartbeat, 4, bytes)).toEqual({
      groupId: 'g',
      generationId: 7,
      memberId: 'm',
      groupInstanceId: null,
    })
  })

  test('a tagged field that is longer or shorter than its content is refused', () => {
    const value = { errorCode: 0, apiKeys: [], throttleTimeMs: 0, finalizedFeaturesEpoch: 1n }
    const bytes = encodeResponse(apis.apiVersions, 3, value)
    const size = bytes.length - 9
    expect(bytes[size]).toBe(8)
    for (const wrong of [7, 9]) {
      const changed = new Uint8Array([...bytes, 0])
      changed[size] = wrong
      expect(() => decodeResponse(apis.apiVersions, 3, changed)).toThrow(WireError)
    }
  })
})

describe('limits', () => {
  test.each([
    ['an int16', () => encodeResponse(apis.heartbeat, 0, { errorCode: 40_000 })],
    ['an int32', () => encodeResponse(apis.heartbeat, 1, { errorCode: 0, throttleTimeMs: 1.5 })],
    ['an int64', () => encodeMessage(everyKind, 3, { ...kinds, extra: { a: 1, b: [{ c: 2n ** 63n }] } })],
    ['a uuid', () => encodeMessage(everyKind, 0, { ...kinds, maybe: { id: 'x' } })],
    ['a uint16', () => encodeMessage(everyKind, 0, { ...kinds, small: -1 })],
  ])('%s that does not fit throws', (_, encode) => {
    expect(encode).toThrow(EncodeError)
  })
  const kinds = { small: 1, large: 2, short: -3, long: -4n, ratio: 0.5, maybe: { id: zeroUuid } }

  test('a string of more than 32767 bytes fits into a flexible version only', () => {
    const value = { groupId: 'é'.repeat(16_384), generationId: 1, memberId: 'm' }
    expect(() => encodeRequest(apis.heartbeat, 3, value)).toThrow('a string of 32768 bytes; at most 32767 fit')
    expect(decodeRequest(apis.heartbeat, 4, encodeRequest(apis.heartbeat, 4, value)).groupId).toBe(value.groupId)
  })

  test('a number of elements that can not be there is refused before any is read', () => {
    // 2^31 - 1 groups, in a request of 6 bytes.
    const bytes = new Uint8Array([0x7f, 0xff, 0xff, 0xff, 0, 0])
    expect(() => decodeRequest(apis.deleteGroups, 0, bytes)).toThrow(
      'DeleteGroupsRequest v0: groupsNames: has 2147483647 elements of at least 2 bytes, 2 bytes are left (at byte 4)',
    )
  })

  test('a negative length other than null is refused', () => {
    const bytes = new Uint8Array([0xff, 0xff, 0xff, 0xfe])
    expect(() => decodeRequest(apis.metadata, 1, bytes)).toThrow('a negative number of elements, -2')
  })

  test('bytes behind the message are refused', () => {
    const bytes = new Uint8Array(3)
    expect(() => decodeResponse(apis.heartbeat, 0, bytes)).toThrow('HeartbeatResponse v0: 1 bytes follow its end')
  })
})

test('nothing is copied where a writer and a reader are given', () => {
  const writer = new Writer(8)
  writer.int32(42, 'before')
  const value = { authBytes: new Uint8Array([1, 2, 3]) }
  writeMessage(writer, apis.saslAuthenticate.request, 1, value)
  const view = writer.view()
  const reader = new Reader(view, 4)
  const decoded = readMessage(reader, apis.saslAuthenticate.request, 1)
  expect(decoded).toEqual(value)
  expect(decoded.authBytes.buffer).toBe(view.buffer)
  expect(reader.remaining).toBe(0)
})
