import { describe, expect, it } from 'vitest'
import { begun, Producer, TransactionStage } from '../testing/transaction-stage.ts'

describe('EndTxn', () => {
  // Markers: the first 2 ms after the decision, then one every 1 ms.
  it('answers before records are visible; they come partition by partition', () => {
    const stage = new TransactionStage()
    const producer = begun(stage, 't')
    producer.write(true, [0, 'a'], [1, 'b'])
    const visible = () => [stage.committed('orders', 0), stage.committed('orders', 1)]
    expect([stage.transaction('t')!.phase, visible()]).toEqual(['PrepareCommit', [[], []]])
    stage.pass(2)
    expect([stage.transaction('t')!.phase, visible()]).toEqual(['PrepareCommit', [['a'], []]])
    stage.pass(1)
    expect([stage.transaction('t')!.phase, visible()]).toEqual(['CompleteCommit', [['a'], ['b']]])
    expect(stage.lies('orders', 0)).toEqual(['0:a', `1:commit ${producer.producerId}/0`])
  })

  it('aborts: what was written stays in the log, and no read_committed reader is handed it', () => {
    const stage = new TransactionStage()
    const producer = begun(stage, 't')
    producer.write(false, [0, 'a'])
    stage.settle()
    producer.write(true, [0, 'b'])
    stage.settle()
    const { producerId } = producer
    expect(stage.lies('orders', 0)).toEqual(['0:a', `1:abort ${producerId}/0`, '2:b', `3:commit ${producerId}/0`])
    expect(stage.committed('orders', 0)).toEqual(['b'])
  })

  it('is asked again', () => {
    const stage = new TransactionStage()
    const producer = begun(stage, 't')
    producer.write(true, [0, 'a'])
    expect([producer.end(true), producer.end(false)]).toEqual(['CONCURRENT_TRANSACTIONS', 'CONCURRENT_TRANSACTIONS'])
    stage.settle()
    expect([producer.end(true), producer.end(false)]).toEqual(['NONE', 'INVALID_TXN_STATE'])
    producer.write(false, [0, 'b'])
    stage.settle()
    expect([producer.end(true), producer.end(false)]).toEqual(['INVALID_TXN_STATE', 'NONE'])
  })

  it('refuses who has none, or is not who it was', () => {
    const stage = new TransactionStage()
    const producer = begun(stage, 't')
    expect(producer.end(true)).toBe('INVALID_TXN_STATE')
    producer.epoch = 9
    expect(producer.end(true)).toBe('INVALID_PRODUCER_EPOCH')
    producer.version = 2
    expect(producer.end(true)).toBe('PRODUCER_FENCED')
    producer.producerId = 99n
    expect(producer.end(true)).toBe('INVALID_PRODUCER_ID_MAPPING')
    expect(new Producer(stage, '').end(true)).toBe('INVALID_REQUEST')
    expect(new Producer(stage, 'unheard of').end(true)).toBe('INVALID_PRODUCER_ID_MAPPING')
  })

  it('completes at once what has no partitions', () => {
    const stage = new TransactionStage()
    const producer = begun(stage, 't')
    const body = {
      v3AndBelowTransactionalId: 't',
      v3AndBelowProducerId: producer.producerId,
      v3AndBelowProducerEpoch: 0,
      v3AndBelowTopics: [],
    }
    stage.link(stage.coordinatorOf('t')!).ask('addPartitionsToTxn', body, 1)
    expect([producer.end(true), stage.transaction('t')!.phase]).toEqual(['NONE', 'CompleteCommit'])
  })
})
