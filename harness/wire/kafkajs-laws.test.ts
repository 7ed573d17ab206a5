/**
 * kafkajs as an independent codec, laws: whatever values they carry, record batches come out of one codec as they went into the other, and so
 * do the requests that a client sends most. What each API and version looks like is in kafkajs-requests.test.ts and kafkajs-responses.test.ts.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { apis } from './apis/index.ts'
import {
  decodeRecords,
  encodeBatch,
  hasValidCrc,
  parseBatchHeader,
  type RecordInput,
  recordOffset,
  recordTimestamp,
} from './records.ts'
import { type Api, decodeRequest, encodeRequest, type RequestInput } from './schema.ts'
import { definitionOf, load } from './testing/kafkajs-codec.ts'

const Decoder = load('protocol/decoder')
const decodeBatch = load('protocol/recordBatch/v0/decoder')

const numRuns = 100
const seed = 20

const byteString = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes))
const text = fc.string({ unit: 'grapheme', maxLength: 20 })
const int32 = fc.integer()
const index = fc.nat(1_000_000)
const int64 = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n })
/** kafkajs sorts the times of a batch as text: all of them have as many digits. */
const timestamp = fc.integer({ min: 1_000_000_000_000, max: 9_999_999_999_999 })
const compression = fc.constantFrom('none' as const, 'gzip' as const)
/** kafkajs has headers as an object, and takes one that is named `constructor` for what every object has: see the last test. */
const headers = fc.array(
  fc.tuple(
    text.map((name) => `h-${name}`),
    byteString,
  ),
  { maxLength: 4 },
)
const message = fc.record({ key: fc.option(byteString), value: fc.option(byteString), timestamp, headers })
const view = (bytes: Uint8Array | null): Uint8Array | null => bytes && new Uint8Array(bytes)

/** `{ h: one }`, or `{ h: [one, two] }` where it comes twice. */
function grouped(list: readonly (readonly [string, Buffer])[]): Record<string, Buffer | Buffer[]> {
  const all: Record<string, Buffer[]> = {}
  for (const [name, value] of list) (all[name] ??= []).push(value)
  return Object.fromEntries(
    Object.entries(all).map(([name, values]) => [name, values.length === 1 ? values[0]! : values]),
  )
}

describe('record batches', () => {
  it('of kafkajs are read here', async () => {
    const law = fc.asyncProperty(
      fc.array(message, { minLength: 1, maxLength: 20 }),
      fc.record({ producerId: int64, producerEpoch: fc.nat(32_767), firstSequence: fc.nat(), partition: index }),
      compression,
      async (messages, { producerId, producerEpoch, firstSequence, partition }, compression) => {
        const sent = messages.map(({ headers, ...rest }) => ({ ...rest, headers: grouped(headers) }))
        const { request } = definitionOf('Produce').protocol({ version: '7' })({
          ...{ acks: -1, timeout: 30, transactionalId: null, producerId: String(producerId), producerEpoch },
          compression: compression === 'gzip' ? 1 : 0,
          topicData: [{ topic: 't', partitions: [{ partition, firstSequence, messages: sent }] }],
        })
        const { topicData } = decodeRequest(apis.produce, 7, new Uint8Array((await request.encode()).buffer))
        const [{ index: at, records }] = topicData[0]!.partitionData as [{ index: number; records: Uint8Array }]
        const header = parseBatchHeader(records)
        expect([at, hasValidCrc(records), header]).toMatchObject([
          partition,
          true,
          { producerId, producerEpoch, baseSequence: firstSequence, compression, recordCount: messages.length },
        ])
        const times = messages.map((one) => one.timestamp)
        expect([header.baseTimestamp, header.maxTimestamp]).toEqual([
          BigInt(Math.min(...times)),
          BigInt(Math.max(...times)),
        ])
        const read = decodeRecords(records).map((record) => ({
          ...{ key: record.key, value: record.value, headers: record.headers },
          ...{ offset: recordOffset(header, record), timestamp: recordTimestamp(header, record) },
        }))
        expect(read).toEqual(
          sent.map(({ key, value, timestamp, headers }, i) => ({
            ...{ key: view(key), value: view(value), offset: BigInt(i), timestamp: BigInt(timestamp) },
            headers: Object.entries(headers).flatMap(([name, of]) => [of].flat().map((one) => [name, view(one)])),
          })),
        )
      },
    )
    await fc.assert(law, { seed, numRuns })
  })

  it('of ours are read there', async () => {
    const law = fc.asyncProperty(
      fc.array(message, { minLength: 1, maxLength: 20 }),
      fc.record({ baseOffset: int64.map((n) => n / 2n), producerId: int64, producerEpoch: fc.nat(32_767) }),
      fc.record({ baseSequence: fc.nat(), partitionLeaderEpoch: fc.nat(), isTransactional: fc.boolean() }),
      compression,
      async (messages, one, other, compression) => {
        const baseTimestamp = BigInt(messages[0]!.timestamp)
        const records = messages.map(
          ({ key, value, timestamp, headers }): RecordInput => ({
            ...{ key, value, headers, timestampDelta: BigInt(timestamp) - baseTimestamp },
          }),
        )
        const bytes = encodeBatch({ ...one, ...other, compression, baseTimestamp, records })
        const { records: read, ...of } = await decodeBatch(new Decoder(Buffer.from(bytes)))
        expect(of).toMatchObject({
          ...{ firstOffset: String(one.baseOffset), producerId: String(one.producerId) },
          ...{ producerEpoch: one.producerEpoch, firstSequence: other.baseSequence },
          ...{ partitionLeaderEpoch: other.partitionLeaderEpoch, inTransaction: other.isTransactional },
          ...{ firstTimestamp: String(baseTimestamp), lastOffsetDelta: messages.length - 1, isControlBatch: false },
        })
        expect(read).toMatchObject(
          messages.map(({ key, value, timestamp, headers }, i) => ({
            ...{ key, value, timestamp: String(timestamp), offset: String(one.baseOffset + BigInt(i)) },
            headers: grouped(headers),
          })),
        )
      },
    )
    await fc.assert(law, { seed, numRuns })
  })
})

