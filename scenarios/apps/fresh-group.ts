/**
 * Takes a new group id at every start, as caches do that want to see every record: whatever was handled before is handled again, or, from
 * the end of the log on, whatever came in between is skipped. With `fromBeginning` **at least once**, without it **no guarantee**. Its twin is
 * `commit-after.ts`, whose group outlives it.
 */
import type { Context } from '../../harness/clients/context.ts'

export interface Config {
  readonly topic: string
  readonly group: string
  readonly fromBeginning: boolean
  readonly sessionTimeoutMs?: number
}

interface Order {
  readonly id: string
}

export default async function start({ kafka, effects, config }: Context<Config>) {
  const sessionTimeout = config.sessionTimeoutMs ?? 6_000
  const consumer = kafka.consumer({
    groupId: `${config.group}-${Date.now()}`,
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

  await consumer.connect()
  await consumer.subscribe({ topic: config.topic, fromBeginning: config.fromBeginning })
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ topic, partition, message }) => {
      const order = JSON.parse(String(message.value)) as Order
      await effects.apply(order.id, order)
      await consumer.commitOffsets([{ topic, partition, offset: String(BigInt(message.offset) + 1n) }])
    },
  })

  return { stop: () => consumer.disconnect() }
}
