/** A team's consumer, as it runs in production. */
import type { Kafka } from 'kafkajs'

export interface Order {
  readonly id: string
  readonly amount: number
}

/** Commits the offset, then books the order. */
export async function startOrdersConsumer(kafka: Kafka, book: (order: Order) => Promise<void>) {
  const consumer = kafka.consumer({
    groupId: 'orders',
    sessionTimeout: 6_000,
    heartbeatInterval: 1_000,
    maxWaitTimeInMs: 500,
  })
  await consumer.connect()
  await consumer.subscribe({ topic: 'orders', fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ topic, partition, message }) => {
      const order: Order = JSON.parse(String(message.value))
      await consumer.commitOffsets([{ topic, partition, offset: String(BigInt(message.offset) + 1n) }])
      await book(order)
    },
  })
  return { stop: () => consumer.disconnect() }
}
