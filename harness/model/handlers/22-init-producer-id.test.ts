import { describe, expect, it } from 'vitest'
import { type Client, ClusterStage } from '../testing/cluster-stage.ts'

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

  it('has no transactions, and no half of an id', () => {
    const client = new ClusterStage().connect()
    first(client)
    expect(ask(client, { transactionalId: 't' })).toBe(16)
    expect(ask(client, { transactionalId: '' })).toBe(42)
    expect(ask(client, { producerId: 5n }, 3)).toBe(42)
    expect(ask(client, { producerId: 5n, producerEpoch: 1 }, 3)).toBe(1n)
  })
})
