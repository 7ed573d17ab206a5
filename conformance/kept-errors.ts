/** Those of the kept sequences (kept.ts) that are about an error: which one is answered, how often, and with what beside it. */
import { type BatchRef, name, type Send, type Sequence } from './sequence.ts'
import { create, noId, send, topic } from './steps.ts'

const producerOf = (of: string, plus: number): Send['body'] => {
  const producerEpoch = { $: 'producerEpoch', of, plus } as const
  return { transactionalId: name(of), producerId: { $: 'producerId', of }, producerEpoch }
}
const listed = { partitionIndex: 0, timestamp: -2n }
const produced = (version: number, batch: Pick<BatchRef, 'of' | 'transactional' | 'damage'>, id?: string): Send => {
  const records: BatchRef = { $: 'batch', topic: 't0', partition: 0, count: 3, ...batch }
  const topicData = [{ name: name('t0'), partitionData: [{ index: 0, records }] }]
  const transactionalId = id === undefined ? null : name(id)
  return send('produce', version, { transactionalId, acks: 1, timeoutMs: 5_000, topicData })
}
const fetched = (fetchOffset: bigint): Send => {
  const partitions = [{ partition: 0, fetchOffset, partitionMaxBytes: -1 }]
  return send('fetch', 8, { maxWaitMs: 0, minBytes: 0, topics: [{ topic: name('t0'), partitions }] })
}

export const keptErrors: Readonly<Record<string, Sequence>> = {
  'a topic that is to be deleted twice is not deleted': [
    create(topic('t0')),
    send('deleteTopics', 5, { topicNames: [name('t4'), name('t4')], timeoutMs: 5_000 }),
    send('deleteTopics', 6, {
      topics: [
        { name: name('t0'), topicId: noId },
        { name: null, topicId: { $: 'topicId', of: 't0' } },
      ],
      timeoutMs: 5_000,
    }),
    send('deleteTopics', 6, { topics: [{ name: name('t0'), topicId: noId }], timeoutMs: 5_000 }),
  ],
  'an unknown compression in one partition spoils the others below version 7': [
    create(topic('t0')),
    ...[5, 7].map((version) => {
      const of = (partition: number, more: Partial<BatchRef>) => {
        const records: BatchRef = { $: 'batch', of: '', topic: 't0', partition, count: 1, ...more }
        return { index: partition, records }
      }
      const topicData = [{ name: name('t0'), partitionData: [of(0, { damage: 'codec' }), of(1, {})] }]
      return send('produce', version, { transactionalId: null, acks: 1, timeoutMs: 5_000, topicData })
    }),
  ],
  'a limit below zero is one where there is something to read': [
    create(topic('t0')),
    fetched(1n),
    produced(7, { of: '' }),
    fetched(3n),
    fetched(0n),
  ],
  'half a batch is of no transaction': [
    create(topic('t0')),
    send('initProducerId', 4, { transactionalId: name('x0'), transactionTimeoutMs: 60_000 }, 'x0'),
    produced(7, { of: 'x0', transactional: true, damage: 'cut' }),
    produced(7, { of: 'x0', transactional: true }),
  ],
  'a transaction of two producers is told in words': [
    create(topic('t0')),
    ...['x0', 'x1'].map((of) =>
      send('initProducerId', 4, { transactionalId: name(of), transactionTimeoutMs: 60_000 }, of),
    ),
    send('produce', 9, {
      transactionalId: name('x0'),
      acks: 1,
      timeoutMs: 5_000,
      topicData: [
        {
          name: name('t0'),
          partitionData: ['x0', 'x1'].map((of, index) => {
            return { index, records: { $: 'batch', of, topic: 't0', partition: index, count: 1, transactional: true } }
          }),
        },
      ],
    }),
  ],
  'offsets of an epoch that nobody has': [
    create(topic('t0')),
    send('initProducerId', 4, { transactionalId: name('x0'), transactionTimeoutMs: 60_000 }, 'x0'),
    send('addOffsetsToTxn', 3, { ...producerOf('x0', 0), groupId: name('g0') }),
    ...[0, -1].map((plus) => {
      const partitions = [{ partitionIndex: 0, committedOffset: 1n, committedMetadata: '' }]
      const topics = [{ name: name('t0'), partitions }]
      return send('txnOffsetCommit', 2, { ...producerOf('x0', plus), groupId: name('g0'), topics })
    }),
  ],
  'a compression that there is not is noticed late': [
    create(topic('t0')),
    send('initProducerId', 4, { transactionalId: name('x0'), transactionTimeoutMs: 60_000 }, 'x0'),
    produced(5, { of: '', damage: 'codec' }),
    produced(7, { of: '', damage: 'codec' }),
    produced(11, { of: 'x0', transactional: true, damage: 'codec' }, 'x0'),
  ],
  'what metadata does not take is told with its id': [
    send('metadata', 11, {
      topics: [{ name: null, topicId: 'AAAAAAAAAAAAAAAAAAAADg' }],
      allowAutoTopicCreation: false,
    }),
  ],
  'partitions are counted of topics that are named once': [
    send('createTopics', 4, {
      topics: [topic('t2', [], 10_001), topic('t2', [], 10_001)],
      timeoutMs: 5_000,
      validateOnly: true,
    }),
    send('createTopics', 4, { topics: [topic('t2', [], 10_001)], timeoutMs: 5_000, validateOnly: true }),
  ],
  'more partitions than can be made at once': [
    create(topic('t0')),
    send('createPartitions', 1, {
      topics: [{ name: name('t0'), count: 20_000, assignments: null }],
      timeoutMs: 5_000,
      validateOnly: true,
    }),
  ],
  'a partition whose offset is asked for twice': [
    create(topic('t0')),
    send('listOffsets', 3, {
      replicaId: -1,
      topics: [{ name: name('t0'), partitions: [listed, listed] }],
      isolationLevel: 0,
    }),
  ],
  'share groups have no coordinator': [
    send('findCoordinator', 6, { keyType: 2, coordinatorKeys: [name('g0')] }),
    send('findCoordinator', 5, { keyType: 2, coordinatorKeys: [name('g0')] }),
  ],
  'who says that it is a member of no group commits in a transaction': [
    create(topic('t0')),
    send('initProducerId', 4, { transactionalId: name('x0'), transactionTimeoutMs: 60_000 }, 'x0'),
    send('addOffsetsToTxn', 3, { ...producerOf('x0', 0), groupId: name('g0') }),
    send('txnOffsetCommit', 3, {
      ...producerOf('x0', 0),
      groupId: name('g0'),
      topics: [{ name: name('t0'), partitions: [{ partitionIndex: 0, committedOffset: 1n, committedMetadata: '' }] }],
      memberId: 'm0',
      generationIdOrMemberEpoch: 1,
    }),
  ],
}
