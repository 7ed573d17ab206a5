import { describe, expect, it } from 'vitest'
import { errorName } from '../../wire/error-codes.ts'
import { ClusterStage, from, read } from '../testing/cluster-stage.ts'
import { begun, TransactionStage } from '../testing/transaction-stage.ts'

function remove(stage: ClusterStage, topic: string, offset: bigint, partitionIndex = 0) {
  const topics = [{ name: topic, partitions: [{ partitionIndex, offset }] }]
  const { topics: answered } = stage.connect().ask('deleteRecords', { topics, timeoutMs: 1000 }, 2)
  const { lowWatermark, errorCode } = answered[0]!.partitions[0]!
  return errorCode === 0 ? lowWatermark : errorName(errorCode)!
}

const one = (config = {}) => new ClusterStage({ topics: [{ name: 'orders', partitions: 1, config }] })

describe('DeleteRecords', () => {
  it('moves the log start, never back', () => {
    const stage = one()
    stage.write('orders', 0, 'a', 'b', 'c')
    stage.write('orders', 0, 'd')
    expect([remove(stage, 'orders', 1n), remove(stage, 'orders', 0n)]).toEqual([1n, 1n])
    const client = stage.connect()
    expect(read(client.fetch('orders', 0, 0n))).toBe('OFFSET_OUT_OF_RANGE')
    // Batches come whole: the client drops what it did not ask for.
    expect(read(client.fetch('orders', 0, 1n))).toEqual(['0:a', '1:b', '2:c', '3:d'])
    const topics = [{ name: 'orders', partitions: [{ partitionIndex: 0, timestamp: -2n }] }]
    const { offset, leaderEpoch } = client.ask('listOffsets', { replicaId: -1, topics }, 5).topics[0]!.partitions[0]!
    expect([offset, leaderEpoch]).toEqual([1n, 0])
    expect(remove(stage, 'orders', -1n)).toBe(4n)
    expect(stage.notes.at(-1)).toMatchObject({ what: 'log-start', topic: 'orders', offset: '4' })
    expect(stage.whole()).toEqual([])
  })

  it('refuses', () => {
    const stage = one()
    stage.write('orders', 0, 'a')
    expect([2n, -2n].map((offset) => remove(stage, 'orders', offset))).toEqual([
      'OFFSET_OUT_OF_RANGE',
      'OFFSET_OUT_OF_RANGE',
    ])
    expect(remove(stage, 'nowhere', 0n)).toBe('UNKNOWN_TOPIC_OR_PARTITION')
    expect(remove(one({ 'cleanup.policy': 'compact' }), 'orders', 0n)).toBe('POLICY_VIOLATION')
    stage.connect().ask('findCoordinator', { key: 'g' })
    expect(remove(stage, '__consumer_offsets', 0n)).toBe('INVALID_TOPIC_EXCEPTION')
    expect(stage.order({ do: 'delete-records', topic: 'orders', partition: 0, before: 9n }).error).toBe(
      'OFFSET_OUT_OF_RANGE',
    )
  })

  it('forgets a producer with its batches, once another leader reads the log: it may begin anywhere', () => {
    const stage = new ClusterStage({ brokers: 2, topics: [{ name: 'orders', partitions: 1 }] })
    const leader = () => stage.state.topics.get('orders')!.partitions[0]!.leader!
    stage.connect(leader()).produce('orders', 0, from(7n, 0, ['a', 'b']))
    stage.order({ do: 'delete-records', topic: 'orders', partition: 0, before: -1n })
    expect(stage.connect(leader()).produce('orders', 0, from(7n, 9, ['c']))).toBe('OUT_OF_ORDER_SEQUENCE_NUMBER')
    stage.order({ do: 'move-leader', topic: 'orders', partition: 0, to: 3 - leader() })
    expect(stage.connect(leader()).produce('orders', 0, from(7n, 9, ['c']))).toBe(2n)
    expect(stage.whole()).toEqual([])
  })

  it('takes the last stable offset along, past the beginning of an open transaction', () => {
    const stage = new TransactionStage()
    const producer = begun(stage, 't')
    producer.add(0)
    producer.produce(0, 'a')
    producer.produce(0, 'b')
    stage.order({ do: 'delete-records', topic: 'orders', partition: 0, before: 1n })
    expect(stage.log('orders', 0)).toMatchObject({ startOffset: 1n, lastStableOffset: 1n, highWatermark: 2n })
    producer.end(true)
    stage.settle()
    expect(stage.committed('orders', 0, 1n)).toEqual(['b'])
    expect(stage.whole()).toEqual([])
  })
})

describe('DeleteRecords, with copies', () => {
  const three = () => {
    const config = { replicationFactor: 3 }
    const stage = new ClusterStage({ brokers: 3, config, topics: [{ name: 'orders', partitions: 1 }] })
    stage.order({ do: 'slow-loading', loadMs: null })
    stage.pass(10)
    const leader = stage.partition('orders', 0).leader!
    stage.write('orders', 0, 'a', 'b', 'c')
    stage.pass(10)
    const topics = [{ name: 'orders', partitions: [{ partitionIndex: 0, offset: 2n }] }]
    const sent = stage.connect(leader).send('deleteRecords', { topics, timeoutMs: 1_000 }, 2)
    const answer = () => {
      const part = sent.answer?.topics[0]?.partitions[0]
      return part && [part.lowWatermark, errorName(part.errorCode)]
    }
    return { stage, leader, followers: [1, 2, 3].filter((id) => id !== leader), answer }
  }

  it('waits until no copy begins before', () => {
    const { stage, answer } = three()
    expect(answer()).toBeUndefined()
    stage.pass(600)
    expect(answer()).toEqual([2n, 'NONE'])
  })

  it('waits for nobody who is down', () => {
    const { stage, followers, answer } = three()
    for (const broker of followers) {
      expect(answer()).toBeUndefined()
      stage.order({ do: 'broker-down', broker })
    }
    expect(answer()).toEqual([2n, 'NONE'])
  })

  it('times out where one cannot be reached, and says where that one began', () => {
    const { stage, leader, followers, answer } = three()
    stage.order({ do: 'cut-link', from: leader, to: followers[0]! })
    stage.pass(1_000)
    expect(answer()).toEqual([0n, 'REQUEST_TIMED_OUT'])
  })

  it('ends where another one leads', () => {
    const { stage, followers, answer } = three()
    stage.order({ do: 'move-leader', topic: 'orders', partition: 0, to: followers[0]! })
    expect(answer()).toEqual([-1n, 'NOT_LEADER_OR_FOLLOWER'])
  })
})
