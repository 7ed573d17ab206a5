/** KIP-890, part 1: the first batch of a transaction in a partition is let in only if the coordinator has that partition in it. */
import { describe, expect, it } from 'vitest'
import { batch } from '../testing/cluster-stage.ts'
import { begun, Producer, TransactionStage } from '../testing/transaction-stage.ts'

/** A producer that is killed with a request on its way, which arrives when its transaction is over. */
function late(verification: boolean): { stage: TransactionStage; outcome: unknown } {
  const stage = new TransactionStage({ transaction: { verification } })
  const producer = begun(stage, 't')
  producer.add(0)
  producer.end(false)
  stage.settle()
  return { stage, outcome: producer.produce(0, 'late') }
}

describe('a write that comes after the end of its transaction', () => {
  it('is refused', () => {
    const { stage, outcome } = late(true)
    expect([outcome, stage.log('orders', 0).endOffset]).toEqual(['INVALID_TXN_STATE', 1n])
  })

  it('without verification begins one that nobody ends: read_committed readers stand still', () => {
    const { stage, outcome } = late(false)
    expect(outcome).toBe(1n)
    begun(stage, 'u').write(true, [0, 'b'])
    stage.pass(1_000_000)
    expect(stage.log('orders', 0)).toMatchObject({ lastStableOffset: 1n, highWatermark: 4n })
    expect([stage.committed('orders', 0), stage.whole()]).toEqual([[], []])
    // The next life of the producer writes into the same partition, and its marker ends both.
    const next = begun(stage, 't')
    next.write(true, [0, 'c'])
    stage.settle()
    expect(stage.log('orders', 0).lastStableOffset).toBe(stage.log('orders', 0).endOffset)
  })

  it('is as the imitated release has it', () => {
    for (const imitate of ['2.8', '3.9'] as const) {
      const stage = new TransactionStage({ imitate })
      const producer = begun(stage, 't')
      producer.add(0)
      producer.end(false)
      stage.settle()
      expect(producer.produce(0, 'late')).toBe(imitate === '2.8' ? 1n : 'INVALID_TXN_STATE')
    }
  })

  it('and before its marker is part of what was decided', () => {
    const stage = new TransactionStage()
    const producer = begun(stage, 't')
    producer.write(true, [0, 'a'])
    expect(producer.produce(0, 'late')).toBe(1n)
    stage.settle()
    expect(stage.committed('orders', 0)).toEqual(['a', 'late'])
  })

  it('of a fenced producer, into a partition that has not seen the new epoch, is let in without it', () => {
    for (const verification of [true, false]) {
      const stage = new TransactionStage({ transaction: { verification } })
      const old = begun(stage, 't')
      old.add(0)
      const young = new Producer(stage, 't')
      young.init()
      stage.settle()
      young.init()
      expect(old.produce(1, 'zombie')).toBe(verification ? 'INVALID_PRODUCER_EPOCH' : 0n)
      expect(old.produce(0, 'zombie')).toBe('INVALID_PRODUCER_EPOCH')
    }
  })
})

describe('verification', () => {
  it('tells what is not in as clients know it: TRANSACTION_ABORTABLE from Produce 11 on', () => {
    const stage = new TransactionStage()
    const producer = begun(stage, 't')
    expect(producer.send(0, ['a'], 10)).toBe('INVALID_TXN_STATE')
    expect(producer.send(0, ['a'], 11)).toBe('TRANSACTION_ABORTABLE')
    producer.add(0)
    expect(producer.send(0, ['a'], 11)).toBe(0n)
  })

  it('is not asked again while the transaction is open here', () => {
    const stage = new TransactionStage({ brokers: 3 })
    const producer = begun(stage, 't')
    producer.add(0)
    producer.produce(0, 'a')
    const coordinator = stage.coordinatorOf('t')!
    if (stage.leaderOf('orders', 0) === coordinator) {
      stage.order({ do: 'move-leader', topic: 'orders', partition: 0, to: stage.other(coordinator) })
    }
    stage.order({ do: 'broker-down', broker: coordinator })
    expect(producer.produce(0, 'b')).toBe(1n)
  })

  it('that is not possible makes clients try again', () => {
    const stage = new TransactionStage({ brokers: 3 })
    const producer = begun(stage, 't')
    producer.write(true, [0, 'a'])
    expect(producer.produce(1, 'b')).toBe('NOT_ENOUGH_REPLICAS')
    stage.settle()
    producer.add(1)
    const coordinator = stage.coordinatorOf('t')!
    if (stage.leaderOf('orders', 1) === coordinator) {
      stage.order({ do: 'move-leader', topic: 'orders', partition: 1, to: stage.other(coordinator) })
    }
    stage.order({ do: 'broker-down', broker: coordinator })
    expect(producer.produce(1, 'b')).toBe('NOT_ENOUGH_REPLICAS')
    stage.order({ do: 'broker-up', broker: coordinator })
    expect(producer.produce(1, 'b')).toBe(0n)
  })

  it('that failed for a batch keeps those behind it out: a client may have five in flight', () => {
    const stage = new TransactionStage()
    const producer = begun(stage, 't')
    const { producerId } = producer
    const write = (baseSequence: number) =>
      stage
        .link(stage.leaderOf('orders', 0)!)
        .produce('orders', 0, batch(['a'], { producerId, producerEpoch: 0, baseSequence, isTransactional: true }), {
          transactionalId: 't',
        })
    expect(write(0)).toBe('INVALID_TXN_STATE')
    producer.add(0)
    expect([write(1), write(0), write(1)]).toEqual(['OUT_OF_ORDER_SEQUENCE_NUMBER', 0n, 1n])
  })

  it('is asked before duplicates are looked for', () => {
    const stage = new TransactionStage()
    const producer = begun(stage, 't')
    const { producerId } = producer
    producer.write(true, [0, 'a'])
    stage.settle()
    const again = batch(['a'], { producerId, producerEpoch: 0, baseSequence: 0, isTransactional: true })
    const send = () => stage.link(stage.leaderOf('orders', 0)!).produce('orders', 0, again, { transactionalId: 't' })
    expect(send()).toBe('INVALID_TXN_STATE')
    producer.add(0)
    expect(send()).toBe(0n)
  })

  it('takes one producer in a request', () => {
    const stage = new TransactionStage({ brokers: 1 })
    const producer = begun(stage, 't')
    producer.add(0, 1)
    const records = (id: bigint) =>
      batch(['a'], { producerId: id, producerEpoch: 0, baseSequence: 0, isTransactional: true })
    const partitionData = [producer.producerId, 99n].map((id, index) => ({ index, records: records(id) }))
    const body = { acks: -1, timeoutMs: 1_000, transactionalId: 't', topicData: [{ name: 'orders', partitionData }] }
    const { responses } = stage.link(1).ask('produce', body, 7)
    expect(responses[0]!.partitionResponses.map(({ errorCode }) => errorCode)).toEqual([49, 49])
  })

  it('a batch beside the open transaction of its producer is INVALID_TXN_STATE', () => {
    const stage = new TransactionStage()
    const producer = begun(stage, 't')
    producer.add(0)
    producer.produce(0, 'a')
    const plain = batch(['b'], { producerId: producer.producerId, producerEpoch: 0, baseSequence: 1 })
    expect(stage.link(stage.leaderOf('orders', 0)!).produce('orders', 0, plain)).toBe('INVALID_TXN_STATE')
  })
})
