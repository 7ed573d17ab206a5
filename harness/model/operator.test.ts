import { beforeEach, describe, expect, it } from 'vitest'
import { describe as tell } from './cluster.ts'
import { coordinatorPartition } from './internal-log.ts'
import { batch, type Client, ClusterStage, from, read } from './testing/cluster-stage.ts'

let stage: ClusterStage

beforeEach(() => {
  stage = new ClusterStage({ brokers: 3, topics: [{ name: 'orders', partitions: 3 }] })
})

const partition = (index = 0) => stage.state.topics.get('orders')!.partitions[index]!
const leader = () => partition().leader!
const next = () => (leader() % 3) + 1
const told = () => stage.notes.map(({ what }) => what)

function commit(client: Client, group: string, offset: bigint): number {
  const partitions = [{ partitionIndex: 0, committedOffset: offset, committedMetadata: null }]
  const topics = [{ name: 'orders', partitions }]
  const body = { groupId: group, generationIdOrMemberEpoch: -1, memberId: '', topics }
  return client.ask('offsetCommit', body, 5).topics[0]!.partitions[0]!.errorCode
}

function committed(client: Client, group: string): bigint | number {
  const topics = [{ name: 'orders', partitionIndexes: [0] }]
  const answer = client.ask('offsetFetch', { groupId: group, topics }, 4)
  return answer.errorCode === 0 ? answer.topics[0]!.partitions[0]!.committedOffset : answer.errorCode
}

/** A connection to the coordinator of this group. */
function coordinator(group: string): Client {
  stage.connect(up()).ask('findCoordinator', { key: group, keyType: 0 })
  return stage.connect(stage.connect(up()).ask('findCoordinator', { key: group, keyType: 0 }).nodeId)
}

const up = () => [...stage.state.brokers.values()].find((broker) => broker.up)!.id

