import kafkajs, { type KafkaConfig } from 'kafkajs'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { instrumentKafkajs } from './kafkajs.ts'
import { TestHistory } from './testing/history.ts'
import { MiniCluster } from './testing/mini-cluster.ts'

const COORDINATOR_NOT_AVAILABLE = 15

let cluster: MiniCluster
let history: TestHistory
let disconnects: (() => Promise<unknown>)[]

beforeEach(() => {
  cluster = new MiniCluster(1, { orders: 2 })
  history = new TestHistory()
  disconnects = []
})
afterEach(() => Promise.all(disconnects.map((disconnect) => disconnect())))

const calls = ['begin-transaction', 'send', 'send-offsets', 'commit-transaction', 'abort-transaction'] as const
const told = (call: Promise<unknown>) =>
  call.then(
    () => 'ok',
    (error: Error) => error.name,
  )

async function producer(config: object = { transactionalId: 'billing-0' }) {
  const options: KafkaConfig = {
    brokers: cluster.bootstrap,
    socketFactory: cluster.socketFactory,
    logLevel: kafkajs.logLevel.NOTHING,
    retry: { initialRetryTime: 10, retries: 2 },
  }
  const made = new (instrumentKafkajs(kafkajs, () => history).Kafka)(options).producer(config)
  disconnects.push(() => made.disconnect())
  await made.connect()
  return made
}
const message = (key: string) => ({ partition: 0, key, value: key })
const offsets = (offset: string) => ({
  consumerGroupId: 'g',
  topics: [{ topic: 'orders', partitions: [{ partition: 1, offset }] }],
})

it('says what a transaction was given and how it ended', async () => {
  const made = await producer()
  const first = await made.transaction()
  await first.send({ topic: 'orders', messages: [message('a')] })
  await first.sendOffsets(offsets('7'))
  await first.commit()
  const second = await made.transaction()
  await second.sendBatch({ topicMessages: [{ topic: 'orders', messages: [message('b')] }] })
  await second.abort()

  expect(history.story(...calls)).toEqual(
    [...calls.slice(0, 4), 'begin-transaction', 'send', 'abort-transaction'].flatMap((what) => [
      `${what} invoke`,
      `${what} ok`,
    ]),
  )
  const own = { producer: 1, transactionalId: 'billing-0' }
  expect(history.bodies('commit-transaction', 'ok')).toEqual([{ what: 'commit-transaction', ...own, transaction: 1 }])
  expect(history.bodies('abort-transaction', 'ok')).toEqual([{ what: 'abort-transaction', ...own, transaction: 2 }])
  expect(history.bodies('send-offsets', 'ok')).toEqual([
    {
      ...{ what: 'send-offsets', ...own, transaction: 1, group: 'g' },
      offsets: [{ topic: 'orders', partition: 1, offset: '7' }],
    },
  ])
  const sent = history.bodies('send', 'ok').map(({ transaction, records }) => [transaction, records[0]!.message])
  expect(sent).toEqual([
    [1, 'a'],
    [2, 'b'],
  ])
})

it('leaves a commit unknown when its answer is missing, and fails what kafkajs refuses after it', async () => {
  const made = await producer()
  const begun = await made.transaction()
  await begun.send({ topic: 'orders', messages: [message('a')] })
  cluster.fate = ({ api }) => (api === 'EndTxn' ? { lose: 'answer', how: 'rst' } : 'well')
  expect(await told(begun.commit())).toBe('KafkaJSConnectionError')
  expect(await told(begun.abort())).toBe('KafkaJSNonRetriableError')
  expect(history.story('commit-transaction', 'abort-transaction')).toEqual([
    'commit-transaction invoke',
    'commit-transaction unknown',
    'abort-transaction invoke',
    'abort-transaction fail',
  ])
})

// eosManager: commit() enters COMMITTING before it asks, asks once, and nothing leads out of COMMITTING but an answer.
it('a producer whose commit failed once never begins a transaction again', async () => {
  const made = await producer()
  const begun = await made.transaction()
  await begun.send({ topic: 'orders', messages: [message('a')] })
  cluster.fate = ({ api }) => (api === 'EndTxn' ? { error: COORDINATOR_NOT_AVAILABLE } : 'well')
  expect(await told(begun.commit())).toBe('KafkaJSProtocolError')
  cluster.fate = () => 'well'
  for (const attempt of [2, 3]) {
    expect(await told(made.transaction())).toBe('KafkaJSNonRetriableError')
    expect(history.bodies('begin-transaction', 'fail').at(-1)).toMatchObject({ transaction: attempt })
  }
  // The way out that the advice names.
  const again = await (await producer()).transaction()
  await again.send({ topic: 'orders', messages: [message('b')] })
  expect(await told(again.commit())).toBe('ok')
})

it('a transaction of a producer without an id did not begin', async () => {
  expect(await told((await producer({})).transaction())).toBe('KafkaJSNonRetriableError')
  expect(history.story('begin-transaction')).toEqual(['begin-transaction invoke', 'begin-transaction fail'])
})
