/**
 * kafkajs as an independent codec, for every API and every version that it has: the requests that it encodes are byte for
 * byte ours and decode to what was meant; the responses that we encode give it the values that we put in.
 */
import { createRequire } from 'node:module'
import { describe, expect, test } from 'vitest'
import { apis } from './apis/index.ts'
import { decodeRequestBody, decodeRequestHeader, encodeRequestFrame, encodeResponseFrame } from './frame.ts'
import { decodeRecords, encodeBatch, encodeMarkerBatch, hasValidCrc, parseBatchHeader } from './records.ts'
import {
  type Api,
  decodeRequest,
  encodeRequest,
  encodeResponse,
  type Field,
  type Fields,
  type RequestInput,
} from './schema.ts'
import { covers } from './versions.ts'

const require = createRequire(import.meta.url)
// biome-ignore lint/suspicious/noExplicitAny: kafkajs' inside has no types
const load = (path: string): any => require(`kafkajs/src/${path}`)
const { requests } = load('protocol/requests/index')
const frameOf = load('protocol/request')

interface Definition {
  versions: string[]
  protocol(of: { version: string }): (args: unknown) => {
    request: { apiKey: number; apiVersion: number; encode(): Promise<{ buffer: Buffer }> }
    response: { decode(bytes: Buffer): Promise<object> }
  }
}

const apiOfFolder = (name: string) => (name === 'GroupCoordinator' ? 'FindCoordinator' : name)
const definitions = (Object.entries(requests) as [string, Definition][])
  .filter(([, definition]) => definition.versions.length > 0)
  .map(([name, definition]) => ({ name: apiOfFolder(name), definition }))

const bytes = (text: string) => Buffer.from(text)
const producer = { transactionalId: 'tx', producerId: 2n ** 40n, producerEpoch: 3 }
const member = { groupId: 'g', memberId: 'm' }
const acl = { resourceType: 2, resourceName: 'r', principal: 'P', host: '*', operation: 3, permissionType: 3 }
const aclFilter = {
  ...{ resourceTypeFilter: 2, resourceNameFilter: 'r', principalFilter: 'P', hostFilter: '*' },
  ...{ operation: 3, permissionType: 3 },
}
/** Only where the version has it: the field isn't ignorable. */
const since = <T extends object>(has: boolean, fields: T) => (has ? fields : ({} as Partial<T>))

