import kafkajs, { type Consumer, type KafkaConfig } from 'kafkajs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { instrumentKafkajs } from './kafkajs.ts'
import { TestHistory } from './testing/history.ts'
import { type Call, type Fate, MiniCluster } from './testing/mini-cluster.ts'
import { unhandled } from './testing/unhandled.ts'

let cluster: MiniCluster
let history: TestHistory
let disconnects: (() => Promise<unknown>)[]

beforeEach(() => {
  cluster = new MiniCluster(2, { orders: 2 })
  history = new TestHistory()
  disconnects = []
})
afterEach(() => Promise.all(disconnects.map((disconnect) => disconnect())))

const options = (): KafkaConfig => ({
  brokers: cluster.bootstrap,
  socketFactory: cluster.socketFactory,
  logLevel: kafkajs.logLevel.NOTHING,
  retry: { initialRetryTime: 10, retries: 2 },
})
const instrumented = () => instrumentKafkajs(kafkajs, () => history)

async function producer(config = {}) {
  const made = new (instrumented().Kafka)(options()).producer(config)
  disconnects.push(() => made.disconnect())
  await made.connect()
  return made
}

async function consumer(config = {}): Promise<Consumer> {
  const made = new (instrumented().Kafka)(options()).consumer({
    groupId: 'g',
    maxWaitTimeInMs: 10,
    heartbeatInterval: 10,
    ...config,
  })
  disconnects.push(() => made.disconnect())
  await made.connect()
  await made.subscribe({ topic: 'orders', fromBeginning: true })
  return made
}

/** The first request of that API meets this fate. */
const once = (api: Call['api'], fate: Fate) => {
  cluster.fate = (call) => (call.api === api && call.nth === 1 ? fate : 'well')
}
const put = async (...keys: string[]) => {
  const sender = await producer()
  for (const key of keys) await sender.send({ topic: 'orders', messages: [{ partition: 0, key, value: key }] })
}
const until = async (what: () => boolean) => {
  for (let i = 0; i < 300 && !what(); i++) await new Promise((resolve) => setTimeout(resolve, 10))
  expect(what()).toBe(true)
}

describe('nothing that an application could see changes', () => {
  it('the exports, the objects and the functions are those of kafkajs', () => {
    const { Kafka, ...others } = instrumented()
    const { Kafka: Real, ...real } = kafkajs
    expect(others).toEqual(real)
    expect([Kafka.name, Kafka.length]).toEqual([Real.name, Real.length])

    const [kafka, plain] = [new Kafka(options()), new Real(options())]
    expect(kafka).toBeInstanceOf(Kafka)
    expect(kafka).toBeInstanceOf(Real)
    const shape = (object: object) =>
      Object.entries(object).map(([name, value]) => [
        name,
        typeof value,
        value.name,
        typeof value === 'function' && value.length,
      ])
    expect(shape(kafka.producer())).toEqual(shape(plain.producer()))
    expect(shape(kafka.consumer({ groupId: 'g' }))).toEqual(shape(plain.consumer({ groupId: 'g' })))
  })

  it('results are those of kafkajs', async () => {
    const batch = { topicMessages: [{ topic: 'orders', messages: [{ partition: 0, key: 'a', value: 'x' }] }] }
    const ours = await (await producer()).sendBatch(batch)
    cluster = new MiniCluster(2, { orders: 2 })
    const plain = new kafkajs.Kafka(options()).producer()
    disconnects.push(() => plain.disconnect())
    await plain.connect()
    expect(ours).toEqual(await plain.sendBatch(batch))
  })

  it('errors are those of kafkajs', async () => {
    const { Kafka } = instrumented()
    const [kafka, plain] = [new Kafka(options()), new kafkajs.Kafka(options())]
    const bad: unknown[] = [
      undefined,
      null,
      {},
      { topic: 'orders' },
      { topic: 'orders', messages: [{ key: 'no value' }] },
    ]
    for (const record of bad) {
      const [ours, theirs] = await Promise.all(
        [kafka, plain].map((k) =>
          k
            .producer()
            .send(record as never)
            .catch((error) => error),
        ),
      )
      expect([ours.constructor, ours.message]).toEqual([theirs.constructor, theirs.message])
    }
    for (const config of [undefined, null, {}, { groupId: 'g', partitionAssigners: 'none' }]) {
      const thrown = (k: typeof kafka) => {
        try {
          k.consumer(config as never)
        } catch (error) {
          return [(error as Error).constructor, (error as Error).message]
        }
        return 'nothing'
      }
      expect(thrown(kafka)).toEqual(thrown(plain))
    }
    expect(new Set(history.story('send'))).toEqual(new Set(['send invoke', 'send fail', 'send unknown']))
  })

  it('a handler gets the same `this` and the same payload, from a configuration that may be frozen or inherited', async () => {
    await put('a')
    const seen: unknown[] = []
    class Config {
      get eachMessage() {
        return async function (this: unknown, ...args: unknown[]) {
          seen.push((this as object).constructor.name, args.length, Object.keys(args[0] as object).join(' '))
        }
      }
    }
    const made = await consumer()
    await made.run(Object.freeze(Object.create(new Config())))
    await until(() => seen.length > 0)
    expect(seen).toEqual(['Runner', 1, 'topic partition message heartbeat pause'])
  })

  it('a rejection that the application does not handle stays unhandled', async () => {
    const sender = await producer()
    expect(await unhandled(() => sender.send({ topic: '', messages: [] }))).toEqual(['Invalid topic'])
    expect(await unhandled(() => sender.send({ topic: '', messages: [] }).catch(() => {}))).toEqual([])
  })

  it('subclasses and proxies of Kafka work', async () => {
    const { Kafka } = instrumented()
    class Mine extends Kafka {}
    new Proxy(new Mine(options()), {}).producer()
    new Mine(options()).producer()
    const sender = new Proxy(new Mine(options()), {}).producer()
    await sender.send({ topic: '', messages: [] }).catch(() => {})
    expect(history.bodies('send', 'fail')[0]!.producer).toBe(3)
  })
})

