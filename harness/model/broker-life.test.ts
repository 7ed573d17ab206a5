/** Full disks, wiped volumes, pictures that stand still, a controller that is gone: as clients meet them. */
import { beforeEach, describe, expect, it } from 'vitest'
import { errorName } from '../wire/error-codes.ts'
import { coordinatorPartition } from './internal-log.ts'
import { batch, ClusterStage, from, read } from './testing/cluster-stage.ts'

let stage: ClusterStage
beforeEach(() => {
  stage = new ClusterStage({ brokers: 3, topics: [{ name: 'orders', partitions: 1 }] })
})

const partition = () => stage.state.topics.get('orders')!.partitions[0]!
const leader = () => partition().leader!
const other = (than: number) => (than % 3) + 1
const metadata = (broker: number) => stage.connect(broker).ask('metadata', { topics: [{ name: 'orders' }] })

/** Makes the group's partition of __consumer_offsets, and answers its coordinator. */
function coordinator(group: string): number {
  stage.connect(1).ask('findCoordinator', { key: group, keyType: 0 })
  return stage.connect(1).ask('findCoordinator', { key: group, keyType: 0 }).nodeId
}

describe('a full disk', () => {
  it('fails the append, then everything in that directory, until there is room and the broker was restarted', () => {
    stage.write('orders', 0, 'm1')
    const id = leader()
    const client = stage.connect(id)
    stage.order({ do: 'disk-full', broker: id })
    // Nothing was written yet: what is there can be read.
    expect(read(client.fetch('orders', 0, 0n))).toEqual(['0:m1'])
    expect(client.produce('orders', 0, batch(['m2']))).toBe('KAFKA_STORAGE_ERROR')
    expect(read(client.fetch('orders', 0, 0n))).toBe('KAFKA_STORAGE_ERROR')
    expect(client.produce('orders', 0, batch(['m2']))).toBe('KAFKA_STORAGE_ERROR')
    const { partitions } = metadata(other(id)).topics[0]!
    expect(partitions[0]).toMatchObject({ leaderId: -1 })
    expect(errorName(partitions[0]!.errorCode)).toBe('LEADER_NOT_AVAILABLE')
    expect(stage.order({ do: 'move-leader', topic: 'orders', partition: 0, to: other(id) })).toEqual({
      error: 'LEADER_NOT_AVAILABLE',
    })
    stage.order({ do: 'disk-freed', broker: id })
    expect(client.closed).toBe('rst')
    expect(stage.connect(id).produce('orders', 0, batch(['m2']))).toBe(1n)
    expect(stage.whole()).toEqual([])
  })

  it('does not forget what a producer had sent, nor remember what it could not', () => {
    const id = leader()
    expect(stage.connect(id).produce('orders', 0, from(7n, 0, ['m1']))).toBe(0n)
    stage.order({ do: 'disk-full', broker: id })
    expect(stage.connect(id).produce('orders', 0, from(7n, 1, ['m2']))).toBe('KAFKA_STORAGE_ERROR')
    stage.order({ do: 'disk-freed', broker: id })
    expect(stage.connect(id).produce('orders', 0, from(7n, 0, ['m1']))).toBe(0n)
    expect(stage.connect(id).produce('orders', 0, from(7n, 1, ['m2']))).toBe(1n)
  })

  it('is tried again by a broker that restarts meanwhile', () => {
    const id = leader()
    stage.order({ do: 'disk-full', broker: id })
    stage.connect(id).produce('orders', 0, batch(['m1']))
    stage.order({ do: 'broker-down', broker: id })
    stage.order({ do: 'broker-up', broker: id })
    expect(leader()).toBe(id)
    expect(stage.connect(id).produce('orders', 0, batch(['m1']))).toBe('KAFKA_STORAGE_ERROR')
  })
})