/** What kafkajs is given, and what must come out of its bytes. */
type Case<A extends Api> = { args: unknown; ours: (version: number) => RequestInput<A> }
type Cases = { [K in keyof typeof apis]?: Case<(typeof apis)[K]> }
const cases: Cases = {
  fetch: {
    args: {
      ...{ replicaId: -1, maxWaitTime: 500, minBytes: 1, maxBytes: 4096, isolationLevel: 1, rackId: 'rack' },
      topics: [{ topic: 'é', partitions: [{ partition: 1, fetchOffset: '9007199254740993', maxBytes: 10 }] }],
    },
    ours: () => ({
      ...{ maxWaitMs: 500, minBytes: 1, maxBytes: 4096, isolationLevel: 1, rackId: 'rack' },
      topics: [{ topic: 'é', partitions: [{ partition: 1, fetchOffset: 9007199254740993n, partitionMaxBytes: 10 }] }],
    }),
  },
  listOffsets: {
    args: {
      ...{ replicaId: -1, isolationLevel: 1 },
      topics: [{ topic: 't', partitions: [{ partition: 2, timestamp: '-2', maxNumOffsets: 5 }] }],
    },
    ours: (version) => ({
      ...{ replicaId: -1, ...since(version >= 2, { isolationLevel: 1 }) },
      topics: [
        {
          name: 't',
          partitions: [{ partitionIndex: 2, timestamp: -2n, ...since(version === 0, { maxNumOffsets: 5 }) }],
        },
      ],
    }),
  },
  metadata: {
    args: { topics: ['a', 'b'], allowAutoTopicCreation: false },
    ours: (version) => ({
      topics: [{ name: 'a' }, { name: 'b' }],
      ...since(version >= 4, { allowAutoTopicCreation: false }),
    }),
  },
  offsetCommit: {
    args: {
      ...{ ...member, groupGenerationId: 4, retentionTime: -1 },
      topics: [{ topic: 't', partitions: [{ partition: 0, offset: '12', timestamp: 99, metadata: null }] }],
    },
    ours: (version) => ({
      ...{ ...member, generationIdOrMemberEpoch: 4 },
      topics: [
        {
          name: 't',
          partitions: [
            {
              ...{ partitionIndex: 0, committedOffset: 12n, committedMetadata: null },
              ...since(version === 1, { commitTimestamp: 99n }),
            },
          ],
        },
      ],
    }),
  },
  offsetFetch: {
    args: { groupId: 'g', topics: [{ topic: 't', partitions: [{ partition: 0 }, { partition: 1 }] }] },
    ours: () => ({ groupId: 'g', topics: [{ name: 't', partitionIndexes: [0, 1] }] }),
  },
  findCoordinator: {
    // Version 0 knows only groups; kafkajs passes their id under another name.
    args: { groupId: 'k', coordinatorKey: 'k', coordinatorType: 1 },
    ours: (version) => ({ key: 'k', ...since(version >= 1, { keyType: 1 }) }),
  },
  joinGroup: {
    args: {
      ...{ ...member, sessionTimeout: 10, rebalanceTimeout: 20, groupInstanceId: 'i', protocolType: 'consumer' },
      groupProtocols: [{ name: 'RoundRobin', metadata: bytes('meta') }],
    },
    ours: (version) => ({
      ...{ ...member, sessionTimeoutMs: 10, rebalanceTimeoutMs: 20, protocolType: 'consumer' },
      protocols: [{ name: 'RoundRobin', metadata: bytes('meta') }],
      ...since(version >= 5, { groupInstanceId: 'i' }),
    }),
  },
  heartbeat: {
    args: { ...member, groupGenerationId: 4, groupInstanceId: 'i' },
    ours: (version) => ({ ...member, generationId: 4, ...since(version >= 3, { groupInstanceId: 'i' }) }),
  },
  leaveGroup: {
    args: { ...member, groupInstanceId: 'i' },
    ours: (version) => ({
      groupId: 'g',
      ...since(version < 3, { memberId: 'm' }),
      ...since(version >= 3, { members: [{ memberId: 'm', groupInstanceId: 'i' }] }),
    }),
  },
  syncGroup: {
    args: {
      ...{ ...member, generationId: 4, groupInstanceId: 'i' },
      groupAssignment: [{ memberId: 'm', memberAssignment: bytes('a') }],
    },
    ours: (version) => ({
      ...{ ...member, generationId: 4, assignments: [{ memberId: 'm', assignment: bytes('a') }] },
      ...since(version >= 3, { groupInstanceId: 'i' }),
    }),
  },
  describeGroups: { args: { groupIds: ['a', 'b'] }, ours: () => ({ groups: ['a', 'b'] }) },
  listGroups: { args: undefined, ours: () => ({}) },
  saslHandshake: { args: { mechanism: 'PLAIN' }, ours: () => ({ mechanism: 'PLAIN' }) },
  // kafkajs wants the bytes with their length already in front.
  saslAuthenticate: {
    args: { authBytes: Buffer.from([0, 0, 0, 1, 7]) },
    ours: () => ({ authBytes: Buffer.from([7]) }),
  },
  apiVersions: { args: undefined, ours: () => ({}) },
  createTopics: {
    args: {
      topics: [
        {
          ...{ topic: 't', numPartitions: -1, replicationFactor: -1 },
          replicaAssignment: [{ partition: 0, replicas: [1, 2] }],
          configEntries: [{ name: 'n', value: 'v' }],
        },
      ],
      ...{ timeout: 7, validateOnly: true },
    },
    ours: (version) => ({
      topics: [
        {
          ...{ name: 't', numPartitions: -1, replicationFactor: -1 },
          assignments: [{ partitionIndex: 0, brokerIds: [1, 2] }],
          configs: [{ name: 'n', value: 'v' }],
        },
      ],
      timeoutMs: 7,
      ...since(version >= 1, { validateOnly: true }),
    }),
  },
  deleteTopics: {
    args: { topics: ['a', 'b'], timeout: 7 },
    ours: () => ({ topicNames: ['a', 'b'], timeoutMs: 7 }),
  },
  deleteRecords: {
    args: { topics: [{ topic: 't', partitions: [{ partition: 0, offset: '-1' }] }], timeout: 7 },
    ours: () => ({ topics: [{ name: 't', partitions: [{ partitionIndex: 0, offset: -1n }] }], timeoutMs: 7 }),
  },
  initProducerId: {
    args: { transactionalId: null, transactionTimeout: 60 },
    ours: () => ({ transactionalId: null, transactionTimeoutMs: 60 }),
  },
  addPartitionsToTxn: {
    args: { ...producer, topics: [{ topic: 't', partitions: [0, 3] }] },
    ours: () => ({
      v3AndBelowTransactionalId: producer.transactionalId,
      v3AndBelowProducerId: producer.producerId,
      v3AndBelowProducerEpoch: producer.producerEpoch,
      v3AndBelowTopics: [{ name: 't', partitions: [0, 3] }],
    }),
  },
  addOffsetsToTxn: { args: { ...producer, groupId: 'g' }, ours: () => ({ ...producer, groupId: 'g' }) },
  endTxn: { args: { ...producer, transactionResult: true }, ours: () => ({ ...producer, committed: true }) },
  txnOffsetCommit: {
    args: { ...producer, groupId: 'g', topics: [{ topic: 't', partitions: [{ partition: 0, offset: '5' }] }] },
    ours: () => ({
      ...{ ...producer, groupId: 'g' },
      topics: [{ name: 't', partitions: [{ partitionIndex: 0, committedOffset: 5n, committedMetadata: null }] }],
    }),
  },
  describeAcls: {
    args: { ...acl, resourcePatternType: 4 },
    ours: (version) => ({ ...aclFilter, ...since(version >= 1, { patternTypeFilter: 4 }) }),
  },
  createAcls: {
    args: { creations: [{ ...acl, resourcePatternType: 4 }] },
    ours: (version) => ({ creations: [{ ...acl, ...since(version >= 1, { resourcePatternType: 4 }) }] }),
  },
  deleteAcls: {
    args: { filters: [{ ...acl, resourcePatternType: 4 }] },
    ours: (version) => ({ filters: [{ ...aclFilter, ...since(version >= 1, { patternTypeFilter: 4 }) }] }),
  },
  describeConfigs: {
    args: {
      resources: [
        { type: 2, name: 't', configNames: ['a'] },
        { type: 2, name: 'u' },
      ],
      includeSynonyms: true,
    },
    ours: (version) => ({
      resources: [
        { resourceType: 2, resourceName: 't', configurationKeys: ['a'] },
        { resourceType: 2, resourceName: 'u', configurationKeys: null },
      ],
      ...since(version >= 1, { includeSynonyms: true }),
    }),
  },
  alterConfigs: {
    args: { resources: [{ type: 2, name: 't', configEntries: [{ name: 'a', value: 'b' }] }], validateOnly: true },
    ours: () => ({
      resources: [{ resourceType: 2, resourceName: 't', configs: [{ name: 'a', value: 'b' }] }],
      validateOnly: true,
    }),
  },
  createPartitions: {
    args: {
      topicPartitions: [
        { topic: 't', count: 3, assignments: [[1, 2]] },
        { topic: 'u', count: 4 },
      ],
      timeout: 7,
    },
    ours: () => ({
      topics: [
        { name: 't', count: 3, assignments: [{ brokerIds: [1, 2] }] },
        { name: 'u', count: 4, assignments: null },
      ],
      ...{ timeoutMs: 7, validateOnly: false },
    }),
  },
  deleteGroups: { args: ['a', 'b'], ours: () => ({ groupsNames: ['a', 'b'] }) },
  alterPartitionReassignments: {
    args: { topics: [{ topic: 't', partitionAssignment: [{ partition: 0, replicas: [1, 2] }] }], timeout: 7 },
    ours: () => ({ topics: [{ name: 't', partitions: [{ partitionIndex: 0, replicas: [1, 2] }] }], timeoutMs: 7 }),
  },
  listPartitionReassignments: {
    args: { topics: [{ topic: 't', partitions: [0, 4] }], timeout: 7 },
    ours: () => ({ topics: [{ name: 't', partitionIndexes: [0, 4] }], timeoutMs: 7 }),
  },
}

