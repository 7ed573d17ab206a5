/**
 * Reads orders, writes an invoice for each, then commits its position: **at least once**. A crash between the two writes the invoice again;
 * an idempotent producer doesn't help, as to it that is another message. Its twin is `relay-transactional.ts`.
 */
import type { Context } from '../../harness/clients/context.ts'

export interface Config {
  readonly topic: string
  readonly output: string
  readonly group: string
  readonly sessionTimeoutMs?: number
}

interface Order {
  readonly id: string
}

export default async function start({ kafka, config }: Context<Config>) {
  const producer = kafka.producer({ allowAutoTopicCreation: false, idempotent: true, maxInFlightRequests: 1 })
  const sessionTimeout = config.sessionTimeoutMs ?? 6_000
  const consumer = kafka.consumer({
    groupId: config.group,
    sessionTimeout,
    rebalanceTimeout: 2 * sessionTimeout,
    heartbeatInterval: Math.floor(sessionTimeout / 3),
    // kafkajs sends a heartbeat between two fetches: a fetch that waits longer than a session costs the membership.
    maxWaitTimeInMs: Math.floor(sessionTimeout / 6),
  })

  // kafkajs starts its consumer again by itself, but not after an error that it takes for final: then this process ends, and its
  // supervisor starts a new one.
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    if (!payload.restart) process.exit(1)
  })

  await producer.connect()
  await consumer.connect()
  await consumer.subscribe({ topic: config.topic, fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ topic, partition, message }) => {
      const order = JSON.parse(String(message.value)) as Order
      await producer.send({
        topic: config.output,
        acks: -1,
        // With a key: for a record without one kafkajs picks another partition at each attempt, transaction or not.
        messages: [{ key: order.id, value: JSON.stringify({ id: order.id }) }],
      })
      await consumer.commitOffsets([{ topic, partition, offset: String(BigInt(message.offset) + 1n) }])
    },
  })

  return {
    async stop() {
      await consumer.disconnect()
      await producer.disconnect()
    },
  }
}
