/** The payments service, as it is deployed: `node main.js`, configured by its environment. It knows nothing of ackward. */
import { Kafka, logLevel } from 'kafkajs'
import { ledger, type Payment } from './ledger.js'

const { KAFKA_BROKERS = 'localhost:9092', KAFKA_GROUP = 'payments' } = process.env

const kafka = new Kafka({ clientId: 'payments', brokers: KAFKA_BROKERS.split(','), logLevel: logLevel.ERROR })
const consumer = kafka.consumer({ groupId: KAFKA_GROUP, sessionTimeout: 6_000, heartbeatInterval: 1_000 })
const pending = new Set<Promise<void>>()

async function handle(payment: Payment): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ledger.book(payment)
    } catch (error) {
      console.error(`payment ${payment.id} was not booked in attempt ${attempt}`, error)
      await new Promise((resolve) => setTimeout(resolve, 100 * attempt))
    }
  }
}

async function shutDown(): Promise<void> {
  await consumer.disconnect()
  await Promise.all(pending)
  process.exit(0)
}
process.once('SIGTERM', () => void shutDown())

consumer.on(consumer.events.CRASH, ({ payload }) => {
  if (!payload.restart) process.exit(1)
})

await consumer.connect()
await consumer.subscribe({ topics: ['payments'], fromBeginning: true })
await consumer.run({
  eachMessage: async ({ message }) => {
    // The ledger is slow, and the next message need not wait for it. A shutdown waits for all that are on their way.
    const work = handle(JSON.parse(String(message.value)))
    pending.add(work)
    void work.finally(() => pending.delete(work))
  },
})
