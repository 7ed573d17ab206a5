/** kafkajs as an independent codec, responses: every value that we encode comes out of its decoder, in its place. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { apis } from './apis/index.ts'
import { encodeResponseFrame } from './frame.ts'
import { encodeBatch, encodeMarkerBatch } from './records.ts'
import { type Api, encodeResponse, type Field, type Fields } from './schema.ts'
import { definitionOf, definitions, since } from './testing/kafkajs-codec.ts'
import { messageArbitrary } from './testing/message-arbitrary.ts'
import { covers } from './versions.ts'

const bytes = (text: string) => Buffer.from(text)

/**
 * Values for every field that a version has, each of them once, so that a value in the wrong place shows.
 * They are counted from 100 on: below are error codes that kafkajs throws on.
 */
function distinct(fields: Fields, version: number, nulls: boolean, next = { value: 100 }): Record<string, unknown> {
  const make = (field: Field): unknown => {
    if (nulls && covers(field.nullable, version)) return null
    if (field.kind === 'struct') return distinct(field.fields!, version, nulls, next)
    if (field.kind === 'array') return [make(field.element!), make(field.element!)]
    const value = next.value++
    if (field.kind === 'int64') return 2n ** 40n + BigInt(value)
    if (field.kind === 'boolean') return value % 2 === 0
    if (field.kind === 'string') return `é${value}`
    if (field.kind === 'bytes') return bytes(`b${value}`)
    if (field.kind === 'records') return nulls ? new Uint8Array(0) : batchOf(value)
    return field.kind === 'int8' ? value % 127 : value
  }
  const present = Object.entries(fields).filter(([, field]) => covers(field.versions, version))
  return Object.fromEntries(present.map(([name, field]) => [name, make(field)]))
}

function batchOf(value: number): Uint8Array {
  return encodeBatch({ records: [{ key: bytes(`k${value}`), value: bytes(`v${value}`) }], compression: 'gzip' })
}

/** The values in the order of the wire, without those under some keys. */
function leaves(value: unknown, except: string[]): string[] {
  if (value instanceof Uint8Array) return [Buffer.from(value).toString('latin1')]
  if (Array.isArray(value)) return value.flatMap((item) => leaves(item, except))
  if (typeof value !== 'object' || value === null) return [String(value)]
  return Object.entries(value).flatMap(([key, item]) => (except.includes(key) ? [] : leaves(item, except)))
}

/** What kafkajs reads and throws away. */
const dropped: Record<string, string[]> = {
  AlterPartitionReassignments: ['errorMessage'],
  ListPartitionReassignments: ['errorMessage'],
  // It gives the bytes with their length in front again.
  SaslAuthenticate: ['authBytes'],
}
/** What it adds. */
const added: Record<string, (version: number) => string[]> = {
  DescribeConfigs: (version) => [version === 0 ? 'configSource' : 'isDefault'],
  DeleteGroups: () => ['error'],
  SaslAuthenticate: () => ['authBytes'],
}

/** Their topics and partitions it sorts. */
const reordered = new Set(['CreateTopics', 'DeleteTopics', 'DeleteRecords', 'CreatePartitions'])

/** `values` has a value for each field of the version; `isAnyOrder`: where kafkajs sorts them. */
async function comesOut(api: Api, version: number, values: Record<string, unknown>, isAnyOrder = false): Promise<void> {
  const { throttleTimeMs, ...body } = values
  const frame = encodeResponseFrame(api, version, 7, { throttleTimeMs, ...body })
  const { response } = definitionOf(api.name).protocol({ version: String(version) })({ topics: [] })
  // It leaves the tag section of the header to the decoder of the body.
  const decoded = (await response.decode(Buffer.from(frame.subarray(8)))) as Record<string, unknown>
  const throttles = ['throttleTime', 'clientSideThrottleTime', 'throttleTimeMs']
  const extra = [...throttles, ...(added[api.name]?.(version) ?? [])]
  const [theirs, ours] = [leaves(decoded, extra), leaves(body, dropped[api.name] ?? [])]
  if (isAnyOrder) for (const each of [theirs, ours]) each.sort()
  expect(theirs).toEqual(ours)
  expect(throttles.map((key) => decoded[key]).find((value) => value)).toBe(throttleTimeMs || undefined)
}

