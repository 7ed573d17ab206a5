/**
 * What kafkajs 2.2.4 does under faults, measured: the defects that the search is expected to find again, each with the lines that cause
 * it. They are not ours to mend; if one of these tests fails, it is another client.
 */
import kafkajs, { type Consumer, type ConsumerConfig, type ProducerConfig, type RecordMetadata } from 'kafkajs'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type Call, type Fate, MiniCluster } from './testing/mini-cluster.ts'

const REBALANCE_IN_PROGRESS = 27
const COORDINATOR_LOAD_IN_PROGRESS = 14

const disconnects: (() => Promise<void>)[] = []
afterEach(() => Promise.all(disconnects.splice(0).map((disconnect) => disconnect())))

const connect = async (cluster: MiniCluster, config: ProducerConfig = {}, requestTimeout = 300) => {
  const made = kafka(cluster, requestTimeout).producer(config)
  disconnects.push(() => made.disconnect())
  await made.connect()
  return made
}
const kafka = (cluster: MiniCluster, requestTimeout = 300) =>
  new kafkajs.Kafka({
    brokers: cluster.bootstrap,
    socketFactory: cluster.socketFactory,
    logLevel: kafkajs.logLevel.NOTHING,
    requestTimeout,
    retry: { initialRetryTime: 20, retries: 3 },
  })
const message = (key: string, partition = 0) => ({ key, value: key, partition })
/** `partition@offset` of each partition, or the name of the error. */
const told = (send: Promise<RecordMetadata[]>): Promise<string> =>
  send.then(
    (stored) => stored.map(({ partition, baseOffset }) => `${partition}@${baseOffset}`).join(' '),
    (error) => error.type ?? error.name,
  )
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const nth = (api: Call['api'], fates: Record<number, Fate>) => (call: Call) =>
  (call.api === api && fates[call.nth]) || 'well'

describe('an idempotent producer', () => {
  // sendMessages.js:105-112 takes the sequence back when an answer is lost and releases the lock: another send takes the same sequence,
  // the broker takes it for the duplicate that it looks like, and the first one is then sent with a sequence of its own.
  it.each([{ lose: 'answer', how: 'fin' }, { lose: 'answer', how: 'rst' }, { lateMs: 450 }] as const)(
    'acknowledges a message that is not stored, and stores another twice, when two send at a time (%o)',
    async (fate) => {
      const cluster = new MiniCluster(1, { orders: 1 })
      cluster.fate = nth('Produce', { 1: fate })
      const producer = await connect(cluster, { idempotent: true, maxInFlightRequests: 1 })
      const sends = ['a', 'b'].map((key) => told(producer.send({ topic: 'orders', messages: [message(key)] })))
      expect((await Promise.all(sends)).sort()).toEqual(['0@0', '0@1'])
      const [first, second] = await cluster.keys('orders', 0)
      expect(first).toBe(second)
    },
  )

  // The same, with batches of two sizes: then it is no duplicate but a gap, which kafkajs does not retry.
  it('fails sends that could have been retried', async () => {
    const cluster = new MiniCluster(1, { orders: 1 })
    cluster.fate = nth('Produce', { 1: { lose: 'answer', how: 'rst' } })
    const producer = await connect(cluster, { idempotent: true })
    const [one, two] = [[message('a')], [message('b1'), message('b2')]]
    const sends = [one, two].map((messages) => told(producer.send({ topic: 'orders', messages })))
    expect((await Promise.all(sends)).sort()).toEqual(['0@0', 'OUT_OF_ORDER_SEQUENCE_NUMBER'])
  })

  // groupMessagesPerPartition.js:7 asks the partitioner again for every attempt, and the round robin goes on.
  it('acknowledges a message that is not stored, and stores another twice, when keys are missing', async () => {
    const cluster = new MiniCluster(1, { orders: 2 })
    cluster.fate = nth('Produce', { 1: { lose: 'answer', how: 'fin' } })
    const producer = await connect(cluster, { idempotent: true })
    for (const value of ['a', 'b', 'c', 'd']) await producer.send({ topic: 'orders', messages: [{ value }] })
    const stored = [...(await cluster.keys('orders', 0)), ...(await cluster.keys('orders', 1))].sort()
    expect(stored).toEqual(['a', 'a', 'c', 'd'])
  })

  // Nothing resets the producer when a send gives up: the next one takes the sequence that may have been stored.
  it('acknowledges a message that is not stored, after one that failed but was stored', async () => {
    const cluster = new MiniCluster(1, { orders: 1 })
    const lost: Fate = { lose: 'request', how: 'rst' }
    cluster.fate = nth('Produce', { 1: { lose: 'answer', how: 'rst' }, 2: lost, 3: lost, 4: lost })
    const producer = await connect(cluster, { idempotent: true })
    expect(await told(producer.send({ topic: 'orders', messages: [message('a')] }))).toBe(
      'KafkaJSNumberOfRetriesExceeded',
    )
    expect(await told(producer.send({ topic: 'orders', messages: [message('b')] }))).toBe('0@0')
    expect(await cluster.keys('orders', 0)).toEqual(['a'])
  })

  // sendMessages.js:133: Promise.all goes on at the first error, while another broker is still busy with its part.
  it('stores a message twice when one broker fails and another is slower than the first retry', async () => {
    const cluster = new MiniCluster(2, { orders: 2 })
    cluster.fate = ({ api, broker, nth: n }) =>
      api !== 'Produce' ? 'well' : broker === 0 ? { lateMs: 200 } : n <= 2 ? { lose: 'request', how: 'rst' } : 'well'
    const producer = await connect(cluster, { idempotent: true })
    await producer.send({ topic: 'orders', messages: [message('a', 0), message('b', 1)] })
    await sleep(300)
    expect(await cluster.keys('orders', 0)).toEqual(['a', 'a'])
  })

  // producer/index.js:218-226: it is connected before it has a producer id, and without one it sends as any other producer.
  it('is an ordinary one when its producer id was lost, if the application sends all the same', async () => {
    const cluster = new MiniCluster(1, { orders: 1 })
    const fin: Fate = { lose: 'answer', how: 'fin' }
    cluster.fate = ({ api, nth: n }) => ((api === 'InitProducerId' || api === 'Produce') && n === 1 ? fin : 'well')
    const producer = kafka(cluster).producer({ idempotent: true })
    await expect(producer.connect()).rejects.toThrow('Closed connection')
    expect(await told(producer.send({ topic: 'orders', messages: [message('a')] }))).toBe('0@1')
    expect(await cluster.keys('orders', 0)).toEqual(['a', 'a'])
  })

  // producer/index.js:43 means to retry for ever, but index.js:124 always hands it an object.
  it('gives up after as many retries as any other producer', async () => {
    const cluster = new MiniCluster(1, { orders: 1 })
    const producer = await connect(cluster, { idempotent: true })
    cluster.fate = ({ api }) => (api === 'Produce' ? { lose: 'request', how: 'rst' } : 'well')
    expect(await told(producer.send({ topic: 'orders', messages: [message('a')] }))).toBe(
      'KafkaJSNumberOfRetriesExceeded',
    )
    expect(cluster.calls.filter(({ api }) => api === 'Produce')).toHaveLength(4)
  })
})

