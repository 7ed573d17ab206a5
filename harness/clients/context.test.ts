import kafkajs from 'kafkajs'
import { expect, it } from 'vitest'
import { createContext } from './context.ts'
import type { EffectsPort } from './effects-port.ts'
import { Input } from './input.ts'
import { instrumentKafkajs } from './kafkajs.ts'
import { TestHistory } from './testing/history.ts'
import { MiniCluster } from './testing/mini-cluster.ts'

const message = (id: string) => ({ id, key: null, value: { id } })
const nobody: EffectsPort = { call: () => {} }

it('gives each input to one of those who ask, in order, and ends', async () => {
  const history = new TestHistory()
  const input = new Input(history)
  const taken: string[][] = [[], []]
  const workers = taken.map(async (mine) => {
    for await (const { id } of input) mine.push(id)
  })
  for (const id of ['m1', 'm2', 'm3']) input.push(message(id))
  input.close()
  await Promise.all(workers)
  expect(taken.flat().sort()).toEqual(['m1', 'm2', 'm3'])
  expect(history.bodies('input', 'ok').map((body) => body.message)).toEqual(['m1', 'm2', 'm3'])
})

it('counts an input as handed over when it is taken, and keeps what nobody took for the next life', async () => {
  const history = new TestHistory()
  const input = new Input(history)
  input.push(message('m1'))
  input.push(message('m2'))
  for await (const { id } of input) {
    expect(id).toBe('m1')
    break
  }
  expect(history.bodies('input', 'ok')).toHaveLength(1)
  expect(input.waiting.map(({ id }) => id)).toEqual(['m2'])
  input.close()
  expect(() => input.push(message('m3'))).toThrow('input m3 came after the input was closed')
})

it('binds kafka to the cluster, in the name of the process, with the options of its configuration', async () => {
  const cluster = new MiniCluster(1, { orders: 1 })
  const history = new TestHistory()
  const { context } = createContext({
    process: 'orders-1',
    instance: 1,
    env: { REGION: 'eu' },
    config: { topic: 'orders', client: { requestTimeout: 500 } },
    brokers: cluster.bootstrap,
    kafkajs: withSockets(
      instrumentKafkajs(kafkajs, () => history),
      cluster,
    ),
    recorder: history,
    effects: nobody,
    openFile: () => {},
  })
  const producer = context.kafka.producer()
  await producer.connect()
  await producer.disconnect()
  expect(new Set(cluster.calls.map(({ clientId }) => clientId))).toEqual(new Set(['orders-1']))
  expect([context.instance, context.env, context.config]).toEqual([
    1,
    { REGION: 'eu' },
    { topic: 'orders', client: { requestTimeout: 500 } },
  ])
  expect(history.story()).toEqual(['connect invoke', 'connect ok', 'disconnect invoke', 'disconnect ok'])
})

/** In the simulation `node:net` leads to the cluster; here a socket factory does. */
function withSockets(module: typeof kafkajs, cluster: MiniCluster): typeof kafkajs {
  class Kafka extends module.Kafka {
    constructor(config: ConstructorParameters<typeof module.Kafka>[0]) {
      expect(config.requestTimeout).toBe(500)
      super({ ...config, socketFactory: cluster.socketFactory })
    }
  }
  return { ...module, Kafka }
}

it('reads a file from the line that it is asked for, each reader on its own', async () => {
  const history = new TestHistory()
  const asked: string[] = []
  const { context } = createContext({
    process: 'importer-0',
    instance: 0,
    env: {},
    config: null,
    brokers: [],
    kafkajs: instrumentKafkajs(kafkajs, () => history),
    recorder: history,
    effects: nobody,
    openFile: (file, from, feed) => {
      asked.push(`${file} from ${from}`)
      for (const id of ['m1', 'm2', 'm3'].slice(from)) feed.push(message(id))
      feed.close()
    },
  })
  const read: string[] = []
  for await (const { id } of context.lines('orders.jsonl', 1)) read.push(id)
  for await (const { id } of context.lines('orders.jsonl')) read.push(id)
  expect(read).toEqual(['m2', 'm3', 'm1', 'm2', 'm3'])
  expect(asked).toEqual(['orders.jsonl from 1', 'orders.jsonl from 0'])
  expect(history.bodies('input', 'ok')).toHaveLength(5)
  expect(() => context.lines('orders.jsonl', -1)).toThrow('cannot be read from line -1')
})