describe('a wiped volume', () => {
  it('has empty logs under the same topic id, and knows no producer', () => {
    const id = leader()
    const { topicId } = partition()
    stage.connect(id).produce('orders', 0, from(7n, 0, ['m1', 'm2']))
    stage.order({ do: 'broker-down', broker: id })
    expect(stage.order({ do: 'wipe-broker', broker: id, keeps: 'nothing' })).toEqual({})
    stage.order({ do: 'broker-up', broker: id })
    expect(partition().topicId).toBe(topicId)
    // The partition knows nothing of that producer, so any first sequence is taken.
    expect(stage.connect(id).produce('orders', 0, from(7n, 2, ['m3']))).toBe(0n)
    expect(read(stage.connect(id).fetch('orders', 0, 2n))).toBe('OFFSET_OUT_OF_RANGE')
    expect(stage.whole()).toEqual([])
  })

  it('keeps committed offsets where it is told to, else groups are unknown', () => {
    const id = coordinator('g')
    stage.order({ do: 'reset-offsets', group: 'g', topic: 'orders', to: 'latest' })
    const known = () => [...(stage.state.groupShards.get(coordinatorPartition(stage.state, 'g'))?.groups.keys() ?? [])]
    for (const [keeps, left] of [
      ['offsets', ['g']],
      ['nothing', []],
    ] as const) {
      stage.order({ do: 'broker-down', broker: id })
      stage.order({ do: 'wipe-broker', broker: id, keeps })
      stage.order({ do: 'broker-up', broker: id })
      expect(known()).toEqual(left)
    }
    expect(stage.whole()).toEqual([])
  })

  it('is none of a broker that is up', () => {
    expect(stage.order({ do: 'wipe-broker', broker: 1, keeps: 'nothing' })).toEqual({ error: 'BROKER_NOT_AVAILABLE' })
  })
})

describe('metadata', () => {
  it('that stands still names who led, on that broker only; the new leader that has not heard of it refuses', () => {
    const [was, next] = [leader(), other(leader())]
    stage.order({ do: 'hold-metadata', broker: next, held: true })
    stage.order({ do: 'move-leader', topic: 'orders', partition: 0, to: next })
    expect(metadata(next).topics[0]!.partitions[0]!.leaderId).toBe(was)
    expect(metadata(was).topics[0]!.partitions[0]!.leaderId).toBe(next)
    expect(stage.connect(next).produce('orders', 0, batch(['m1']))).toBe('NOT_LEADER_OR_FOLLOWER')
    stage.order({ do: 'hold-metadata', broker: next, held: false })
    expect(metadata(next).topics[0]!.partitions[0]!.leaderId).toBe(next)
    expect(stage.connect(next).produce('orders', 0, batch(['m1']))).toBe(0n)
  })

  it('of a coordinator that has not heard of it: it does not coordinate', () => {
    const id = coordinator('g')
    stage.order({ do: 'hold-metadata', broker: other(id), held: true })
    stage.order({ do: 'move-coordinator', group: 'g', to: other(id) })
    const heartbeat = { groupId: 'g', generationId: 1, memberId: 'm' }
    expect(errorName(stage.connect(other(id)).ask('heartbeat', heartbeat).errorCode)).toBe('NOT_COORDINATOR')
    stage.order({ do: 'hold-metadata', broker: other(id), held: false })
    expect(errorName(stage.connect(other(id)).ask('heartbeat', heartbeat).errorCode)).toBe('UNKNOWN_MEMBER_ID')
  })

  it('without leaders, or without brokers', () => {
    stage.order({ do: 'hide-metadata', broker: 1, lacks: 'leaders' })
    expect(metadata(1)).toMatchObject({ brokers: [{}, {}, {}], topics: [{ partitions: [{ leaderId: -1 }] }] })
    stage.order({ do: 'hide-metadata', broker: 1, lacks: 'brokers' })
    expect(metadata(1)).toMatchObject({ brokers: [], controllerId: -1, topics: [{ partitions: [{ leaderId: -1 }] }] })
    stage.order({ do: 'hide-metadata', broker: 1, lacks: 'nothing' })
    expect(metadata(1).topics[0]!.partitions[0]!.leaderId).toBe(leader())
  })
})

