/**
 * Reads orders and writes an invoice for each, in one transaction with its position, and books it in its own database on the way: **at least
 * once**. The transaction takes back the invoice when it is aborted, and leaves what was booked, so it is booked again. Its twin is
 * `relay-transactional.ts`.
 */
import type { Producer } from 'kafkajs'
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

export default async function start({ kafka, effects, config }: Context<Config>) {
  const sessionTimeout = config.sessionTimeoutMs ?? 6_000
  const admin = kafka.admin()
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

  const producers = new Map<number, Producer>()
  // What was claimed in one generation says nothing in the next: another member may have had the partition in between.
  const release = async () => {
    const old = [...producers.values()]
    producers.clear()
    for (const producer of old) await producer.disconnect()
  }
  consumer.on(consumer.events.GROUP_JOIN, release)

  /** Shuts out whoever had the partition, waits for its last transaction, and only then looks where the group is. */
  const claim = async (partition: number) => {
    const producer = kafka.producer({
      allowAutoTopicCreation: false,
      idempotent: true,
      maxInFlightRequests: 1,
      transactionalId: `${config.group}-${config.topic}-${partition}`,
      transactionTimeout: 2 * sessionTimeout,
    })
    await producer.connect()
    // kafkajs asks for its producer id, and with it shuts others out, when its first transaction begins.
    await (await producer.transaction()).abort()
    const [of] = await admin.fetchOffsets({ groupId: config.group, topics: [config.topic] })
    const committed = of?.partitions.find((one) => one.partition === partition)?.offset ?? '-1'
    return { producer, offset: committed === '-1' ? '0' : committed }
  }

  await admin.connect()
  await consumer.connect()
  await consumer.subscribe({ topic: config.topic, fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ topic, partition, message }) => {
      let producer = producers.get(partition)
      if (producer === undefined) {
        const claimed = await claim(partition)
        producers.set(partition, (producer = claimed.producer))
        if (claimed.offset !== message.offset) return consumer.seek({ topic, partition, offset: claimed.offset })
      }
      const order = JSON.parse(String(message.value)) as Order
      try {
        const transaction = await producer.transaction()
        await transaction.send({
          topic: config.output,
          // With a key: for a record without one kafkajs picks another partition at each attempt, transaction or not.
          messages: [{ key: order.id, value: JSON.stringify({ id: order.id }) }],
        })
        await effects.apply(order.id, order)
        const offset = String(BigInt(message.offset) + 1n)
        await transaction.sendOffsets({
          consumerGroupId: config.group,
          topics: [{ topic, partitions: [{ partition, offset }] }],
        })
        await transaction.commit()
      } catch (error) {
        // Shut out, or not sure what became of it: the next life claims the partition, and finds out where the group is.
        console.error(`order ${order.id} failed`, error)
        process.exit(1)
      }
    },
  })

  return {
    async stop() {
      await consumer.disconnect()
      await release()
      await admin.disconnect()
    },
  }
}
