/**
 * Keeps its position in its own database, in one transaction with the effect: **exactly once**. The transaction reads the position before it
 * moves it, so a zombie, whose partition went on without it, finds its order done or is refused. Kafka's committed offsets are not
 * used. Its twins are `stored-position-apart.ts` and `stored-position-unread.ts`.
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

/** A position is no effect of an order. */
const BOOKKEEPING = { from: [] }

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

  // A partition comes with the position of whoever had it before.
  consumer.on(consumer.events.GROUP_JOIN, async ({ payload }) => {
    for (const partition of payload.memberAssignment[config.topic] ?? []) {
      const offset = await effects.get<string>(`${config.topic}/${partition}`, BOOKKEEPING)
      if (offset !== undefined) consumer.seek({ topic: config.topic, partition, offset })
    }
  })

  await consumer.connect()
  await consumer.subscribe({ topic: config.topic, fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ topic, partition, message }) => {
      const order = JSON.parse(String(message.value)) as Order
      const position = `${topic}/${partition}`
      // A transaction that lost against another one (code 40001) is thrown on: kafkajs hands out the order again.
      await effects.transaction(async (tx) => {
        const next = await tx.get<string>(position, BOOKKEEPING)
        if (next !== undefined && BigInt(message.offset) < BigInt(next)) return
        await tx.apply(order.id, order)
        await tx.upsert(position, String(BigInt(message.offset) + 1n), BOOKKEEPING)
      })
    },
  })

  return { stop: () => consumer.disconnect() }
}