describe('a producer', () => {
  it('says what it was asked and what was stored', async () => {
    const sender = await producer({ idempotent: true })
    await sender.send({
      topic: 'orders',
      messages: [
        { partition: 1, key: 'k', value: 'x', headers: { 'ackward-id': 'm1' } },
        { partition: 1, key: Buffer.from('m2'), value: 'x' },
      ],
    })
    expect(history.story('connect', 'send')).toEqual(['connect invoke', 'connect ok', 'send invoke', 'send ok'])
    expect(history.bodies('send', 'ok')).toEqual([
      {
        what: 'send',
        producer: 1,
        idempotent: true,
        acks: -1,
        records: [
          { topic: 'orders', partition: 1, message: 'm1', key: 'k' },
          { topic: 'orders', partition: 1, message: 'm2', key: 'm2' },
        ],
        stored: [{ topic: 'orders', partition: 1, offset: '0' }],
      },
    ])
  })

  it('leaves a send unknown when the last word of the cluster is missing', async () => {
    const sender = await producer()
    cluster.fate = ({ api }) => (api === 'Produce' ? { lose: 'answer', how: 'rst' } : 'well')
    await sender.send({ topic: 'orders', messages: [{ partition: 0, key: 'a', value: 'x' }] }).catch(() => {})
    expect(history.story('send')).toEqual(['send invoke', 'send unknown'])
    expect(history.bodies('send', 'unknown')[0]!.error).toMatchObject({
      name: 'KafkaJSNumberOfRetriesExceeded',
      code: 'ECONNRESET',
    })
    expect(await cluster.keys('orders', 0)).toEqual(['a', 'a', 'a'])
  })

  it('fails a send that kafkajs refuses', async () => {
    const sender = await producer()
    await sender.disconnect()
    await sender.send({ topic: 'orders', messages: [{ key: 'a', value: 'x' }] }).catch(() => {})
    expect(history.bodies('send', 'fail')[0]!.error!.message).toBe('The producer is disconnected')
  })

  it('numbers clients per process', async () => {
    const { Kafka } = instrumentKafkajs(kafkajs, () => history)
    await new Kafka(options()).producer().disconnect()
    await new Kafka(options()).producer().disconnect()
    const first = history
    history = new TestHistory()
    await new Kafka(options()).producer().disconnect()
    const clients = (of: TestHistory) => of.bodies('disconnect', 'ok').map(({ client }) => client)
    expect(clients(first)).toEqual(['producer-1', 'producer-2'])
    expect(clients(history)).toEqual(['producer-1'])
  })
})