test('kafkajs has no API that is not declared here, and no version', () => {
  for (const { name, definition } of definitions) {
    const api = Object.values(apis).find((candidate) => candidate.name === name)
    expect(api, name).toBeDefined()
    for (const version of definition.versions) expect(covers(api!.versions, Number(version))).toBe(true)
  }
  expect(definitions.length).toBeGreaterThanOrEqual(33)
})

describe('its requests', () => {
  for (const { name, definition } of definitions.filter(({ name }) => name !== 'Produce')) {
    const api = Object.values(apis).find((candidate) => candidate.name === name) as Api
    const { args, ours } = cases[`${name.charAt(0).toLowerCase()}${name.slice(1)}` as keyof Cases] as Case<Api>
    test.each(definition.versions)(`${name} v%s`, async (version) => {
      const { request } = definition.protocol({ version })(args)
      const theirs = new Uint8Array((await frameOf({ correlationId: 7, clientId: 'id', request })).buffer)
      expect(Buffer.from(encodeRequestFrame(api, Number(version), 7, 'id', ours(Number(version))))).toEqual(
        Buffer.from(theirs),
      )
      const frame = theirs.subarray(4)
      const header = decodeRequestHeader(frame)
      expect(header).toMatchObject({ apiKey: api.key, apiVersion: Number(version), correlationId: 7, clientId: 'id' })
      const decoded = decodeRequestBody(api, header, frame)
      expect(encodeRequest(api, header.apiVersion, decoded)).toEqual(frame.subarray(header.bodyOffset))
    })
  }
})

