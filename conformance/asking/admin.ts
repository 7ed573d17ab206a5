import fc from 'fast-check'
import { name, type Template } from '../sequence.ts'
import { type Ask, type Bodies, group, mostly, partition, since, topic, topics, transactional } from './bodies.ts'

const createTopics: Ask = (version) =>
  fc
    .record({
      topics: fc.array(
        fc.record({
          name: mostly<Template>(
            fc.constantFrom('t2', 't3', 't4').map(name),
            name('t0'),
            name('a/b'),
            '',
            '.',
            name('x'.repeat(250)),
          ),
          numPartitions: mostly(fc.integer({ min: 1, max: 3 }), 0, -1, -2),
          replicationFactor: mostly(1, 0, -1, 2),
          assignments: mostly<Template>(
            [],
            [{ partitionIndex: 0, brokerIds: [1] }],
            [{ partitionIndex: 1, brokerIds: [1] }],
            [{ partitionIndex: 0, brokerIds: [1, 1] }],
            [{ partitionIndex: 0, brokerIds: [9] }],
          ),
          configs: mostly<Template>(
            [],
            [{ name: 'cleanup.policy', value: 'compact' }],
            [{ name: 'retention.ms', value: '-5' }],
            [{ name: 'no.such.config', value: '1' }],
            [{ name: 'message.timestamp.type', value: 'LogAppendTime' }],
            [{ name: 'max.message.bytes', value: '100' }],
          ),
        }),
        { minLength: 1, maxLength: 2 },
      ),
      validateOnly: mostly(false, true),
    })
    .map(({ topics, validateOnly }) => ({
      body: { topics, timeoutMs: 30_000, ...since(version, 1, { validateOnly }) },
    }))

const deleteTopics: Ask = (version) =>
  fc.tuple(mostly(fc.constantFrom('t2', 't3', 't4', 't1'), 't9'), fc.boolean()).map(([which, byId]) => {
    const topics = byId
      ? [{ name: null, topicId: { $: 'topicId', of: which } as const }]
      : [{ name: name(which), topicId: 'AAAAAAAAAAAAAAAAAAAAAA' }]
    return { body: { timeoutMs: 30_000, ...(version >= 6 ? { topics } : { topicNames: [name(which)] }) } }
  })

const createPartitions: Ask = () =>
  fc
    .record({
      name: topic,
      count: fc.constantFrom(0, 1, 2, 3, 4, -1),
      assignments: mostly<Template>(null, [{ brokerIds: [1] }], [{ brokerIds: [9] }], [{ brokerIds: [] }]),
    })
    .chain((one) =>
      mostly(false, true).map((validateOnly) => ({ body: { topics: [one], timeoutMs: 30_000, validateOnly } })),
    )

const metadata: Ask = (version) =>
  fc.tuple(fc.array(topics, { maxLength: 3 }), fc.boolean(), fc.boolean()).map(([names, byId, asksAll]) => {
    const one = (of: string): Template =>
      version >= 12 && byId
        ? { name: null, topicId: { $: 'topicId', of } }
        : { name: name(of), ...since(version, 10, { topicId: 'AAAAAAAAAAAAAAAAAAAAAA' }) }
    return {
      body: {
        topics: asksAll && version >= 1 ? names.map(one) : names.length === 0 ? [one('t0')] : names.map(one),
        ...since(version, 4, { allowAutoTopicCreation: false }),
      },
    }
  })

const describeConfigs: Ask = (version) =>
  fc
    .record({
      resourceType: mostly(2, 4, 7),
      of: topics,
      keys: mostly<Template>(['cleanup.policy', 'retention.ms'], ['max.message.bytes'], ['no.such.config'], []),
      includeSynonyms: fc.boolean(),
    })
    .map(({ resourceType, of, keys, includeSynonyms }) => ({
      body: {
        resources: [{ resourceType, resourceName: resourceType === 2 ? name(of) : '1', configurationKeys: keys }],
        ...since(version, 1, { includeSynonyms }),
      },
    }))

const apiVersions: Ask = (version) =>
  mostly('ackward', 'a b', '').map((clientSoftwareName) => ({
    body: since(version, 3, { clientSoftwareName, clientSoftwareVersion: '1.0' }),
  }))

const findCoordinator: Ask = (version) =>
  fc.tuple(mostly(fc.constantFrom(0, 1), 5), group, transactional).map(([keyType, ofGroup, ofTransaction]) => {
    const key = name(keyType === 1 && version >= 1 ? ofTransaction : ofGroup)
    return {
      body: { ...(version >= 4 ? { coordinatorKeys: [key] } : { key }), ...since(version, 1, { keyType }) },
    }
  })

const deleteRecords: Ask = () =>
  fc
    .record({ topic, partition, offset: fc.constantFrom(0n, 1n, 2n, 3n, -1n, 100n, -5n) })
    .map(({ topic, partition, offset }) => ({
      body: { topics: [{ name: topic, partitions: [{ partitionIndex: partition, offset }] }], timeoutMs: 5_000 },
    }))

const describeCluster: Ask = (version) =>
  fc.constantFrom(1, 1, 1, 2, 9).map((endpointType) => ({
    body: { includeClusterAuthorizedOperations: false, ...since(version, 1, { endpointType }) },
  }))

export const adminBodies = {
  createTopics,
  deleteTopics,
  createPartitions,
  metadata,
  describeConfigs,
  apiVersions,
  findCoordinator,
  deleteRecords,
  describeCluster,
} satisfies Partial<Bodies>