describe('the operator', () => {
  it('creates topics', () => {
    expect(stage.order({ do: 'create-topic', topic: 'new', partitions: 2 })).toEqual({})
    expect(told()).toEqual(['topic', 'leader', 'leader'])
    expect(stage.order({ do: 'create-topic', topic: 'new', partitions: 2 }).error).toBe('TOPIC_ALREADY_EXISTS')
    expect(stage.order({ do: 'create-topic', topic: 'ne w', partitions: 2 }).error).toBe('INVALID_TOPIC_EXCEPTION')
    expect(stage.order({ do: 'create-topic', topic: 'no', partitions: 0 }).error).toBe('INVALID_PARTITIONS')
    expect(stage.order({ do: 'create-topic', topic: 'no', partitions: 1, config: { x: 'y' } }).error).toBe(
      'INVALID_CONFIG',
    )
    for (const broker of [1, 2, 3]) stage.order({ do: 'broker-down', broker })
    expect(stage.order({ do: 'create-topic', topic: 'no', partitions: 1 }).error).toBe('INVALID_REPLICATION_FACTOR')
  })

  it('deletes topics', () => {
    const { topicId } = partition()
    expect(stage.order({ do: 'delete-topic', topic: 'orders' })).toEqual({})
    expect(stage.notes).toEqual([{ what: 'topic', topic: 'orders', topicId, is: 'deleted', partitions: 3 }])
    expect(stage.order({ do: 'delete-topic', topic: 'orders' }).error).toBe('UNKNOWN_TOPIC_OR_PARTITION')
  })

  it('makes a topic again: new id, offsets from 0, same brokers; coordinators forget what was committed for it', () => {
    stage.write('orders', 0, 'a', 'b')
    const group = coordinator('g')
    expect([commit(group, 'g', 2n), committed(group, 'g')]).toEqual([0, 2n])
    const { topicId, leader: before } = partition()
    expect(stage.order({ do: 'recreate-topic', topic: 'orders' })).toEqual({})
    expect(partition().topicId).not.toBe(topicId)
    expect([partition().leader, partition().leaderEpoch]).toEqual([before, 0])
    expect(read(stage.connect(leader()).fetch('orders', 0, 0n))).toEqual([])
    expect(committed(group, 'g')).toBe(-1n)
    expect(stage.write('orders', 0, 'c')).toBe(0n)
    expect(stage.whole()).toEqual([])
  })

  it('moves a leader: a new epoch, nothing lost, the old one knows it', () => {
    stage.write('orders', 0, 'a', 'b')
    const old = leader()
    const to = next()
    expect(stage.order({ do: 'move-leader', topic: 'orders', partition: 0, to })).toEqual({})
    expect(stage.notes.at(-1)).toEqual({ what: 'leader', topic: 'orders', partition: 0, leader: to, epoch: 1 })
    expect(stage.connect(old).produce('orders', 0, batch(['x']))).toBe('NOT_LEADER_OR_FOLLOWER')
    const client = stage.connect(to)
    expect(client.produce('orders', 0, batch(['c']))).toBe(2n)
    expect(read(client.fetch('orders', 0, 0n))).toEqual(['0:a', '1:b', '2:c'])
    expect(stage.log('orders', 0).batches.map(({ leaderEpoch }) => leaderEpoch)).toEqual([0, 1])
    expect(stage.whole()).toEqual([])
  })

  it('does not move what or where it can’t', () => {
    const move = (index: number, to: number) =>
      stage.order({ do: 'move-leader', topic: 'orders', partition: index, to }).error
    expect(move(9, 1)).toBe('UNKNOWN_TOPIC_OR_PARTITION')
    expect(move(0, leader())).toBe('ELECTION_NOT_NEEDED')
    expect(move(0, 9)).toBe('BROKER_NOT_AVAILABLE')
    const [old, to] = [leader(), next()]
    stage.order({ do: 'broker-down', broker: old })
    expect(move(0, to)).toBe('LEADER_NOT_AVAILABLE')
    expect(move(0, old)).toBe('BROKER_NOT_AVAILABLE')
  })

  it('moves a coordinator, which knows what was committed from its log', () => {
    const old = coordinator('g')
    commit(old, 'g', 7n)
    const at = () => stage.state.topics.get('__consumer_offsets')!.partitions[coordinatorPartition(stage.state, 'g')]!
    const to = (at().leader! % 3) + 1
    expect(stage.order({ do: 'move-coordinator', group: 'g', to })).toEqual({})
    expect(at().leader).toBe(to)
    expect(committed(old, 'g')).toBe(16)
    expect(committed(stage.connect(to), 'g')).toBe(7n)
    expect(tell(stage.state).groups).toMatchObject([{ group: 'g', coordinator: to, committed: [{ offset: '7' }] }])
    expect(stage.whole()).toEqual([])
  })

  it('moves a coordinator that nobody has asked for yet', () => {
    expect(stage.order({ do: 'move-coordinator', group: 'g', to: 2 }).error ?? 'ELECTION_NOT_NEEDED').toBe(
      'ELECTION_NOT_NEEDED',
    )
    expect(coordinator('g')).toBeDefined()
    expect(tell(stage.state).partitions.filter(({ topic }) => topic === '__consumer_offsets')).toHaveLength(4)
  })

  describe('takes a broker down', () => {
    it('its connections are reset, its partitions have no leader, who waits waits no more', () => {
      const down = leader()
      const client = stage.connect(down)
      const sent = client.fetch('orders', 0, 0n, { maxWaitMs: 5000 })
      const other = stage.connect(next())
      other.ask('metadata', { topics: null })
      expect(stage.order({ do: 'broker-down', broker: down })).toEqual({})
      expect([client.closed, sent.answer, other.closed]).toEqual(['rst', undefined, null])
      expect([partition().leader, partition().leaderEpoch, partition().isr]).toEqual([null, 1, [down]])
      expect(stage.notes[0]).toEqual({ what: 'broker', broker: down, is: 'down' })
      expect(stage.notes[1]).toMatchObject({ what: 'leader', leader: -1, epoch: 1 })
      expect(other.produce('orders', 0, batch(['a']))).toBe('NOT_LEADER_OR_FOLLOWER')
      expect(stage.state.timers.size).toBe(0)
      expect(stage.order({ do: 'append', topic: 'orders', partition: 0, bytes: batch(['a']) }).error).toBe(
        'LEADER_NOT_AVAILABLE',
      )
      expect(stage.order({ do: 'broker-down', broker: down }).error).toBe('BROKER_NOT_AVAILABLE')
      expect(stage.whole()).toEqual([])
    })

    it('and up again: all that it had is there, in a new epoch', () => {
      stage.write('orders', 0, 'a')
      const down = leader()
      stage.connect(down).produce('orders', 0, from(5n, 0, ['b']))
      stage.order({ do: 'broker-down', broker: down })
      expect(stage.order({ do: 'broker-up', broker: down })).toEqual({})
      expect([partition().leader, partition().leaderEpoch]).toEqual([down, 2])
      const client = stage.connect(down)
      expect(read(client.fetch('orders', 0, 0n))).toEqual(['0:a', '1:b'])
      expect(client.produce('orders', 0, from(5n, 0, ['b']))).toBe(1n)
      expect(stage.order({ do: 'broker-up', broker: down })).toEqual({})
      expect(stage.order({ do: 'broker-up', broker: 9 }).error).toBe('BROKER_NOT_AVAILABLE')
      expect(stage.whole()).toEqual([])
    })

    it('that coordinates: nobody does, until it is back with what was committed', () => {
      const client = coordinator('g')
      commit(client, 'g', 7n)
      const down = stage.connect(1).ask('findCoordinator', { key: 'g', keyType: 0 }).nodeId
      stage.order({ do: 'broker-down', broker: down })
      expect(stage.connect(up()).ask('findCoordinator', { key: 'g', keyType: 0 }).errorCode).toBe(15)
      expect(tell(stage.state).groups).toMatchObject([{ group: 'g', coordinator: null, committed: [{ offset: '7' }] }])
      stage.order({ do: 'broker-up', broker: down })
      expect(committed(stage.connect(down), 'g')).toBe(7n)
    })

    it('that was told to be the controller: another one is', () => {
      stage.order({ do: 'broker-down', broker: 1 })
      expect(stage.connect(2).ask('metadata', { topics: null }).controllerId).toBe(2)
    })
  })

  it('resets the cluster: ids, logs, groups and producers are gone, names are not, connections are reset', () => {
    stage.write('orders', 0, 'a')
    const group = coordinator('g')
    commit(group, 'g', 1n)
    const client = stage.connect(leader())
    client.produce('orders', 0, from(0n, 0, ['b']))
    client.fetch('orders', 0, 2n, { maxWaitMs: 5000 })
    stage.order({ do: 'broker-down', broker: next() })
    const before = { clusterId: stage.state.clusterId, topicId: partition().topicId }
    stage.notes.length = 0
    expect(stage.order({ do: 'reset-cluster' })).toEqual({})
    expect([client.closed, group.closed]).toEqual(['rst', 'rst'])
    expect(stage.notes[0]).toEqual({ what: 'cluster-reset', clusterId: stage.state.clusterId })
    expect(told()).toEqual(['cluster-reset', 'broker', 'topic', 'leader', 'leader', 'leader'])
    expect(stage.state.clusterId).not.toBe(before.clusterId)
    expect(partition().topicId).not.toBe(before.topicId)
    expect(tell(stage.state)).toMatchObject({ groups: [], brokers: [{ up: true }, { up: true }, { up: true }] })
    expect([...stage.state.topics.keys()]).toEqual(['orders'])
    const again = stage.connect(leader())
    expect(read(again.fetch('orders', 0, 0n))).toEqual([])
    expect(read(again.fetch('orders', 0, 2n))).toBe('OFFSET_OUT_OF_RANGE')
    // Its producer goes on where it was, and the partition, which knows nothing, lets it.
    expect(again.produce('orders', 0, from(0n, 1, ['c']))).toBe(0n)
    expect(committed(coordinator('g'), 'g')).toBe(-1n)
    expect(stage.whole()).toEqual([])
  })

  it('writes records of the harness, and lets go of who waits for them', () => {
    const sent = stage.connect(leader()).fetch('orders', 0, 0n, { maxWaitMs: 5000 })
    expect(stage.order({ do: 'append', topic: 'orders', partition: 0, bytes: batch(['a', 'b']) })).toEqual({
      baseOffset: 0n,
    })
    expect(stage.notes[0]).toMatchObject({ what: 'appended', baseOffset: '0', messages: ['a', 'b'] })
    expect(read(sent)).toEqual(['0:a', '1:b'])
    const append = (topic: string, bytes: Uint8Array) => stage.order({ do: 'append', topic, partition: 0, bytes }).error
    expect(append('nowhere', batch(['a']))).toBe('UNKNOWN_TOPIC_OR_PARTITION')
    expect(append('orders', new Uint8Array(5))).toBe('INVALID_RECORD')
    expect(append('orders', batch(['a'], { baseOffset: 5n }))).toBe('INVALID_RECORD')
  })

  it('describes', () => {
    stage.write('orders', 0, 'a')
    const { brokers, partitions, controller, clusterId } = tell(stage.state)
    expect([controller, clusterId, brokers.length]).toEqual([1, stage.state.clusterId, 3])
    expect(partitions[0]).toEqual({
      topic: 'orders',
      topicId: partition().topicId,
      partition: 0,
      leader: leader(),
      leaderEpoch: 0,
      replicas: [leader()],
      isr: [leader()],
      logStart: '0',
      logEnd: '1',
    })
  })
})
