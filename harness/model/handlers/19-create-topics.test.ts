import { describe, expect, it } from 'vitest'
import { errorName } from '../../wire/error-codes.ts'
import { batch, type Client, ClusterStage } from '../testing/cluster-stage.ts'

interface Asked {
  name?: string
  numPartitions?: number
  replicationFactor?: number
  assignments?: { partitionIndex: number; brokerIds: number[] }[]
  configs?: { name: string; value: string | null }[]
}

const full = (asked: Asked) => ({
  name: 'new',
  numPartitions: 2,
  replicationFactor: 1,
  assignments: [],
  configs: [],
  ...asked,
})

function create(client: Client, asked: Asked[], { version = 3, validateOnly = false } = {}) {
  return client.ask('createTopics', { topics: asked.map(full), timeoutMs: 1, validateOnly }, version).topics
}

const errors = (client: Client, ...asked: Asked[]) => create(client, asked).map(({ errorCode }) => errorName(errorCode))

describe('CreateTopics', () => {
  it('makes topics, spread over the brokers', () => {
    const stage = new ClusterStage({ brokers: 3 })
    expect(errors(stage.connect(), { numPartitions: 3 })).toEqual(['NONE'])
    const { partitions, topicId } = stage.state.topics.get('new')!
    expect(partitions.map(({ leader }) => leader).sort()).toEqual([1, 2, 3])
    expect(stage.notes[0]).toEqual({ what: 'topic', topic: 'new', topicId, is: 'created', partitions: 3 })
    expect(stage.notes[1]).toMatchObject({ what: 'leader', topic: 'new', partition: 0, epoch: 0 })
  })

  it('tells the id and the configuration where the version has them', () => {
    const stage = new ClusterStage()
    const configs = [{ name: 'retention.ms', value: '5' }]
    const [topic] = create(stage.connect(), [{ configs, numPartitions: -1, replicationFactor: -1 }], { version: 7 })
    expect(topic).toMatchObject({ errorCode: 0, numPartitions: 1, replicationFactor: 1 })
    expect(topic!.topicId).toBe(stage.state.topics.get('new')!.topicId)
    expect(topic!.configs!.find(({ name }) => name === 'retention.ms')).toMatchObject({ value: '5', configSource: 1 })
  })

  it('puts partitions where it is told', () => {
    const stage = new ClusterStage({ brokers: 3 })
    const assignments = [
      { partitionIndex: 1, brokerIds: [3, 1] },
      { partitionIndex: 0, brokerIds: [2, 1] },
    ]
    expect(errors(stage.connect(), { assignments, numPartitions: -1, replicationFactor: -1 })).toEqual(['NONE'])
    expect(stage.state.topics.get('new')!.partitions.map(({ leader }) => leader)).toEqual([2, 3])
  })

  const manual = { numPartitions: -1, replicationFactor: -1 }
  it.each<[Asked, string]>([
    [{ name: 'orders' }, 'TOPIC_ALREADY_EXISTS'],
    [{ name: 'a b' }, 'INVALID_TOPIC_EXCEPTION'],
    [{ name: '' }, 'INVALID_TOPIC_EXCEPTION'],
    [{ name: '..' }, 'INVALID_TOPIC_EXCEPTION'],
    [{ name: 'x'.repeat(250) }, 'INVALID_TOPIC_EXCEPTION'],
    [{ name: 'a_b' }, 'INVALID_TOPIC_EXCEPTION'],
    [{ numPartitions: 0 }, 'INVALID_PARTITIONS'],
    [{ replicationFactor: 0 }, 'INVALID_REPLICATION_FACTOR'],
    [{ replicationFactor: 3 }, 'INVALID_REPLICATION_FACTOR'],
    [{ replicationFactor: 2 }, 'NONE'],
    [{ configs: [{ name: 'retention', value: '5' }] }, 'INVALID_CONFIG'],
    [{ configs: [{ name: 'retention.ms', value: 'long' }] }, 'INVALID_CONFIG'],
    [{ configs: [{ name: 'cleanup.policy', value: 'keep' }] }, 'INVALID_CONFIG'],
    [
      {
        configs: [
          { name: 'min.compaction.lag.ms', value: '2' },
          { name: 'max.compaction.lag.ms', value: '1' },
        ],
      },
      'INVALID_CONFIG',
    ],
    [{ configs: [{ name: 'retention.ms', value: null }] }, 'INVALID_CONFIG'],
    [{ assignments: [{ partitionIndex: 0, brokerIds: [1] }] }, 'INVALID_REQUEST'],
    [{ ...manual, assignments: [{ partitionIndex: 0, brokerIds: [7] }] }, 'INVALID_REPLICA_ASSIGNMENT'],
    [{ ...manual, assignments: [{ partitionIndex: 0, brokerIds: [] }] }, 'INVALID_REPLICA_ASSIGNMENT'],
    [{ ...manual, assignments: [{ partitionIndex: 1, brokerIds: [1] }] }, 'INVALID_REPLICA_ASSIGNMENT'],
    [
      { ...manual, assignments: [0, 0].map((partitionIndex) => ({ partitionIndex, brokerIds: [1] })) },
      'INVALID_REPLICA_ASSIGNMENT',
    ],
  ])('%o: %s', (asked, error) => {
    const stage = new ClusterStage({ brokers: 2, topics: ['orders', 'a.b'].map((name) => ({ name, partitions: 1 })) })
    expect(errors(stage.connect(), asked)).toEqual([error])
  })

  it('refuses a name that comes twice, and does the others', () => {
    const stage = new ClusterStage()
    expect(errors(stage.connect(), { name: 'a' }, { name: 'b' }, { name: 'a' })).toEqual(['NONE', 'INVALID_REQUEST'])
    expect([...stage.state.topics.keys()]).toEqual(['b'])
  })

  it('only looks where it is to validate', () => {
    const stage = new ClusterStage()
    expect(
      create(stage.connect(), [{}, { name: '' }], { validateOnly: true }).map(({ errorCode }) => errorCode),
    ).toEqual([0, 17])
    expect(stage.state.topics.size).toBe(0)
  })
})