describe('an admin client', () => {
  it('says what it was asked, and how that ended', async () => {
    const admin = new (instrumented().Kafka)(options()).admin()
    disconnects.push(() => admin.disconnect())
    await admin.connect()
    await admin.listTopics()
    await expect(admin.describeGroups([''])).rejects.toThrow()
    expect(history.story('admin')).toEqual(['admin invoke', 'admin ok', 'admin invoke', 'admin fail'])
    expect(history.bodies('admin', 'ok')).toEqual([{ what: 'admin', client: 'admin-1', method: 'listTopics' }])
    expect(admin.listTopics.name).toBe('listTopics')
  })
})

describe('a consumer', () => {
  it('says what it owns and since which generation, what it handed out, and what kafkajs committed by itself', async () => {
    await put('a', 'b')
    const made = await consumer()
    await made.run({ eachMessage: async () => {} })
    await until(() => history.bodies('commit', 'ok').length > 0)
    cluster.rebalance()
    await until(() => history.bodies('assigned', 'ok').length > 1)
    await made.stop()

    expect(history.story('subscribe', 'run', 'assigned', 'handler', 'commit', 'revoked', 'stop')).toEqual([
      'subscribe invoke',
      'subscribe ok',
      'run invoke',
      'assigned noted',
      'run ok',
      'handler invoke',
      'handler ok',
      'handler invoke',
      'handler ok',
      'commit noted',
      'revoked noted',
      'assigned noted',
      'stop invoke',
      'stop ok',
    ])
    expect(history.bodies('handler', 'ok').map(({ group, records }) => [group, records])).toEqual([
      ['g', [{ topic: 'orders', partition: 0, offset: '0', message: 'a' }]],
      ['g', [{ topic: 'orders', partition: 0, offset: '1', message: 'b' }]],
    ])
    expect(
      history.bodies('assigned', 'ok').map(({ generation, partitions }) => [generation, partitions.length]),
    ).toEqual([
      [1, 2],
      [2, 2],
    ])
    expect(history.bodies('commit', 'ok')).toEqual([
      { what: 'commit', consumer: 1, group: 'g', offsets: [{ topic: 'orders', partition: 0, offset: '2' }] },
    ])
  })

  it('records a batch as one, and a failed handler as failed', async () => {
    await put('a', 'b')
    const made = await consumer()
    let calls = 0
    await made.run({
      eachBatch: async () => {
        if (calls++ === 0) throw new Error('database is away')
      },
    })
    await until(() => history.bodies('handler', 'ok').length > 0)
    // Two records sent one by one are two batches of the log, and one of kafkajs.
    expect(history.bodies('handler', 'fail')[0]).toMatchObject({
      records: [{ message: 'a' }, { message: 'b' }],
      error: { message: 'database is away' },
    })
  })

  it('records a commit of the application once, with its beginning and its end', async () => {
    await put('a')
    const made = await consumer()
    await made.run({
      autoCommit: false,
      eachMessage: ({ topic, partition }) => made.commitOffsets([{ topic, partition, offset: '1' }]),
    })
    await until(() => history.bodies('commit', 'ok').length > 0)
    expect(history.story('commit')).toEqual(['commit invoke', 'commit ok'])
    expect(history.bodies('commit', 'ok')[0]!.offsets).toEqual([{ topic: 'orders', partition: 0, offset: '1' }])
  })

  it('says what was chosen, where it was told to seek, and what a batch was told of the end', async () => {
    await put('a', 'b')
    const made = await consumer({ readUncommitted: true })
    await made.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: async () => {} })
    made.seek({ topic: 'orders', partition: 0, offset: '1' })
    expect(() => made.seek({ topic: 'orders', partition: 0, offset: '-7' })).toThrow()
    await until(() => history.bodies('handler', 'ok').length > 0)
    expect(history.bodies('subscribe', 'ok')[0]!.options).toEqual({
      group: 'g',
      topics: ['orders'],
      fromBeginning: true,
    })
    expect(history.bodies('run', 'ok')[0]!.options).toEqual({
      ...{ group: 'g', readUncommitted: true, autoCommit: false, eachBatchAutoResolve: false },
    })
    expect(history.bodies('seek', 'ok')).toEqual([
      { what: 'seek', consumer: 1, group: 'g', topic: 'orders', partition: 0, offset: '1' },
    ])
    expect(history.bodies('handler', 'invoke')[0]).toMatchObject({ highWatermark: '2' })
  })

  it('records a crash, and whether kafkajs means to go on', async () => {
    once('JoinGroup', { lose: 'answer', how: 'rst' })
    await (await consumer()).run({ eachMessage: async () => {} })
    expect(history.bodies('crashed', 'ok')[0]).toMatchObject({ restart: true, error: { code: 'ECONNRESET' } })
  })
})
