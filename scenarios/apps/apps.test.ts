/**
 * The reference applications against the real kafkajs and the smallest of clusters, in real time: that each does what its header says.
 * What becomes of them under faults is for the scenarios.
 */
import kafkajs from 'kafkajs'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createContext, type Start } from '../../harness/clients/context.ts'
import { EffectStore } from '../../harness/clients/effect-store.ts'
import { EffectError, type EffectsPort } from '../../harness/clients/effects-port.ts'
import { instrumentKafkajs } from '../../harness/clients/kafkajs.ts'
import { TestHistory } from '../../harness/clients/testing/history.ts'
import { MiniCluster } from '../../harness/clients/testing/mini-cluster.ts'
import commitAfter from './commit-after.ts'
import commitBefore from './commit-before.ts'
import idempotentProducer from './idempotent-producer.ts'
import retryingProducer from './retrying-producer.ts'

const ILLEGAL_GENERATION = 22

let cluster: MiniCluster
let history: TestHistory
let store: EffectStore
let refuse: EffectError | undefined
/** What came to the cluster and to the database, in order. */
let order: string[]

beforeEach(() => {
  cluster = new MiniCluster(1, { orders: 1 })
  cluster.fate = ({ api }) => {
    if (api === 'OffsetCommit') order.push('commit')
    return 'well'
  }
  history = new TestHistory()
  store = new EffectStore()
  refuse = undefined
  order = []
  vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => vi.restoreAllMocks())

const port: EffectsPort = {
  call(verb, args, messages, done) {
    order.push(verb)
    if (refuse !== undefined) return done(refuse, undefined)
    const outcome = store.apply(verb, args, messages)
    outcome.is === 'done' ? done(null, outcome.result) : done(outcome.error, undefined)
  },
}

function launch(start: Start<never>, config: Record<string, string | number>) {
  const instrumented = instrumentKafkajs(kafkajs, () => history)
  // In the simulation `node:net` leads to the cluster; here a socket factory does.
  class Kafka extends instrumented.Kafka {
    constructor(options: ConstructorParameters<typeof kafkajs.Kafka>[0]) {
      super({ ...options, socketFactory: cluster.socketFactory, logLevel: kafkajs.logLevel.NOTHING })
    }
  }
  const { context, input } = createContext({
    process: 'app-0',
    instance: 0,
    env: {},
    config: { ...config, client: { requestTimeout: 300, retry: { initialRetryTime: 10, retries: 2 } } },
    brokers: cluster.bootstrap,
    kafkajs: { ...instrumented, Kafka },
    recorder: history,
    effects: port,
    openFile: () => {},
  })
  return { running: Promise.resolve(start(context as never)), input }
}
const stop = async (running: Promise<unknown>) => ((await running) as { stop(): Promise<void> }).stop()
const waitFor = (check: () => unknown) => vi.waitFor(check, { timeout: 5_000, interval: 10 })

async function write(...ids: string[]) {
  const producer = new kafkajs.Kafka({
    brokers: cluster.bootstrap,
    socketFactory: cluster.socketFactory,
    logLevel: kafkajs.logLevel.NOTHING,
  }).producer()
  await producer.connect()
  for (const id of ids) await producer.send({ topic: 'orders', messages: [{ key: id, value: JSON.stringify({ id }) }] })
  await producer.disconnect()
}

const group = { topic: 'orders', group: 'billing', sessionTimeoutMs: 600 }

describe('commit-before', () => {
  it('commits each order before it applies it, and stops cleanly', async () => {
    await write('o1', 'o2')
    const { running } = launch(commitBefore as Start<never>, group)
    await waitFor(() => expect(store.effects.map(({ key }) => key)).toEqual(['o1', 'o2']))
    await stop(running)
    expect(order).toEqual(['commit', 'apply', 'commit', 'apply'])
    expect(cluster.committed.get('orders/0')).toBe('2')
    expect(history.story('stop', 'disconnect')).toEqual(['disconnect invoke', 'disconnect ok'])
    expect(cluster.open.size).toBe(0)
  })

  it('never tries again what may have been applied', async () => {
    await write('o1', 'o2')
    refuse = new EffectError('connection lost', 'ECONNRESET', true)
    const { running } = launch(commitBefore as Start<never>, group)
    await waitFor(() => expect(order).toEqual(['commit', 'apply', 'commit', 'apply']))
    await stop(running)
    expect(history.story('handler')).toEqual(['handler invoke', 'handler ok', 'handler invoke', 'handler ok'])
  })
})

describe('commit-after', () => {
  it('applies each order before it commits it, and stops cleanly', async () => {
    await write('o1', 'o2')
    const { running } = launch(commitAfter as Start<never>, group)
    await waitFor(() => expect(cluster.committed.get('orders/0')).toBe('2'))
    await stop(running)
    expect(order).toEqual(['apply', 'commit', 'apply', 'commit'])
    expect(store.effects.map(({ key, messages }) => [key, messages])).toEqual([
      ['o1', ['o1']],
      ['o2', ['o2']],
    ])
  })

  it('tries again what was not applied', async () => {
    await write('o1')
    refuse = new EffectError('connection lost', 'ECONNRESET', true)
    const { running } = launch(commitAfter as Start<never>, group)
    await waitFor(() => expect(order.length).toBeGreaterThan(1))
    refuse = undefined
    await waitFor(() => expect(cluster.committed.get('orders/0')).toBe('1'))
    await stop(running)
    expect(store.effects.map(({ key }) => key)).toEqual(['o1'])
  })
})

it.each([
  ['commit-before', commitBefore],
  ['commit-after', commitAfter],
])('%s ends the process when kafkajs gives up on its consumer', async (_, start) => {
  const exit = vi.spyOn(process, 'exit').mockImplementation(() => undefined as never)
  await write('o1')
  cluster.fate = ({ api }) => (api === 'OffsetCommit' ? { error: ILLEGAL_GENERATION } : 'well')
  launch(start as Start<never>, group)
  await waitFor(() => expect(exit).toHaveBeenCalledWith(1))
  expect(history.bodies('crashed', 'ok')[0]).toMatchObject({ restart: false, error: { code: 'ILLEGAL_GENERATION' } })
})

describe.each([
  ['retrying-producer', retryingProducer, false],
  ['idempotent-producer', idempotentProducer, true],
])('%s', (_, start, idempotent) => {
  const message = (id: string) => ({ id, key: id, value: { id } })

  it('sends its input in order, under its own identity, and stops when it was sent', async () => {
    const { running, input } = launch(start as Start<never>, { topic: 'orders' })
    for (const id of ['o1', 'o2', 'o3']) input.push(message(id))
    await running
    input.close()
    await stop(running)
    expect(await cluster.keys('orders', 0)).toEqual(['o1', 'o2', 'o3'])
    expect(history.bodies('send', 'ok').map((body) => [body.idempotent, body.acks, body.records[0]!.message])).toEqual([
      [idempotent, -1, 'o1'],
      [idempotent, -1, 'o2'],
      [idempotent, -1, 'o3'],
    ])
    expect(cluster.open.size).toBe(0)
  })

  it('stores a record whose answer was lost again, unless it is idempotent', async () => {
    cluster.fate = ({ api, nth }) => (api === 'Produce' && nth === 1 ? { lose: 'answer', how: 'rst' } : 'well')
    const { running, input } = launch(start as Start<never>, { topic: 'orders' })
    input.push(message('o1'))
    input.close()
    await stop(running)
    expect(await cluster.keys('orders', 0)).toEqual(idempotent ? ['o1'] : ['o1', 'o1'])
  })

  it('goes on to the next input when a send fails', async () => {
    cluster.fate = ({ api, nth }) => (api === 'Produce' && nth <= 3 ? { lose: 'request', how: 'rst' } : 'well')
    const { running, input } = launch(start as Start<never>, { topic: 'orders' })
    for (const id of ['o1', 'o2']) input.push(message(id))
    input.close()
    await stop(running)
    expect(history.story('input', 'send')).toEqual([
      'input noted',
      'send invoke',
      'send unknown',
      'input noted',
      'send invoke',
      'send ok',
    ])
    expect(await cluster.keys('orders', 0)).toEqual(['o2'])
  })

  it('serves several inputs at a time when it is told to', async () => {
    const { running, input } = launch(start as Start<never>, { topic: 'orders', concurrency: 2 })
    for (const id of ['o1', 'o2']) input.push(message(id))
    await running
    await waitFor(() => expect(history.story('send').slice(0, 2)).toEqual(['send invoke', 'send invoke']))
    input.close()
    await stop(running)
    expect((await cluster.keys('orders', 0)).sort()).toEqual(['o1', 'o2'])
  })
})
