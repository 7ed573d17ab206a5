/**
 * Sequences that once differed, each with what it is about. What Apache Kafka answers to them is kept beside in `kept/`, so that they are
 * tests without Java: `npm run conformance -- --record` asks it again.
 */
import { name, type Send, type Sequence, type Template } from './sequence.ts'

const send = (api: Send['api'], version: number, body: Send['body'], as?: string): Send => {
  return { connection: 0, api, version, body, ...(as !== undefined && { as }) }
}
const topic = (of: string, configs: Template = [], numPartitions = 2): Template => {
  return { name: name(of), numPartitions, replicationFactor: 1, assignments: [], configs }
}
const create = (...topics: readonly Template[]): Send => send('createTopics', 7, { topics, timeoutMs: 30_000 })
const noId = 'AAAAAAAAAAAAAAAAAAAAAA'

export const kept: Readonly<Record<string, Sequence>> = {
  'an offset that is asked for twice is told once': [
    create(topic('t0')),
    send('offsetFetch', 5, { groupId: name('g0'), topics: [{ name: name('t0'), partitionIndexes: [0, 0, 1] }] }),
    send('offsetFetch', 9, {
      groups: [{ groupId: name('g0'), topics: [{ name: name('t0'), partitionIndexes: [1, 1] }] }],
      requireStable: false,
    }),
  ],
  'the synonyms of a setting are those of the broker': [
    create(topic('t0', [{ name: 'cleanup.policy', value: 'compact' }])),
    ...[1, 4].map((version) =>
      send('describeConfigs', version, {
        resources: [
          {
            resourceType: 2,
            resourceName: name('t0'),
            configurationKeys: ['cleanup.policy', 'retention.ms', 'max.message.bytes', 'segment.index.bytes'],
          },
          { resourceType: 4, resourceName: '1', configurationKeys: ['message.max.bytes', 'node.id'] },
        ],
        includeSynonyms: true,
      }),
    ),
  ],
  'a magic that no batch has is told in words': [
    create(topic('t0')),
    send('produce', 9, {
      transactionalId: null,
      acks: 1,
      timeoutMs: 5_000,
      topicData: [
        {
          name: name('t0'),
          partitionData: [
            { index: 0, records: { $: 'batch', of: '', topic: 't0', partition: 0, count: 1, damage: 'magic' } },
          ],
        },
      ],
    }),
  ],
  'a topic that is only tried gets an id': [
    send('createTopics', 7, { topics: [topic('t0')], timeoutMs: 30_000, validateOnly: true }),
    send('metadata', 9, { topics: [{ name: name('t0') }], allowAutoTopicCreation: false }),
  ],
  'settings have ranges': [
    create(topic('t0', [{ name: 'retention.ms', value: '-5' }])),
    create(topic('t1', [{ name: 'segment.bytes', value: '13' }])),
    create(topic('t2', [{ name: 'min.insync.replicas', value: '0' }])),
    create(topic('t3', [{ name: 'min.cleanable.dirty.ratio', value: '1.5' }])),
    create(topic('t4', [{ name: 'max.message.bytes', value: '3000000000' }])),
  ],
  'an empty log is as old as its files': [
    create(topic('t0')),
    send('listOffsets', 0, {
      replicaId: -1,
      topics: [
        { name: name('t0'), partitions: [{ partitionIndex: 0, timestamp: 1_704_067_200_000n, maxNumOffsets: 5 }] },
      ],
    }),
  ],
  'a producer without an epoch is out of order never': [
    create(topic('t0')),
    send('initProducerId', 4, { transactionalId: null, transactionTimeoutMs: 60_000 }, 'p0'),
    ...[-1, 0].map((epochPlus) =>
      send('produce', 8, {
        transactionalId: null,
        acks: -1,
        timeoutMs: 5_000,
        topicData: [
          {
            name: name('t0'),
            partitionData: [
              { index: 0, records: { $: 'batch', of: 'p0', topic: 't0', partition: 0, count: 3, epochPlus } },
            ],
          },
        ],
      }),
    ),
  ],
  'metadata of neither a name nor an id': [
    send('metadata', 12, { topics: [{ name: null, topicId: noId }], allowAutoTopicCreation: false }),
    create(topic('t0')),
    send('metadata', 12, {
      topics: [
        { name: null, topicId: noId },
        { name: null, topicId: { $: 'topicId', of: 't0' } },
      ],
      allowAutoTopicCreation: false,
    }),
  ],
}
