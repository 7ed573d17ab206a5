import { describe, expect, it } from 'vitest'
import { describe as tell } from '../describe.ts'
import { begun, Producer, TransactionStage } from '../testing/transaction-stage.ts'

describe('a transaction coordinator that moves', () => {
  it('in Empty: the next epoch follows the last', () => {
    const stage = new TransactionStage()
    const producer = begun(stage, 't')
    stage.moveCoordinator('t')
    expect([producer.init(), producer.epoch]).toEqual(['NONE', 1])
  })

  it('in Ongoing: the producer goes on', () => {
    const stage = new TransactionStage()
    const producer = begun(stage, 't')
    producer.add(0)
    producer.produce(0, 'a')
    stage.moveCoordinator('t')
    expect([producer.add(1), producer.end(true)]).toEqual(['NONE', 'NONE'])
    stage.settle()
    expect([stage.committed('orders', 0), stage.transaction('t')!.phase]).toEqual([['a'], 'CompleteCommit'])
  })

  it.each([true, false])(
    'with its decision made (commit: %s): the next one sends the markers, with its own epoch',
    (commit) => {
      const stage = new TransactionStage()
      const producer = begun(stage, 't')
      producer.write(commit, [0, 'a'], [1, 'b'])
      stage.pass(2)
      // One marker is there already, and comes once more.
      stage.moveCoordinator('t')
      expect([...stage.transaction('t')!.partitions.keys()]).toEqual(['orders/0', 'orders/1'])
      expect(producer.end(commit)).toBe('CONCURRENT_TRANSACTIONS')
      stage.settle()
      const marker = `${commit ? 'commit' : 'abort'} ${producer.producerId}/0`
      expect([stage.lies('orders', 0), stage.lies('orders', 1)]).toEqual([
        ['0:a', `1:${marker}`, `2:${marker}`],
        ['0:b', `1:${marker}`],
      ])
      expect([stage.committed('orders', 0), stage.committed('orders', 1)]).toEqual(commit ? [['a'], ['b']] : [[], []])
      expect(producer.end(commit)).toBe('NONE')
      expect(stage.whole()).toEqual([])
    },
  )

  it('that is gone: NOT_COORDINATOR from who is there, and nothing lost when it is back', () => {
    const stage = new TransactionStage({ brokers: 3 })
    const producer = begun(stage, 't')
    const coordinator = stage.coordinatorOf('t')!
    const other = stage.link(stage.other(coordinator))
    const body = { transactionalId: 't', transactionTimeoutMs: 1_000 }
    expect(other.ask('initProducerId', body).errorCode).toBe(16)
    stage.order({ do: 'broker-down', broker: coordinator })
    expect(other.ask('findCoordinator', { key: 't', keyType: 1 })).toMatchObject({ errorCode: 15, nodeId: -1 })
    expect(tell(stage.state).transactions).toMatchObject([{ transactionalId: 't', state: 'Empty', coordinator: null }])
    stage.order({ do: 'broker-up', broker: coordinator })
    expect(producer.init()).toBe('NONE')
    expect(producer.epoch).toBe(1)
  })

  it('that takes its time to load: COORDINATOR_LOAD_IN_PROGRESS, and what brokers ask cannot be answered', () => {
    const stage = new TransactionStage()
    const producer = begun(stage, 't')
    producer.add(0)
    stage.order({ do: 'slow-loading', loadMs: 100 })
    stage.moveCoordinator('t')
    stage.pass(99)
    expect([producer.add(1), producer.end(true), new Producer(stage, 't').init()]).toEqual(
      Array(3).fill('COORDINATOR_LOAD_IN_PROGRESS'),
    )
    expect(producer.produce(0, 'a')).toBe('NOT_ENOUGH_REPLICAS')
    expect(tell(stage.state).transactions).toMatchObject([{ transactionalId: 't', state: 'Ongoing' }])
    stage.pass(1)
    expect([producer.produce(0, 'a'), producer.end(true)]).toEqual([0n, 'NONE'])
  })

  it('while it loads: it moves on, and a broker that is down loads no more', () => {
    const stage = new TransactionStage({ brokers: 3 })
    const producer = begun(stage, 't')
    producer.write(true, [0, 'a'])
    stage.order({ do: 'slow-loading', loadMs: 100 })
    stage.moveCoordinator('t')
    const second = stage.coordinatorOf('t')!
    stage.order({ do: 'broker-down', broker: second })
    stage.pass(200)
    stage.order({ do: 'broker-up', broker: second })
    stage.pass(300)
    expect(stage.transaction('t')!.phase).toBe('CompleteCommit')
  })

  it('is told by describe()', () => {
    const stage = new TransactionStage()
    const producer = begun(stage, 't')
    producer.add(0, 1)
    expect(tell(stage.state).transactions).toEqual([
      {
        transactionalId: 't',
        state: 'Ongoing',
        producerId: String(producer.producerId),
        producerEpoch: 0,
        coordinator: stage.coordinatorOf('t'),
        partitions: [
          { topic: 'orders', partition: 0 },
          { topic: 'orders', partition: 1 },
        ],
      },
    ])
  })

  it('is gone with a cluster that is reset', () => {
    const stage = new TransactionStage()
    begun(stage, 't').write(true, [0, 'a'])
    stage.order({ do: 'reset-cluster' })
    expect([stage.state.transactionShards.size, tell(stage.state).transactions, stage.whole()]).toEqual([0, [], []])
  })
})
