import { beforeEach, describe, expect, it } from 'vitest'
import type { metadata } from '../../wire/apis/03-metadata.ts'
import { zeroUuid } from '../../wire/primitives.ts'
import type { RequestInput } from '../../wire/schema.ts'
import { batch, ClusterStage } from '../testing/cluster-stage.ts'

let stage: ClusterStage

beforeEach(() => {
  stage = new ClusterStage({ brokers: 2, topics: [{ name: 'orders', partitions: 2 }] })
})

function ask(names: string[] | null, { broker = 1, version = 6, create = false } = {}) {
  const topics = names?.map((name) => ({ name })) ?? null
  const options: Partial<RequestInput<typeof metadata>> = version >= 4 ? { allowAutoTopicCreation: create } : {}
  return stage.connect(broker).ask('metadata', { topics, ...options }, version)
}

const errors = (answer: ReturnType<typeof ask>) => answer.topics.map(({ name, errorCode }) => [name, errorCode])

describe('Metadata', () => {
  it('tells the brokers, the cluster, the controller and who leads', () => {
    const { brokers, clusterId, controllerId, topics } = ask(['orders'], { version: 12 })
    expect(brokers).toEqual([
      { nodeId: 1, host: 'broker-1', port: 9092, rack: null },
      { nodeId: 2, host: 'broker-2', port: 9092, rack: null },
    ])
    expect([clusterId, controllerId]).toEqual([stage.state.clusterId, 1])
    const orders = stage.state.topics.get('orders')!
    const { leader } = orders.partitions[1]!
    expect(topics).toHaveLength(1)
    expect(topics[0]).toMatchObject({ name: 'orders', topicId: orders.topicId, isInternal: false, errorCode: 0 })
    expect(topics[0]!.partitions[1]).toEqual({
      errorCode: 0,
      partitionIndex: 1,
      leaderId: leader,
      leaderEpoch: 0,
      replicaNodes: [leader],
      isrNodes: [leader],
      offlineReplicas: [],
    })
  })

  it('all topics: null, and in version 0 an empty list; internal ones too', () => {
    stage.connect().ask('findCoordinator', { key: 'g', keyType: 0 })
    expect(ask(null).topics.map(({ name, isInternal }) => [name, isInternal])).toEqual([
      ['orders', false],
      ['__consumer_offsets', true],
    ])
    expect(ask([], { version: 0 }).topics).toHaveLength(2)
    expect(ask([], { version: 1 }).topics).toHaveLength(0)
  })

  it('a partition whose broker is down has no leader', () => {
    const { partitions } = stage.state.topics.get('orders')!
    const down = partitions[0]!.leader!
    stage.order({ do: 'broker-down', broker: down })
    const answer = ask(['orders'], { broker: 3 - down })
    expect(answer.brokers.map(({ nodeId }) => nodeId)).toEqual([3 - down])
    expect(answer.topics[0]!.partitions[0]).toMatchObject({
      errorCode: 5,
      leaderId: -1,
      replicaNodes: [down],
      isrNodes: [down],
      offlineReplicas: [down],
    })
    expect(answer.topics[0]!.partitions[1]).toMatchObject({ errorCode: 0, leaderId: 3 - down })
    expect(answer.controllerId).toBe(3 - down)
  })

  it('names that nobody knows, and that nobody can have', () => {
    expect(errors(ask(['nowhere', 'no where', 'nowhere'], { create: true }))).toEqual([
      ['nowhere', 3],
      ['no where', 17],
    ])
    expect(stage.state.topics.has('nowhere')).toBe(false)
  })

  it('makes a topic where that is on and the client wants it; the first answer does not know it yet', () => {
    stage = new ClusterStage({ config: { autoCreateTopics: true, numPartitions: 3 } })
    expect(errors(ask(['new'], { create: false }))).toEqual([['new', 3]])
    expect(errors(ask(['new'], { create: true }))).toEqual([['new', 3]])
    const { topics } = ask(['new'], { create: true })
    expect(topics[0]).toMatchObject({ errorCode: 0 })
    expect(topics[0]!.partitions).toHaveLength(3)
    expect(stage.notes.map(({ what }) => what)).toEqual(['topic', 'leader', 'leader', 'leader'])
  })

  it('asks by id from version 12 on', () => {
    const { topicId } = stage.state.topics.get('orders')!
    const topics = [topicId, 'AAAAAAAAAAAAAAAAAAAAAQ'].map((id) => ({ name: null, topicId: id }))
    const client = stage.connect()
    const known = client.ask('metadata', { topics }, 12).topics
    expect(known.map(({ name, errorCode }) => [name, errorCode])).toEqual([
      ['orders', 0],
      [null, 100],
    ])
    const tooOld = client.ask('metadata', { topics: [{ name: null, topicId: zeroUuid }] }, 10).topics
    expect(tooOld.map(({ errorCode }) => errorCode)).toEqual([42])
  })

  it('tells what may be done where that is asked', () => {
    const body = { topics: [{ name: 'orders' }], includeClusterAuthorizedOperations: true }
    const answer = stage.connect().ask('metadata', { ...body, includeTopicAuthorizedOperations: true }, 8)
    expect([answer.clusterAuthorizedOperations, answer.topics[0]!.topicAuthorizedOperations]).toEqual([8096, 3576])
  })

  describe('is as old as what its broker has heard', () => {
    beforeEach(() => {
      stage = new ClusterStage({
        brokers: 2,
        config: { metadataDelayMs: 100 },
        topics: [{ name: 'orders', partitions: 1 }],
      })
    })

    it('a new topic is unknown for a while, also to who leads it', () => {
      stage.order({ do: 'create-topic', topic: 'new', partitions: 1 })
      const leader = stage.state.topics.get('new')!.partitions[0]!.leader!
      expect(errors(ask(['new']))).toEqual([['new', 3]])
      expect(stage.connect(leader).produce('new', 0, batch(['a']))).toBe('UNKNOWN_TOPIC_OR_PARTITION')
      stage.pass(100)
      expect(errors(ask(['new']))).toEqual([['new', 0]])
    })

    it('a leader that moved is named where it was', () => {
      const from = stage.state.topics.get('orders')!.partitions[0]!.leader!
      stage.order({ do: 'move-leader', topic: 'orders', partition: 0, to: 3 - from })
      const told = () => ask(['orders']).topics[0]!.partitions[0]!.leaderId
      expect(told()).toBe(from)
      stage.pass(99)
      expect(told()).toBe(from)
      stage.pass(1)
      expect(told()).toBe(3 - from)
    })

    it('a fetch that waits is let go when its broker learns that the topic is gone', () => {
      const { leader } = stage.state.topics.get('orders')!.partitions[0]!
      const sent = stage.connect(leader!).fetch('orders', 0, 0n, { maxWaitMs: 5000 })
      stage.order({ do: 'delete-topic', topic: 'orders' })
      expect(sent.answer!.responses[0]!.partitions[0]!.errorCode).toBe(3)
      expect(errors(ask(['orders']))).toEqual([['orders', 0]])
      stage.pass(100)
      expect(errors(ask(['orders']))).toEqual([['orders', 3]])
    })

    it('a broker that comes up knows everything', () => {
      stage.order({ do: 'broker-down', broker: 2 })
      stage.order({ do: 'create-topic', topic: 'new', partitions: 1 })
      stage.order({ do: 'broker-up', broker: 2 })
      expect(errors(ask(['new'], { broker: 2 }))).toEqual([['new', 0]])
      expect(errors(ask(['new'], { broker: 1 }))).toEqual([['new', 3]])
    })
  })
})
