/**
 * `auto.offset.reset=none`, which kafkajs does not have: a group that was somewhere, and whose place is gone, neither starts over nor skips, but
 * stops until a person has looked: **at least once**, and no new log is ever taken for the old one. Its twin is `commit-after.ts`, which
 * starts over by itself.
 *
 * kafkajs takes the default for a committed offset that is missing, and for one that is out of range, and tells nobody. So each assignment
 * is compared with what was committed and with the ends of the log, before its first record is applied; and a record that is not the
 * next one is looked at likewise.
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

/** That a partition was ever committed is no effect of an order. */
const BOOKKEEPING = { from: [] }

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

  const keyOf = (partition: number) => `${config.topic}/${partition} was committed`
  const stop = (partition: number, why: string): never => {
    console.error(`${config.topic}/${partition}: ${why}; somebody has to decide where ${config.group} goes on`)
    process.exit(1)
  }

  /** The next offset of each partition since it was assigned. */
  const next = new Map<number, bigint>()
  consumer.on(consumer.events.GROUP_JOIN, () => next.clear())

  /** Where the group is in this partition; does not return if that place is gone. */
  const placeOf = async (partition: number) => {
    const ends = (await admin.fetchTopicOffsets(config.topic)).find((one) => one.partition === partition)
    if (ends === undefined) return stop(partition, 'it is gone')
    const [low, high] = [BigInt(ends.low), BigInt(ends.high)]
    const [of] = await admin.fetchOffsets({ groupId: config.group, topics: [config.topic] })
    const committed = BigInt(of?.partitions.find((one) => one.partition === partition)?.offset ?? -1)
    if (committed < 0n) {
      if (await effects.get(keyOf(partition), BOOKKEEPING)) return stop(partition, 'its committed offset is gone')
      return low
    }
    if (committed < low || committed > high) return stop(partition, `${committed} is not in ${low} to ${high}`)
    return committed
  }

  // kafkajs resolves commitOffsets() without committing anything once it is stopping, so what is in hand comes to its end first.
  let inHand = Promise.resolve()
  let stopping = false
  const oneByOne = (work: () => Promise<void>): Promise<void> => {
    if (stopping) throw new Error('stopping: this order is for whoever comes next')
    const done = work()
    inHand = done.catch(() => {})
    return done
  }

  await admin.connect()
  await consumer.connect()
  await consumer.subscribe({ topic: config.topic, fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    eachMessage: ({ topic, partition, message }) =>
      oneByOne(async () => {
        const order = JSON.parse(String(message.value)) as Order
        const offset = BigInt(message.offset)
        if (next.get(partition) !== offset) {
          const place = await placeOf(partition)
          if (place !== offset) return consumer.seek({ topic, partition, offset: String(place) })
        }
        await effects.apply(order.id, order)
        await consumer.commitOffsets([{ topic, partition, offset: String(offset + 1n) }])
        if (!next.has(partition)) await effects.upsert(keyOf(partition), true, BOOKKEEPING)
        next.set(partition, offset + 1n)
      }),
  })

  return {
    async stop() {
      stopping = true
      await inHand
      await consumer.disconnect()
      await admin.disconnect()
    },
  }
}
