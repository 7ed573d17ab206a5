/**
 * Applies first, then commits, and leaves `fromBeginning` as kafkajs has it (false): where its group has no position yet, it starts at the
 * end of the log, and what was there before is skipped: **no guarantee**. Its twin is `commit-after.ts`.
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

  await consumer.connect()
  await consumer.subscribe({ topic: config.topic })
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
