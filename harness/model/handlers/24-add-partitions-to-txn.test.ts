import { describe, expect, it } from 'vitest'
import { errorName } from '../../wire/error-codes.ts'
import { begun, Producer, TransactionStage } from '../testing/transaction-stage.ts'

/** Asks in a version for clients, and tells what became of each partition. */
function add(
  stage: TransactionStage,
  { id, producerId, epoch }: Producer,
  topics: Record<string, number[]>,
  version = 3,
) {
  const body = {
    v3AndBelowTransactionalId: id,
    v3AndBelowProducerId: producerId,
    v3AndBelowProducerEpoch: epoch,
    v3AndBelowTopics: Object.entries(topics).map(([name, partitions]) => ({ name, partitions })),
  }
  const { resultsByTopicV3AndBelow } = stage.link(stage.coordinatorOf('t')!).ask('addPartitionsToTxn', body, version)
  return resultsByTopicV3AndBelow.flatMap(({ name, resultsByPartition }) =>
    resultsByPartition.map((each) => `${name}/${each.partitionIndex} ${errorName(each.partitionErrorCode)}`),
  )
}

/** Asks in a version for brokers. */
function ask(
  stage: TransactionStage,
  { id: transactionalId, producerId, epoch: producerEpoch }: Producer,
  verifyOnly: boolean,
  ...partitions: number[]
) {
  const transactions = [
    { transactionalId, producerId, producerEpoch, verifyOnly, topics: [{ name: 'orders', partitions }] },
  ]
  const { resultsByTransaction } = stage.link(stage.coordinatorOf('t')!).ask('addPartitionsToTxn', { transactions }, 4)
  return resultsByTransaction.flatMap(({ topicResults }) =>
    topicResults.flatMap(({ resultsByPartition }) =>
      resultsByPartition.map((each) => errorName(each.partitionErrorCode)),
    ),
  )
}

describe('AddPartitionsToTxn', () => {
  it('begins the transaction, which is in the log before it is answered', () => {
    const stage = new TransactionStage()
    const producer = begun(stage, 't')
    expect(add(stage, producer, { orders: [0, 1] })).toEqual(['orders/0 NONE', 'orders/1 NONE'])
    expect(stage.transaction('t')).toMatchObject({ phase: 'Ongoing' })
    expect([...stage.transaction('t')!.partitions.keys()]).toEqual(['orders/0', 'orders/1'])
    expect(stage.whole()).toEqual([])
  })

  it('writes nothing for what is in it already', () => {
    const stage = new TransactionStage()
    const producer = begun(stage, 't')
    add(stage, producer, { orders: [0] })
    const { updatedAtMs } = stage.transaction('t')!
    stage.pass(10)
    expect(add(stage, producer, { orders: [0] })).toEqual(['orders/0 NONE'])
    expect(stage.transaction('t')!.updatedAtMs).toBe(updatedAtMs)
  })

  it('adds all or none', () => {
    const stage = new TransactionStage()
    const producer = begun(stage, 't')
    expect(add(stage, producer, { orders: [0, 7], nowhere: [0] })).toEqual([
      'orders/0 OPERATION_NOT_ATTEMPTED',
      'orders/7 UNKNOWN_TOPIC_OR_PARTITION',
      'nowhere/0 UNKNOWN_TOPIC_OR_PARTITION',
    ])
    expect(add(stage, producer, { orders: [0], __consumer_offsets: [0] })).toEqual([
      'orders/0 OPERATION_NOT_ATTEMPTED',
      '__consumer_offsets/0 TOPIC_AUTHORIZATION_FAILED',
    ])
    expect(stage.transaction('t')!.phase).toBe('Empty')
  })

  it('refuses all partitions for one reason', () => {
    const stage = new TransactionStage()
    const producer = begun(stage, 't')
    const as = (of: Partial<Producer>, version?: number) =>
      add(stage, Object.assign(new Producer(stage, 't'), producer, of), { orders: [0, 1] }, version)
    const both = (error: string) => [`orders/0 ${error}`, `orders/1 ${error}`]
    expect(as({ producerId: 99n })).toEqual(both('INVALID_PRODUCER_ID_MAPPING'))
    expect(as({ epoch: 5 })).toEqual(both('PRODUCER_FENCED'))
    expect(as({ epoch: 5 }, 1)).toEqual(both('INVALID_PRODUCER_EPOCH'))
    expect(as({ id: '' })).toEqual(both('INVALID_REQUEST'))
    expect(
      stage.link(stage.other(stage.coordinatorOf('t')!)).ask(
        'addPartitionsToTxn',
        {
          v3AndBelowTransactionalId: 't',
          v3AndBelowProducerId: 0n,
          v3AndBelowProducerEpoch: 0,
          v3AndBelowTopics: [{ name: 'orders', partitions: [0] }],
        },
        0,
      ).resultsByTopicV3AndBelow[0]!.resultsByPartition[0]!.partitionErrorCode,
    ).toBe(16)
    producer.write(true, [0, 'a'])
    expect(as({})).toEqual(both('CONCURRENT_TRANSACTIONS'))
    stage.settle()
    expect(as({})).toEqual(both('NONE'))
  })

  it('tells brokers what is in a transaction, and adds nothing', () => {
    const stage = new TransactionStage()
    const producer = begun(stage, 't')
    producer.add(0)
    expect(ask(stage, producer, true, 0, 1)).toEqual(['NONE', 'TRANSACTION_ABORTABLE'])
    expect(ask(stage, producer, true, 0, 9)).toEqual(['OPERATION_NOT_ATTEMPTED', 'UNKNOWN_TOPIC_OR_PARTITION'])
    expect(ask(stage, Object.assign(new Producer(stage, 't'), producer, { epoch: 9 }), true, 0)).toEqual([
      'PRODUCER_FENCED',
    ])
    expect([...stage.transaction('t')!.partitions.keys()]).toEqual(['orders/0'])
    expect(ask(stage, producer, false, 1)).toEqual(['NONE'])
    expect([...stage.transaction('t')!.partitions.keys()]).toEqual(['orders/0', 'orders/1'])
    producer.end(true)
    expect(ask(stage, producer, true, 0)).toEqual(['CONCURRENT_TRANSACTIONS'])
  })

  it('never answers a broker that asks for nothing', () => {
    const stage = new TransactionStage()
    expect(stage.link(1).send('addPartitionsToTxn', { transactions: [] }, 4).answer).toBeUndefined()
  })
})