describe('a controller that is gone', () => {
  const topic = { name: 'new', numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }
  const create = () => stage.connect(1).send('createTopics', { topics: [topic], timeoutMs: 1_000 })

  it('leaves what is led, and metadata that names the dead; brokers that come back wait', () => {
    const id = leader()
    stage.order({ do: 'controller-down' })
    expect(stage.connect(id).produce('orders', 0, batch(['m1']))).toBe(0n)
    stage.order({ do: 'broker-down', broker: id })
    expect(metadata(other(id)).topics[0]!.partitions[0]!.leaderId).toBe(id)
    stage.order({ do: 'broker-up', broker: id })
    expect(stage.state.brokers.get(id)!.up).toBe(false)
    stage.order({ do: 'controller-up' })
    expect(stage.state.brokers.get(id)!.up).toBe(true)
    expect(stage.connect(id).produce('orders', 0, batch(['m2']))).toBe(1n)
    expect(stage.whole()).toEqual([])
  })

  it('lets requests for topics wait, and carries them out when it is back', () => {
    stage.order({ do: 'controller-down' })
    const sent = create()
    stage.pass(5_000)
    expect(sent.answer).toBeUndefined()
    expect(stage.state.topics.has('new')).toBe(false)
    stage.order({ do: 'controller-up' })
    expect(sent.answer?.topics).toMatchObject([{ errorCode: 0 }])
    expect(stage.state.topics.has('new')).toBe(true)
    expect(stage.state.absence).toBe(null)
  })

  it('for longer than 30 s: they time out, and are not carried out', () => {
    stage.order({ do: 'controller-down' })
    const sent = create()
    stage.pass(30_000)
    expect(errorName(sent.answer!.topics[0]!.errorCode)).toBe('REQUEST_TIMED_OUT')
    stage.order({ do: 'controller-up' })
    expect(stage.state.topics.has('new')).toBe(false)
  })

  it('hands out no producer ids, and takes no orders', () => {
    stage.order({ do: 'controller-down' })
    const ask = () => stage.connect(1).ask('initProducerId', { transactionalId: null, transactionTimeoutMs: 1 })
    expect([errorName(ask().errorCode), errorName(ask().errorCode)]).toEqual([
      'COORDINATOR_LOAD_IN_PROGRESS',
      'COORDINATOR_LOAD_IN_PROGRESS',
    ])
    expect(stage.order({ do: 'create-topic', topic: 'x', partitions: 1 })).toEqual({ error: 'REQUEST_TIMED_OUT' })
  })
})

describe('an operator who moves committed offsets', () => {
  it('is refused while the group has members, and while its coordinator loads', () => {
    const id = coordinator('g')
    const client = stage.connect(id)
    const protocols = [{ name: 'range', metadata: new Uint8Array(0) }]
    const join = {
      groupId: 'g',
      sessionTimeoutMs: 10_000,
      rebalanceTimeoutMs: 10_000,
      protocolType: 'consumer',
      protocols,
    }
    const { memberId } = client.ask('joinGroup', { ...join, memberId: '' })
    client.send('joinGroup', { ...join, memberId })
    expect(stage.order({ do: 'reset-offsets', group: 'g', topic: 'orders', to: 'earliest' })).toEqual({
      error: 'NON_EMPTY_GROUP',
    })
    stage.order({ do: 'slow-loading', loadMs: 500 })
    stage.order({ do: 'move-coordinator', group: 'h', to: other(coordinator('h')) })
    expect(stage.order({ do: 'reset-offsets', group: 'h', topic: 'orders', to: 'earliest' })).toEqual({
      error: 'COORDINATOR_LOAD_IN_PROGRESS',
    })
    stage.pass(500)
    expect(stage.order({ do: 'reset-offsets', group: 'h', topic: 'orders', to: 'earliest' })).toEqual({})
  })
})
