/**
 * Leaves commits to kafkajs, and does not wait for its own work, so that a slow database does not hold up the partition: **no guarantee**.
 * To kafkajs a handler that has returned is done: it commits what is still on its way, and a crash loses that; and what was applied
 * since the last commit is applied again. Its twin is `auto-commit.ts`.
 */
import type { Context } from '../../harness/clients/context.ts'

export interface Config {
  readonly topic: string
  readonly group: string
  readonly sessionTimeoutMs?: number
}

interface Order {
  readonly id: string
}

export default async function start({ kafka, effects, config }: Context<Config>) {
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

  const bill = async (order: Order) => {
    const price = await effects.get<number>(`price of ${order.id}`, { from: [] })
    await effects.apply(order.id, { ...order, price: price ?? 0 })
  }

  await consumer.connect()
  await consumer.subscribe({ topic: config.topic, fromBeginning: true })
  await consumer.run({
    eachMessage: async ({ message }) => {
      const order = JSON.parse(String(message.value)) as Order
      bill(order).catch((error: unknown) => console.error(`order ${order.id} was not applied`, error))
    },
  })

  return { stop: () => consumer.disconnect() }
}
