/** The service with the mistake mended: a message is over when its payment is booked, and only then may its offset be committed. */
import { Kafka, logLevel } from 'kafkajs'
import { ledger, type Payment } from './ledger.js'

const { KAFKA_BROKERS = 'localhost:9092', KAFKA_GROUP = 'payments' } = process.env

const kafka = new Kafka({ clientId: 'payments', brokers: KAFKA_BROKERS.split(','), logLevel: logLevel.ERROR })
const consumer = kafka.consumer({ groupId: KAFKA_GROUP, sessionTimeout: 6_000, heartbeatInterval: 1_000 })

async function shutDown(): Promise<void> {
  await consumer.disconnect()
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
    const payment: Payment = JSON.parse(String(message.value))
    // What fails here is thrown on: kafkajs hands out the message again.
    await ledger.book(payment)
  },
})
