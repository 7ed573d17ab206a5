import { describe, expect, it } from 'vitest'
import { coordinatorPartition } from '../internal-log.ts'
import { ClusterStage } from '../testing/cluster-stage.ts'

describe('FindCoordinator', () => {
  it('makes __consumer_offsets when it is first asked for, and then names who leads the group’s partition', () => {
    const stage = new ClusterStage({ brokers: 3 })
    const client = stage.connect()
    expect(client.ask('findCoordinator', { key: 'g', keyType: 0 })).toMatchObject({
      errorCode: 15,
      errorMessage: 'The coordinator is not available.',
      nodeId: -1,
      host: '',
      port: -1,
    })
    const { partitions } = stage.state.topics.get('__consumer_offsets')!
    expect(partitions).toHaveLength(4)
    const { leader } = partitions[coordinatorPartition(stage.state, 'g')]!
    const found = { errorCode: 0, errorMessage: 'NONE', nodeId: leader, host: `broker-${leader}`, port: 9092 }
    expect(client.ask('findCoordinator', { key: 'g', keyType: 0 })).toMatchObject(found)
    expect(client.ask('findCoordinator', { key: 'g' }, 0)).toMatchObject({ errorCode: 0, nodeId: leader })
  })

  it('has none while that broker is down', () => {
    const stage = new ClusterStage({ brokers: 2, topics: [{ name: '__consumer_offsets', partitions: 4 }] })
    const ask = (broker: number) => stage.connect(broker).ask('findCoordinator', { key: 'g', keyType: 0 })
    const { nodeId } = ask(1)
    stage.order({ do: 'broker-down', broker: nodeId })
    expect(ask(3 - nodeId)).toMatchObject({ errorCode: 15, nodeId: -1 })
    stage.order({ do: 'broker-up', broker: nodeId })
    expect(ask(3 - nodeId)).toMatchObject({ errorCode: 0, nodeId })
  })

  it('knows no transactions and no share groups', () => {
    const client = new ClusterStage().connect()
    expect(client.ask('findCoordinator', { key: 't', keyType: 1 })).toMatchObject({ errorCode: 15 })
    expect(client.ask('findCoordinator', { key: 't', keyType: 2 })).toMatchObject({ errorCode: 42 })
    const { coordinators } = client.ask('findCoordinator', { coordinatorKeys: ['t'], keyType: 2 }, 6)
    expect(coordinators[0]).toMatchObject({ errorCode: 15 })
  })

  it('asks for many from version 4 on', () => {
    const stage = new ClusterStage({ topics: [{ name: '__consumer_offsets', partitions: 4 }] })
    const { coordinators } = stage.connect().ask('findCoordinator', { coordinatorKeys: ['a', 'b'], keyType: 0 }, 4)
    expect(coordinators.map(({ key, nodeId, errorCode }) => [key, nodeId, errorCode])).toEqual([
      ['a', 1, 0],
      ['b', 1, 0],
    ])
  })

  it('counts as Java does: "orders-app".hashCode() is 772757305, and the one number without an absolute value is 0', () => {
    const { state } = new ClusterStage({ config: { offsetsTopicPartitions: 50 } })
    expect(coordinatorPartition(state, '')).toBe(0)
    expect(coordinatorPartition(state, 'a')).toBe(97 % 50)
    expect(coordinatorPartition(state, 'polygenelubricants')).toBe(0)
    expect(coordinatorPartition(state, 'orders-app')).toBe(772757305 % 50)
  })
})