describe('any producer, one send to two leaders', () => {
  // sendMessages.js:64-65: a broker that has answered is not asked again, though a partition has moved there meanwhile.
  it('acknowledges a message that was never sent, when its leader moves to a broker that has answered', async () => {
    const cluster = new MiniCluster(2, { orders: 2 })
    const [, second] = cluster.topics.get('orders')!
    cluster.fate = ({ api, broker }) => {
      if (api === 'Produce' && broker === 1) second!.leader = 0
      return 'well'
    }
    const producer = await connect(cluster)
    expect(await told(producer.send({ topic: 'orders', messages: [message('a', 0), message('b', 1)] }))).toBe('0@0')
    expect(await cluster.keys('orders', 1)).toEqual([])
  })

  // The same, the other way round: what was stored goes along to the broker that is asked again, with a new sequence.
  it('stores a message twice, when its leader moves to a broker that is asked again', async () => {
    const cluster = new MiniCluster(2, { orders: 2 })
    const [first] = cluster.topics.get('orders')!
    let moved = false
    cluster.fate = ({ api, broker }) => {
      if (api !== 'Produce' || broker !== 1 || moved) return 'well'
      moved = true
      first!.leader = 1
      return { lose: 'request', how: 'rst' }
    }
    const producer = await connect(cluster, { idempotent: true })
    await producer.send({ topic: 'orders', messages: [message('a', 0), message('b', 1)] })
    expect(await cluster.keys('orders', 0)).toEqual(['a', 'a'])
  })
})

describe('a connection', () => {
  // connection.js:166-260: reconnecting keeps the bytes of the answer that was cut off, and reads the next answers through them. With
  // other lengths processData throws where nobody catches it, and the process ends.
  it('that was reset within an answer never works again', async () => {
    const cluster = new MiniCluster(1, { orders: 1 })
    cluster.fate = nth('Produce', { 1: { cutAt: 6 } })
    const producer = await connect(cluster, {}, 100)
    for (const key of ['a', 'b']) {
      expect(await told(producer.send({ topic: 'orders', messages: [message(key)] }))).toBe(
        'KafkaJSNumberOfRetriesExceeded',
      )
    }
  })
})

