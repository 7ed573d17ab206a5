import fc, { type Arbitrary } from 'fast-check'
import { name, type Template } from '../sequence.ts'
import {
  type Ask,
  type Bodies,
  group,
  INTERNAL,
  mostly,
  nameOf,
  partition,
  since,
  topic,
  topics,
  transactional,
  usually,
} from './bodies.ts'

const NO_ID = 'AAAAAAAAAAAAAAAAAAAAAA'
const STRANGER: Template = { name: null, topicId: 'AAAAAAAAAAAAAAAAAAAADg' }

type Size = { readonly [Field in 'numPartitions' | 'replicationFactor' | 'assignments']: Template }

const counted: Arbitrary<Size> = fc.record({
  numPartitions: mostly(fc.integer({ min: 1, max: 3 }), 0, -1, -2),
  replicationFactor: mostly(1, 0, -1, 2),
  assignments: fc.constant([]),
})

/** Only ever tried: it would be made. */
const MUCH = { numPartitions: 10_001, assignments: [] }

/** Where each copy goes is said one by one: then nothing is counted. */
const assigned: readonly Size[] = [
  ...[
    [{ partitionIndex: 0, brokerIds: [1] }],
    [{ partitionIndex: 1, brokerIds: [1] }],
    [{ partitionIndex: 0, brokerIds: [1, 1] }],
    [{ partitionIndex: 0, brokerIds: [9] }],
  ].map((assignments) => ({ numPartitions: -1, replicationFactor: -1, assignments })),
  { numPartitions: 1, replicationFactor: 1, assignments: [{ partitionIndex: 0, brokerIds: [1] }] },
]

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
          size: mostly(counted, ...assigned),
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
      isHuge: usually(false, true),
    })
    .map(({ topics, validateOnly, isHuge: wantsMuch }) => {
      const isHuge = wantsMuch && version >= 1
      const sized = topics.map(({ size, ...rest }) => ({ ...rest, ...size, ...(isHuge && MUCH) }))
      return {
        body: {
          topics: sized,
          timeoutMs: 30_000,
          ...since(version, 1, { validateOnly: validateOnly || isHuge }),
        },
      }
    })

const odd = fc.constantFrom(undefined, undefined, undefined, undefined, 'twice', 'both', 'stranger')

const deleteTopics: Ask = (version) =>
  fc
    .tuple(mostly(fc.constantFrom('t2', 't3', 't4', 't1'), 't9'), fc.constantFrom('name', 'id'), odd)
    .map(([which, by, odd]) => {
      const byName = { name: name(which), topicId: NO_ID }
      const byId = { name: null, topicId: { $: 'topicId', of: which } as const }
      const one: Template = odd === 'both' ? { ...byId, name: name(which) } : by === 'name' ? byName : byId
      const topics: Template = odd === 'twice' ? [one, byName] : odd === 'stranger' ? [one, STRANGER] : [one]
      const topicNames = odd === 'twice' ? [name(which), name(which)] : [name(which)]
      return { body: { timeoutMs: 30_000, ...(version >= 6 ? { topics } : { topicNames }) } }
    })

const createPartitions: Ask = () =>
  fc
    .record({
      one: fc.record({
        name: topic,
        count: usually(fc.constantFrom(1, 2, 3, 3, 4, 4), -1),
        assignments: mostly<Template>(null, [{ brokerIds: [1] }], [{ brokerIds: [9] }], [{ brokerIds: [] }]),
      }),
      validateOnly: mostly(false, true),
      isTwice: usually(false, true),
      isHuge: usually(false, true),
    })
    .map(({ one: wanted, validateOnly, isTwice, isHuge }) => {
      // Only tried: of so many Kafka makes the first ten thousand, and says that it failed.
      const one = isHuge ? { ...wanted, count: 20_000, assignments: null } : wanted
      return { body: { topics: isTwice ? [one, one] : [one], timeoutMs: 30_000, validateOnly: validateOnly || isHuge } }
    })

/** What a client asks for that has read a name or an id wrong. */
const asked = usually(topics, 'a/b')
const lacks = fc.constantFrom(undefined, undefined, undefined, undefined, 'name', 'sense', 'id')
const ODD_NAMES = {
  name: { name: null, topicId: NO_ID },
  sense: { name: name('t0'), topicId: 'AAAAAAAAAAAAAAAAAAAADg' },
  id: STRANGER,
}

const metadata: Ask = (version) =>
  fc
    .tuple(fc.array(asked, { maxLength: 3 }), fc.boolean(), fc.boolean(), lacks)
    .map(([names, byId, asksAll, lacks]) => {
      const odd: readonly Template[] = lacks === undefined || version < 10 ? [] : [ODD_NAMES[lacks]]
      const one = (of: string): Template =>
        version >= 12 && byId
          ? { name: null, topicId: { $: 'topicId', of } }
          : { name: name(of), ...since(version, 10, { topicId: NO_ID }) }
      const some = names.length === 0 && !(asksAll && version >= 1) ? ['t0'] : names
      return {
        body: {
          topics: [...some.map(one), ...odd],
          ...since(version, 4, { allowAutoTopicCreation: false }),
        },
      }
    })

const describeConfigs: Ask = (version) =>
  fc
    .record({
      resourceType: mostly(2, 4, 7),
      of: usually(topics, 'a/b'),
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
  fc.tuple(mostly(fc.constantFrom(0, 0, 1, 1, 2), 5), group, transactional).map(([keyType, ofGroup, ofTransaction]) => {
    const key = name(keyType === 1 && version >= 1 ? ofTransaction : ofGroup)
    return {
      body: { ...(version >= 4 ? { coordinatorKeys: [key] } : { key }), ...since(version, 1, { keyType }) },
    }
  })

const deleteRecords: Ask = () =>
  fc
    .record({
      topic: usually(topics, INTERNAL),
      partition,
      offset: mostly(fc.constantFrom(0n, 0n, 1n, 2n, -1n, -1n), 100n, -5n),
      timeoutMs: mostly(5_000, 0),
    })
    .map(({ topic, partition, offset, timeoutMs }) => ({
      body: { topics: [{ name: nameOf(topic), partitions: [{ partitionIndex: partition, offset }] }], timeoutMs },
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
