import { describe, expect, it } from 'vitest'
import { type Client, ClusterStage } from '../testing/cluster-stage.ts'
import { begun, Producer, TransactionStage } from '../testing/transaction-stage.ts'

const ask = (client: Client, body: object = {}, version = 1) => {
  const answer = client.ask('initProducerId', { transactionalId: null, transactionTimeoutMs: 1000, ...body }, version)
  return answer.errorCode === 0 ? answer.producerId : answer.errorCode
}

/** Asks until the broker has a block. */
function first(client: Client): bigint | number {
  expect(ask(client)).toBe(14)
  return ask(client)
}

describe('InitProducerId', () => {
  it('gives every asker a new id, from a block of 1000 for each broker', () => {
    const stage = new ClusterStage({ brokers: 2 })
    const [one, other] = [stage.connect(1), stage.connect(2)]
    expect([first(one), ask(one), first(other), ask(one), ask(other)]).toEqual([0n, 1n, 1000n, 2n, 1001n])
    for (let i = 3; i < 1000; i++) ask(one)
    expect(ask(one)).toBe(2000n)
  })

  it('a broker that was down has lost the rest of its block', () => {
    const stage = new ClusterStage()
    first(stage.connect())
    stage.order({ do: 'broker-down', broker: 1 })
    stage.order({ do: 'broker-up', broker: 1 })
    expect(first(stage.connect())).toBe(1000n)
  })

  it('a reset cluster begins at 0 again: an id is in two hands', () => {
    const stage = new ClusterStage()
    expect(first(stage.connect())).toBe(0n)
    stage.order({ do: 'reset-cluster' })
    expect(first(stage.connect())).toBe(0n)
  })

  it('knows no half of an id, and no transactions but with their coordinator', () => {
    const client = new ClusterStage().connect()
    first(client)
    expect(ask(client, { transactionalId: 't' })).toBe(16)
    expect(ask(client, { transactionalId: '' })).toBe(42)
    expect(ask(client, { producerId: 5n }, 3)).toBe(42)
    expect(ask(client, { producerId: 5n, producerEpoch: 1 }, 3)).toBe(1n)
  })
})

describe('InitProducerId with a transactional id', () => {
  it('gives the same producer id with the next epoch; whoever had it is fenced', () => {
    const stage = new TransactionStage()
    const [old, young] = [begun(stage, 't'), begun(stage, 't')]
    expect([young.producerId, old.epoch, young.epoch]).toEqual([old.producerId, 0, 1])
    expect([old.add(0), old.end(true)]).toEqual(['INVALID_PRODUCER_EPOCH', 'INVALID_PRODUCER_EPOCH'])
    old.version = 2
    expect([old.add(0), old.end(true), old.addOffsets('g')]).toEqual(Array(3).fill('PRODUCER_FENCED'))
    expect(young.add(0)).toBe('NONE')
  })

  it('aborts what is open first, in an epoch that nobody is told', () => {
    const stage = new TransactionStage()
    const old = begun(stage, 't')
    old.add(0)
    old.produce(0, 'a')
    const young = new Producer(stage, 't')
    expect([young.init(), young.init()]).toEqual(['CONCURRENT_TRANSACTIONS', 'CONCURRENT_TRANSACTIONS'])
    expect(stage.transaction('t')).toMatchObject({ phase: 'PrepareAbort', epoch: 1 })
    stage.settle()
    expect(stage.lies('orders', 0)).toEqual(['0:a', `1:abort ${old.producerId}/1`])
    expect(young.init()).toBe('NONE')
    expect(young.epoch).toBe(2)
  })

  it('waits for the markers of what was committed', () => {
    const stage = new TransactionStage()
    begun(stage, 't').write(true, [0, 'a'])
    const next = new Producer(stage, 't')
    expect(next.init()).toBe('CONCURRENT_TRANSACTIONS')
    stage.settle()
    expect([next.init(), next.epoch]).toEqual(['NONE', 1])
  })

  it('takes time-outs of 1 ms to transaction.max.timeout.ms', () => {
    const stage = new TransactionStage()
    const init = (timeoutMs: number) => new Producer(stage, 't', { timeoutMs }).init()
    expect([0, -1, 900_001].map(init)).toEqual(Array(3).fill('INVALID_TRANSACTION_TIMEOUT'))
    expect([1, 900_000].map(init)).toEqual(['NONE', 'NONE'])
  })

  it('rotates the producer id when its epochs are used up', () => {
    const stage = new TransactionStage()
    const producer = begun(stage, 't')
    const { producerId } = producer
    stage.transaction('t')!.epoch = 32_765
    expect([producer.init(), producer.epoch, producer.producerId]).toEqual(['NONE', 32_766, producerId])
    expect([producer.init(), producer.epoch]).toEqual(['NONE', 0])
    expect(producer.producerId).not.toBe(producerId)
  })

  describe('from a producer that comes back with its id and epoch (KIP-360)', () => {
    const back = ({ producerId, epoch: producerEpoch }: Producer) => ({ producerId, producerEpoch })

    it('gives the next epoch, and the same again to who was not told', () => {
      const stage = new TransactionStage()
      const producer = begun(stage, 't')
      const before = back(producer)
      expect([producer.init(before), producer.epoch]).toEqual(['NONE', 1])
      expect([producer.init(before), producer.epoch]).toEqual(['NONE', 1])
      expect([producer.init(back(producer)), producer.epoch]).toEqual(['NONE', 2])
    })

    it('fences it when another has been there in between: INVALID_PRODUCER_EPOCH below version 4', () => {
      const stage = new TransactionStage()
      const old = begun(stage, 't')
      begun(stage, 't')
      expect(old.init(back(old))).toBe('PRODUCER_FENCED')
      const body = { transactionalId: 't', transactionTimeoutMs: 1, ...back(old) }
      expect(stage.link(stage.coordinatorOf('t')!).ask('initProducerId', body, 3).errorCode).toBe(47)
      expect(old.init({ producerId: 777n, producerEpoch: 0 })).toBe('PRODUCER_FENCED')
    })

    it('forgets what it was told when the coordinator moves: 3.9 does not write it down', () => {
      const stage = new TransactionStage()
      const producer = begun(stage, 't')
      const before = back(producer)
      producer.init(before)
      stage.moveCoordinator('t')
      expect(producer.init(before)).toBe('PRODUCER_FENCED')
    })

    it('gives the rotated id again to who was not told', () => {
      const stage = new TransactionStage()
      const producer = begun(stage, 't')
      stage.transaction('t')!.epoch = 32_766
      const before = { producerId: producer.producerId, producerEpoch: 32_766 }
      expect([producer.init(before), producer.epoch]).toEqual(['NONE', 0])
      const { producerId } = producer
      expect([producer.init(before), producer.epoch, producer.producerId]).toEqual(['NONE', 0, producerId])
    })

    it('takes any for an id that is new: it may have expired', () => {
      const producer = new Producer(new TransactionStage(), 't')
      expect([producer.init({ producerId: 9n, producerEpoch: 3 }), producer.epoch]).toEqual(['NONE', 0])
    })
  })
})