describe('requests of kafkajs are read here, and written as it writes them:', () => {
  async function same<A extends Api>(api: A, version: number, args: unknown, ours: RequestInput<A>): Promise<void> {
    const { request } = definitionOf(api.name).protocol({ version: String(version) })(args)
    const theirs = new Uint8Array((await request.encode()).buffer)
    expect(encodeRequest(api, version, ours)).toEqual(theirs)
    expect(encodeRequest(api, version, decodeRequest(api, version, theirs) as RequestInput<A>)).toEqual(theirs)
    expect(decodeRequest(api, version, theirs)).toMatchObject(ours)
  }
  const list = <T>(of: fc.Arbitrary<T>) => fc.array(of, { maxLength: 4 })

  it('Fetch', () => {
    const partition = fc.record({ partition: index, fetchOffset: int64, maxBytes: int32 })
    const topics = list(fc.record({ topic: text, partitions: list(partition) }))
    const rest = fc.record({
      maxWait: int32,
      minBytes: int32,
      maxBytes: int32,
      isolationLevel: fc.nat(1),
      rackId: text,
    })
    const law = fc.asyncProperty(topics, rest, async (topics, { maxWait, ...common }) => {
      await same(
        apis.fetch,
        11,
        {
          ...{ replicaId: -1, maxWaitTime: maxWait, ...common },
          topics: topics.map(({ topic, partitions }) => ({
            topic,
            partitions: partitions.map((one) => ({ ...one, fetchOffset: String(one.fetchOffset) })),
          })),
        },
        {
          ...{ replicaId: -1, maxWaitMs: maxWait, ...common },
          topics: topics.map(({ topic, partitions }) => ({
            topic,
            partitions: partitions.map(({ maxBytes: partitionMaxBytes, ...one }) => ({ ...one, partitionMaxBytes })),
          })),
        },
      )
    })
    return fc.assert(law, { seed, numRuns })
  })

  it('Metadata', () => {
    const law = fc.asyncProperty(
      fc.array(text, { minLength: 1, maxLength: 4 }),
      fc.boolean(),
      async (topics, create) => {
        const ours = { topics: topics.map((name) => ({ name })), allowAutoTopicCreation: create }
        await same(apis.metadata, 6, { topics, allowAutoTopicCreation: create }, ours)
      },
    )
    return fc.assert(law, { seed, numRuns })
  })

  it('JoinGroup', () => {
    const of = fc.record({ groupId: text, memberId: text, groupInstanceId: fc.option(text), protocolType: text })
    const times = fc.record({ sessionTimeout: int32, rebalanceTimeout: int32 })
    const protocols = list(fc.record({ name: text, metadata: byteString }))
    const law = fc.asyncProperty(of, times, protocols, async (of, { sessionTimeout, rebalanceTimeout }, protocols) => {
      const ours = {
        ...of,
        sessionTimeoutMs: sessionTimeout,
        rebalanceTimeoutMs: rebalanceTimeout,
        protocols: protocols.map((one) => ({ ...one, metadata: view(one.metadata)! })),
      }
      await same(apis.joinGroup, 5, { ...of, sessionTimeout, rebalanceTimeout, groupProtocols: protocols }, ours)
    })
    return fc.assert(law, { seed, numRuns })
  })

  it('OffsetCommit', () => {
    const partition = fc.record({ partition: index, offset: int64, metadata: fc.option(text) })
    const topics = list(fc.record({ topic: text, partitions: list(partition) }))
    const of = fc.record({ groupId: text, memberId: text, generation: int32, groupInstanceId: fc.constant(null) })
    const law = fc.asyncProperty(topics, of, async (topics, { generation, groupInstanceId: _, ...of }) => {
      await same(
        apis.offsetCommit,
        5,
        {
          ...{ ...of, groupGenerationId: generation },
          topics: topics.map(({ topic, partitions }) => ({
            topic,
            partitions: partitions.map((one) => ({ ...one, offset: String(one.offset) })),
          })),
        },
        {
          ...{ ...of, generationIdOrMemberEpoch: generation },
          topics: topics.map(({ topic: name, partitions }) => ({
            name,
            partitions: partitions.map(({ partition: partitionIndex, offset: committedOffset, metadata }) => ({
              ...{ partitionIndex, committedOffset, committedMetadata: metadata },
            })),
          })),
        },
      )
    })
    return fc.assert(law, { seed, numRuns })
  })
})

// record/v0/decoder.js:56 looks into an object for headers that came before, and finds what all objects have.
it('a header by the name of `constructor` is no longer what it was, in kafkajs', async () => {
  const records = [{ value: null, headers: [['constructor', Buffer.from('x')]] as const }]
  const { records: read } = await decodeBatch(new Decoder(Buffer.from(encodeBatch({ records }))))
  expect(read[0].headers.constructor).toEqual([Object, Buffer.from('x')])
})