describe('a consumer', () => {
  async function consumer(cluster: MiniCluster, config: Partial<ConsumerConfig> = {}) {
    const made = kafka(cluster).consumer({ groupId: 'g', maxWaitTimeInMs: 10, heartbeatInterval: 10, ...config })
    const crashes: boolean[] = []
    disconnects.push(() => made.disconnect())
    made.on('consumer.crash', ({ payload }) => crashes.push(payload.restart))
    await made.connect()
    await made.subscribe({ topic: 'orders', fromBeginning: true })
    return { made, crashes }
  }
  async function filled(...keys: string[]) {
    const cluster = new MiniCluster(1, { orders: 1 })
    const producer = await connect(cluster)
    for (const key of keys) await producer.send({ topic: 'orders', messages: [message(key)] })
    await producer.disconnect()
    return cluster
  }
  const commit = (made: Consumer, offset: string) =>
    made.commitOffsets([{ topic: 'orders', partition: 0, offset: String(BigInt(offset) + 1n) }])

  // brokerPool.js:277 swallows every error, cluster/index.js:420 makes one of it that is final.
  it('gives up for good when one FindCoordinator is lost, if there is no other broker to ask', async () => {
    const cluster = await filled('a')
    cluster.fate = nth('FindCoordinator', { 1: { lose: 'answer', how: 'rst' } })
    const { made, crashes } = await consumer(cluster)
    await made.run({ eachMessage: async () => {} })
    expect(crashes).toEqual([false])
  })

  // runner.js:486 wraps the error, so that runner.js:115 does not know it any more, and its cause is not retriable.
  it('gives up for good when a commit of the application meets a rebalance', async () => {
    const cluster = await filled('a')
    cluster.fate = nth('OffsetCommit', { 1: { error: REBALANCE_IN_PROGRESS } })
    const { made, crashes } = await consumer(cluster)
    await made.run({ autoCommit: false, eachMessage: ({ message: { offset } }) => commit(made, offset) })
    await vi.waitFor(() => expect(crashes).toEqual([false]), { timeout: 5_000 })
  })

  // runner.js:477: when it is stopping it resolves, and commits nothing.
  it('tells the application that it has committed, when it was stopped and has not', async () => {
    const cluster = await filled('a')
    const { made } = await consumer(cluster)
    const committed = new Promise((resolve) => {
      const eachMessage = async ({ message: { offset } }: { message: { offset: string } }) => {
        void made.stop()
        await sleep(20)
        resolve(await commit(made, offset).then(() => 'committed'))
      }
      void made.run({ autoCommit: false, eachMessage })
    })
    expect(await committed).toBe('committed')
    expect(cluster.committed.size).toBe(0)
  })

  // runner.js:174: not running yet is taken for not running, and nobody tells start().
  it('goes on to join, handle and commit, when it is disconnected while it joins', async () => {
    const cluster = await filled('a')
    cluster.fate = ({ api }) => (api === 'JoinGroup' ? { lateMs: 100 } : 'well')
    const { made } = await consumer(cluster)
    const handled: string[] = []
    const running = made.run({ eachMessage: async ({ message: { key } }) => void handled.push(String(key)) })
    await sleep(30)
    await made.disconnect()
    expect(handled).toEqual([])
    await running
    await vi.waitFor(() => expect(cluster.committed.get('orders/0')).toBe('1'), { timeout: 5_000 })
    expect(handled).toEqual(['a'])
  })

  // offsetManager: what is resolved is asked for no more, and what was not committed is tried again only with the next record.
  it('leaves handled records uncommitted when an automatic commit failed once and nothing follows', async () => {
    const cluster = await filled('a')
    cluster.fate = nth('OffsetCommit', { 1: { error: COORDINATOR_LOAD_IN_PROGRESS } })
    const { made } = await consumer(cluster)
    let handled = 0
    await made.run({ eachMessage: async () => void handled++ })
    await vi.waitFor(() => expect(handled).toBe(1), { timeout: 5_000 })
    await sleep(100)
    await made.disconnect()
    expect(cluster.committed.size).toBe(0)
  })

  // consumerGroup.js:584 removes the broker from the pool, but the group still holds it as its coordinator and connects it again.
  it('leaves a socket open behind disconnect, when a fetch ended with a FIN', async () => {
    const cluster = await filled('a')
    const { made } = await consumer(cluster)
    let fetches = 0
    cluster.fate = ({ api }) => (api === 'Fetch' && ++fetches === 2 ? { lose: 'answer', how: 'fin' } : 'well')
    await made.run({ eachMessage: async () => {} })
    await vi.waitFor(() => expect(fetches).toBeGreaterThan(3), { timeout: 5_000 })
    await sleep(50)
    await made.disconnect()
    expect(cluster.open.size).toBe(1)
  })
})