/** Without what the version has not, and with error codes that kafkajs does not throw on. */
function asSent(fields: Fields, version: number, value: object): Record<string, unknown> {
  const made = (field: Field, name: string, of: unknown): unknown => {
    if (name === 'errorCode') return 100 + (Math.abs(of as number) % 1000)
    if (field.kind === 'struct') return asSent(field.fields!, version, of as object)
    return Array.isArray(of) ? of.map((each) => made(field.element!, '', each)) : of
  }
  const present = Object.entries(value).filter(([name]) => covers(fields[name]!.versions, version))
  return Object.fromEntries(present.map(([name, of]) => [name, of === null ? null : made(fields[name]!, name, of)]))
}

describe('our responses in its decoder', () => {
  for (const { name, definition } of definitions.filter(({ name }) => name !== 'Fetch')) {
    const api = Object.values(apis).find((candidate) => candidate.name === name) as Api
    test.each(definition.versions)(`${name} v%s`, async (text) => {
      const version = Number(text)
      for (const nulls of [false, true]) await comesOut(api, version, distinct(api.response.fields, version, nulls))
      const law = fc.asyncProperty(messageArbitrary(api.response, version), (value) =>
        comesOut(api, version, asSent(api.response.fields, version, value), reordered.has(api.name)),
      )
      await fc.assert(law, { seed: 20, numRuns: 25 })
    })
  }

  const batch = (offset: bigint, compression: 'none' | 'gzip') =>
    encodeBatch({
      ...{ baseOffset: offset, baseTimestamp: 1_000n, compression, producerId: 3n, isTransactional: true },
      records: [
        { key: bytes('k'), value: bytes('é'), headers: [['h', bytes('x')]], timestampDelta: 5n },
        {
          key: null,
          value: null,
          headers: [
            ['h', bytes('1')],
            ['h', null],
          ],
        },
      ],
    })

  // Below version 4 it reads message sets only.
  test.each(definitionOf('Fetch').versions.slice(4))('Fetch v%s', async (text) => {
    const version = Number(text)
    const marker = encodeMarkerBatch({
      ...{ type: 'abort', baseOffset: 14n, coordinatorEpoch: 0, producerId: 3n, producerEpoch: 0, timestamp: 9n },
    })
    const last = batch(15n, 'none')
    // The last batch is cut, as a fetch that is full ends.
    const records = Buffer.concat([batch(10n, 'none'), batch(12n, 'gzip'), marker, last.subarray(0, last.length - 1)])
    const partition = {
      ...{ partitionIndex: 4, errorCode: 3, highWatermark: 17n, lastStableOffset: 16n, logStartOffset: 2n, records },
      abortedTransactions: [{ producerId: 3n, firstOffset: 12n }],
      ...since(version >= 11, { preferredReadReplica: 2 }),
    }
    const encoded = encodeResponse(apis.fetch, version, {
      throttleTimeMs: 8,
      ...since(version >= 7, { sessionId: 6 }),
      responses: [{ topic: 't', partitions: [partition, { ...partition, records: null, abortedTransactions: null }] }],
    })
    const { response } = definitionOf('Fetch').protocol({ version: text })({ topics: [] })
    const { responses } = await response.decode(Buffer.from(encoded))
    expect(responses).toMatchObject([{ topicName: 't', partitions: [{}, { partition: 4, messages: [] }] }])
    const [read] = responses[0].partitions
    expect(read).toMatchObject({
      ...{ partition: 4, errorCode: 3, highWatermark: '17', lastStableOffset: '16' },
      abortedTransactions: [{ producerId: '3', firstOffset: '12' }],
      ...since(version >= 5, { lastStartOffset: '2' }),
      ...since(version >= 11, { preferredReadReplica: 2 }),
    })
    const record = (offset: number) => [
      { offset: String(offset), timestamp: '1005', key: bytes('k'), value: bytes('é'), headers: { h: bytes('x') } },
      { offset: String(offset + 1), timestamp: '1000', key: null, value: null, headers: { h: [bytes('1'), null] } },
    ]
    expect(read.messages).toMatchObject([...record(10), ...record(12), { offset: '14', isControlRecord: true }])
    expect(read.messages[0].batchContext).toMatchObject({ inTransaction: true, producerId: '3', lastOffsetDelta: 1 })
  })
})