describe('CreatePartitions', () => {
  const stage = new ClusterStage({ brokers: 2, topics: [{ name: 'orders', partitions: 2 }] })
  const client = stage.connect()
  const add = (name: string, count: number, brokers: number[] | null = null) => {
    const assignments = brokers?.map((id) => ({ brokerIds: [id] })) ?? null
    const topics = [{ name, count, assignments }]
    return errorName(
      client.ask('createPartitions', { topics, timeoutMs: 1, validateOnly: false }).results[0]!.errorCode,
    )
  }

  it('adds up to a new total, and leaves what is there', () => {
    stage.write('orders', 0, 'a')
    expect(add('orders', 3)).toBe('NONE')
    expect(add('orders', 4, [2])).toBe('NONE')
    expect(stage.state.topics.get('orders')!.partitions.map(({ leaderEpoch }) => leaderEpoch)).toEqual([0, 0, 0, 0])
    expect(stage.state.topics.get('orders')!.partitions[3]!.leader).toBe(2)
    expect(stage.log('orders', 0).endOffset).toBe(1n)
  })

  it.each([
    ['orders', 4, null, 'INVALID_PARTITIONS'],
    ['orders', 1, null, 'INVALID_PARTITIONS'],
    ['nowhere', 9, null, 'UNKNOWN_TOPIC_OR_PARTITION'],
    ['orders', 6, [1], 'INVALID_REPLICA_ASSIGNMENT'],
    ['orders', 5, [7], 'INVALID_REPLICA_ASSIGNMENT'],
  ])('%s to %i: %o: %s', (name, count, brokers, error) => {
    expect(add(name, count, brokers)).toBe(error)
  })
})

describe('DeleteTopics', () => {
  const fresh = () => new ClusterStage({ topics: ['a', 'b'].map((name) => ({ name, partitions: 1 })) })

  it('deletes by name', () => {
    const stage = fresh()
    const { responses } = stage.connect().ask('deleteTopics', { topicNames: ['a', 'nowhere'], timeoutMs: 1 })
    expect(responses.map(({ name, errorCode }) => [name, errorCode])).toEqual([
      ['a', 0],
      ['nowhere', 3],
    ])
    expect([...stage.state.topics.keys()]).toEqual(['b'])
    expect(stage.notes).toMatchObject([{ what: 'topic', topic: 'a', is: 'deleted', partitions: 1 }])
    expect(stage.connect().produce('a', 0, batch(['x']))).toBe('UNKNOWN_TOPIC_OR_PARTITION')
    expect(stage.whole()).toEqual([])
  })

  it('deletes by id from version 6 on', () => {
    const stage = fresh()
    const { topicId } = stage.state.topics.get('b')!
    const asked = [{ topicId }, { topicId: 'AAAAAAAAAAAAAAAAAAAAAQ' }].map((topic) => ({ name: null, ...topic }))
    const { responses } = stage.connect().ask('deleteTopics', { topics: asked, timeoutMs: 1 }, 6)
    expect(responses.map(({ name, errorCode }) => [name, errorCode])).toEqual([
      ['b', 0],
      [null, 100],
    ])
  })

  it('refuses what is named twice', () => {
    const stage = fresh()
    const { responses } = stage.connect().ask('deleteTopics', { topicNames: ['a', 'a'], timeoutMs: 1 })
    expect(responses.map(({ errorCode }) => errorCode)).toEqual([42])
    expect(stage.state.topics.size).toBe(2)
  })
})
