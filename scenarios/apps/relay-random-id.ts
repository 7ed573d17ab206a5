/**
 * Reads orders and writes an invoice for each, in one transaction with its position, under a transactional id that is new at every start:
 * **at least once**. Nobody is ever shut out, neither a zombie nor a former life; and nobody waits for the transaction that a former
 * life left behind. Its twin is `relay-transactional.ts`.
 */
import { randomUUID } from 'node:crypto'
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

  const producer = kafka.producer({
    allowAutoTopicCreation: false,
    idempotent: true,
    maxInFlightRequests: 1,
    transactionalId: `${config.group}-${randomUUID()}`,
    transactionTimeout: 2 * sessionTimeout,
  })

  await producer.connect()
  await consumer.connect()
  await consumer.subscribe({ topic: config.topic, fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ topic, partition, message }) => {
      const order = JSON.parse(String(message.value)) as Order
      try {
        const transaction = await producer.transaction()
        await transaction.send({
          topic: config.output,
          // With a key: for a record without one kafkajs picks another partition at each attempt, transaction or not.
          messages: [{ key: order.id, value: JSON.stringify({ id: order.id }) }],
        })
        const offset = String(BigInt(message.offset) + 1n)
        await transaction.sendOffsets({
          consumerGroupId: config.group,
          topics: [{ topic, partitions: [{ partition, offset }] }],
        })
        await transaction.commit()
      } catch (error) {
        // Shut out, or not sure what became of it: the next life reads where the group is, and goes on from there.
        console.error(`order ${order.id} failed`, error)
        process.exit(1)
      }
    },
  })

  return {
    async stop() {
      await consumer.disconnect()
      await producer.disconnect()
    },
  }
}
