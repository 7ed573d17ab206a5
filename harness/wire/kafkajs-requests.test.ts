/**
 * kafkajs as an independent codec, requests: for every API and every version that it has, what it encodes is byte for byte
 * what we encode, and decodes to what was meant.
 */
import { describe, expect, test } from 'vitest'
import { apis } from './apis/index.ts'
import { decodeRequestBody, decodeRequestHeader, encodeRequestFrame } from './frame.ts'
import { decodeRecords, encodeBatch, hasValidCrc, parseBatchHeader } from './records.ts'
import { type Api, decodeRequest, encodeRequest, type RequestInput } from './schema.ts'
import { definitionOf, definitions, load, since } from './testing/kafkajs-codec.ts'
import { covers } from './versions.ts'

const frameOf = load('protocol/request')
const bytes = (text: string) => Buffer.from(text)
const producer = { transactionalId: 'tx', producerId: 2n ** 40n, producerEpoch: 3 }
const member = { groupId: 'g', memberId: 'm' }
const acl = { resourceType: 2, resourceName: 'r', principal: 'P', host: '*', operation: 3, permissionType: 3 }
const aclFilter = {
  ...{ resourceTypeFilter: 2, resourceNameFilter: 'r', principalFilter: 'P', hostFilter: '*' },
  ...{ operation: 3, permissionType: 3 },
}
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
      const { request } = definitionOf('Produce').protocol({ version: String(version) })(
        args(compression === 'gzip' ? 1 : 0),
      )
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
    const { request } = definitionOf('Produce').protocol({ version: String(version) })(args(0))
    const encoded = new Uint8Array((await request.encode()).buffer)
    const decoded = decodeRequest(apis.produce, version, encoded)
    expect(encodeRequest(apis.produce, version, decoded)).toEqual(encoded)
    const set = decoded.topicData[0]!.partitionData[0]!.records!
    expect(() => parseBatchHeader(set)).toThrow(`a message set of format ${version === 2 ? 1 : 0}`)
  })
})
