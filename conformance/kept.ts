/**
 * Sequences that once differed, each with what it is about. What Apache Kafka answers to them is kept beside in `kept/`, so that they are
 * tests without Java: `npm run conformance -- --record` asks it again.
 */
import { keptErrors } from './kept-errors.ts'
import { name, type Send, type Sequence } from './sequence.ts'
import { create, noId, send, topic } from './steps.ts'

const memberOf = (of: string) => ({ generationId: { $: 'generation', of }, memberId: { $: 'memberId', of } }) as const
/** On a connection of its own, as it may wait. */
const join = (of: string, version: number, rebalanceTimeoutMs: number): Send => {
  const protocols = [{ name: 'range', metadata: Buffer.from('r') }]
  const memberId = { $: 'memberId', of } as const
  const body = { groupId: name('g0'), sessionTimeoutMs: 30_000, memberId, protocolType: 'consumer', protocols }
  const instance = version >= 5 ? { groupInstanceId: null } : {}
  return {
    ...send('joinGroup', version, { ...body, rebalanceTimeoutMs, ...instance }, of),
    connection: 1 + Number(of[1]),
  }
}
const leave = (...who: string[]): Send => {
  const members = who.map((of) => ({ memberId: { $: 'memberId', of } as const, groupInstanceId: null, reason: null }))
  return send('leaveGroup', 5, { groupId: name('g0'), members })
}
const describing = send('describeGroups', 5, { groups: [name('g0')], includeAuthorizedOperations: false })

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
  'one who has not joined again leaves together with one who waits for it': [
    join('m0', 3, 60_000),
    join('m1', 7, 60_000),
    join('m1', 5, 60_000),
    leave('m0', 'm1'),
    describing,
  ],
  'an id that was only given out leaves a group that is stable': [
    join('m0', 3, 60_000),
    send('syncGroup', 2, { groupId: name('g0'), ...memberOf('m0'), assignments: [] }),
    join('m1', 7, 60_000),
    leave('m1'),
    describing,
    send('heartbeat', 2, { groupId: name('g0'), ...memberOf('m0') }),
  ],
  ...keptErrors,
  'the same partition twice, where offsets lay in ZooKeeper': [
    create(topic('t0')),
    send('offsetFetch', 0, { groupId: name('g0'), topics: [{ name: name('t0'), partitionIndexes: [0, 0] }] }),
  ],
}
