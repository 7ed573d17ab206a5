/** The same consumer with the two steps in the other order. */
import type { Kafka } from 'kafkajs'

export interface Order {
  readonly id: string
  readonly amount: number
}

/** Books the order, then commits the offset: what was booked but not committed is booked again. */
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
      await book(order)
      await consumer.commitOffsets([{ topic, partition, offset: String(BigInt(message.offset) + 1n) }])
    },
  })
  return { stop: () => consumer.disconnect() }
}