describe('its Produce', () => {
  const messages = [
    { key: bytes('k'), value: bytes('é'), timestamp: 1_700_000_000_000, headers: { a: 'x', b: ['1', '2'] } },
    { key: null, value: null, timestamp: 1_700_000_000_005, headers: {} },
  ]
  const args = (compression: number) => ({
    ...{ acks: -1, timeout: 30, transactionalId: 'tx', producerId: '5', producerEpoch: 1, compression },
    topicData: [{ topic: 't', partitions: [{ partition: 0, firstSequence: 9, messages }] }],
  })

  for (const version of [3, 4, 5, 6, 7]) {
    test.each(['none', 'gzip'] as const)(`v${version}, %s`, async (compression) => {
      const { request } = requests.Produce.protocol({ version: String(version) })(args(compression === 'gzip' ? 1 : 0))
      const encoded = new Uint8Array((await request.encode()).buffer)
      const decoded = decodeRequest(apis.produce, version, encoded)
      expect(decoded).toMatchObject({ transactionalId: 'tx', acks: -1, timeoutMs: 30, topicData: [{ name: 't' }] })
      expect(encodeRequest(apis.produce, version, decoded)).toEqual(encoded)

      const batch = decoded.topicData[0]!.partitionData[0]!.records!
      const header = parseBatchHeader(batch)
      const common = {
        ...{ baseTimestamp: 1_700_000_000_000n, maxTimestamp: 1_700_000_000_005n, lastOffsetDelta: 1 },
        ...{ producerId: 5n, producerEpoch: 1, baseSequence: 9, isTransactional: true, compression },
      }
      expect(header).toMatchObject({ ...common, recordCount: 2, magic: 2, isControl: false })
      expect(hasValidCrc(batch)).toBe(true)
      const records = decodeRecords(batch)
      const view = (text: string) => new Uint8Array(Buffer.from(text))
      expect(records).toEqual([
        {
          ...{ attributes: 0, timestampDelta: 0n, offsetDelta: 0, key: view('k'), value: view('é') },
          headers: [
            ['a', view('x')],
            ['b', view('1')],
            ['b', view('2')],
          ],
        },
        { attributes: 0, timestampDelta: 5n, offsetDelta: 1, key: null, value: null, headers: [] },
      ])
      // Ours from the same records is byte for byte the same batch.
      expect(encodeBatch({ ...common, records, partitionLeaderEpoch: 0 })).toEqual(batch)
    })
  }

  test.each([0, 1, 2])('v%i carries a message set, which is told from a batch', async (version) => {
    const { request } = requests.Produce.protocol({ version: String(version) })(args(0))
    const encoded = new Uint8Array((await request.encode()).buffer)
    const decoded = decodeRequest(apis.produce, version, encoded)
    expect(encodeRequest(apis.produce, version, decoded)).toEqual(encoded)
    const set = decoded.topicData[0]!.partitionData[0]!.records!
    expect(() => parseBatchHeader(set)).toThrow(`a message set of format ${version === 2 ? 1 : 0}`)
  })
})

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

describe('our responses in its decoder', () => {
  for (const { name, definition } of definitions.filter(({ name }) => name !== 'Fetch')) {
    const api = Object.values(apis).find((candidate) => candidate.name === name) as Api
    test.each(definition.versions)(`${name} v%s`, async (text) => {
      const version = Number(text)
      for (const nulls of [false, true]) {
        const { throttleTimeMs, ...body } = distinct(api.response.fields, version, nulls)
        const frame = encodeResponseFrame(api, version, 7, { throttleTimeMs, ...body })
        const { response } = definition.protocol({ version: text })(cases[name as 'fetch']?.args ?? { topics: [] })
        // It leaves the tag section of the header to the decoder of the body.
        const decoded = (await response.decode(Buffer.from(frame.subarray(8)))) as Record<string, unknown>
        const throttles = ['throttleTime', 'clientSideThrottleTime', 'throttleTimeMs']
        const extra = [...throttles, ...(added[name]?.(version) ?? [])]
        expect(leaves(decoded, extra)).toEqual(leaves(body, dropped[name] ?? []))
        expect(throttles.map((key) => decoded[key]).find((value) => value)).toBe(throttleTimeMs)
      }
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
  test.each(requests.Fetch.versions.slice(4))('Fetch v%s', async (text) => {
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
    const { response } = requests.Fetch.protocol({ version: text })({ topics: [] })
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
