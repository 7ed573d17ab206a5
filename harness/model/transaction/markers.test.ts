/** Markers: the first 2 ms after the decision, then one every 1 ms; one that finds no leader is sent again after 50 ms. */
import { describe, expect, it } from 'vitest'
import { encodeMarkerBatch } from '../../wire/records.ts'
import { appendAsLeader, onlyBatch } from '../append.ts'
import { foremost } from '../replication/replica.ts'
import { begun, Producer, TransactionStage } from '../testing/transaction-stage.ts'

describe('markers', () => {
  it('wait for a partition whose leader is down', () => {
    const stage = new TransactionStage({ brokers: 3 })
    const producer = begun(stage, 't')
    producer.write(true, [0, 'a'], [1, 'b'])
    const away = stage.leaderOf('orders', 1)!
    // The coordinator and the other partition go on.
    if (stage.coordinatorOf('t') === away)
      stage.order({ do: 'move-coordinator', transactionalId: 't', to: stage.other(away) })
    if (stage.leaderOf('orders', 0) === away)
      stage.order({ do: 'move-leader', topic: 'orders', partition: 0, to: stage.other(away) })
    stage.order({ do: 'broker-down', broker: away })
    stage.settle()
    expect(stage.transaction('t')).toMatchObject({ phase: 'PrepareCommit' })
    expect([...stage.transaction('t')!.partitions.keys()]).toEqual(['orders/1'])
    expect(stage.committed('orders', 0)).toEqual(['a'])
    expect(new Producer(stage, 't').init()).toBe('CONCURRENT_TRANSACTIONS')
    stage.order({ do: 'broker-up', broker: away })
    stage.pass(50)
    expect([stage.transaction('t')!.phase, stage.committed('orders', 1)]).toEqual(['CompleteCommit', ['b']])
  })

  it('pass over a partition of a topic that is deleted', () => {
    const stage = new TransactionStage()
    begun(stage, 't').write(true, [0, 'a'])
    stage.order({ do: 'delete-topic', topic: 'orders' })
    stage.settle()
    expect(stage.transaction('t')!.phase).toBe('CompleteCommit')
  })

  it('pass over a partition that the coordinator has not heard of yet: it stays open there', () => {
    const stage = new TransactionStage({ brokers: 1, config: { metadataDelayMs: 30 } })
    const producer = begun(stage, 't')
    stage.pass(100)
    producer.addOffsets('g')
    producer.commitOffset('g', 0, 5n)
    // What a broker does not know that was away for long; with one copy it can't be.
    const broker = stage.state.brokers.get(1)!
    const { image } = broker
    broker.image = { ...image, topics: new Map([...image.topics].filter(([name]) => name !== '__consumer_offsets')) }
    producer.end(true)
    stage.pass(10)
    broker.image = image
    expect([stage.transaction('t')!.phase, stage.offset('g', 0, true)]).toEqual([
      'CompleteCommit',
      'UNSTABLE_OFFSET_COMMIT',
    ])
    expect(stage.whole()).toEqual([])
    producer.addOffsets('g')
    producer.end(true)
    stage.settle()
    expect(stage.offset('g', 0, true)).toBe(5n)
    expect(stage.whole()).toEqual([])
  })

  it('are written into a topic that was deleted and is there again, where they end nothing', () => {
    const stage = new TransactionStage()
    const producer = begun(stage, 't')
    producer.write(false, [0, 'a'])
    stage.order({ do: 'recreate-topic', topic: 'orders' })
    stage.settle()
    expect(stage.lies('orders', 0)).toEqual([`0:abort ${producer.producerId}/0`])
    expect(stage.log('orders', 0)).toMatchObject({ aborted: [], lastStableOffset: 1n })
  })

  it('find a partition that has moved, once its coordinator has learnt of it', () => {
    const stage = new TransactionStage({ config: { metadataDelayMs: 30 } })
    stage.pass(100)
    begun(stage, 't').write(true, [0, 'a'])
    stage.order({ do: 'move-leader', topic: 'orders', partition: 0, to: stage.other(stage.leaderOf('orders', 0)!) })
    stage.pass(30)
    expect(stage.transaction('t')!.phase).toBe('PrepareCommit')
    stage.pass(22)
    expect(stage.transaction('t')!.phase).toBe('CompleteCommit')
  })

  it('are slower when an operator says so, of one coordinator, from then on', () => {
    const stage = new TransactionStage()
    const producer = begun(stage, 't')
    const coordinator = stage.coordinatorOf('t')!
    stage.order({ do: 'slow-markers', coordinator, delayMs: 500 })
    producer.write(true, [0, 'a'])
    stage.pass(499)
    expect(stage.transaction('t')!.phase).toBe('PrepareCommit')
    stage.pass(1)
    expect(stage.transaction('t')!.phase).toBe('CompleteCommit')
    stage.order({ do: 'slow-markers', coordinator, delayMs: null })
    producer.write(true, [0, 'b'])
    stage.pass(2)
    expect(stage.transaction('t')!.phase).toBe('CompleteCommit')
    expect(stage.order({ do: 'slow-markers', coordinator: 9, delayMs: 1 }).error).toBe('BROKER_NOT_AVAILABLE')
  })

  it('that a partition refuses for good leave the transaction as it is, until another coordinator tries', () => {
    const stage = new TransactionStage()
    const producer = begun(stage, 't')
    producer.write(true, [0, 'a'])
    const orders = stage.state.topics.get('orders')!
    const other = {
      type: 'abort',
      coordinatorEpoch: 99,
      producerId: producer.producerId,
      producerEpoch: 0,
      timestamp: 0n,
    } as const
    const batch = onlyBatch(encodeMarkerBatch(other))
    if ('is' in batch) throw new Error(batch.error)
    appendAsLeader(stage.state, orders, foremost(orders.partitions[0]!), batch, 'coordinator', stage.nowMs)
    stage.settle()
    expect(stage.transaction('t')).toMatchObject({ phase: 'PrepareCommit', isStuck: true })
    stage.pass(1_000_000)
    expect(new Producer(stage, 't').init()).toBe('CONCURRENT_TRANSACTIONS')
    expect(stage.whole()).toEqual([])
  })
})
