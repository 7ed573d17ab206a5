/**
 * Keeps its position in its own database, in one transaction with the effect, and remembers what it is a position in: which cluster, and the
 * record just before. When these are no longer there (the cluster is another one, the topic was made anew, a broker came back empty),
 * the log is another log, and it is read from its beginning: **at least once**. Its twin is `stored-position.ts`, which takes the new log's
 * records for done.
 *
 * kafkajs has no topic ids, and on an offset that is out of range it starts over by itself and tells nobody. So a position is checked
 * against the ends of the log, and the record before it is read again, as the only proof that this is still the same log. What no
 * application can see: a topic that is made anew, and longer than the position before kafkajs fetches again. kafkajs then goes on in the
 * middle of the new log.
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

interface Position {
  readonly cluster: string
  /** The next offset. */
  readonly next: string
  /** When the record before it was written; '' where there was none. */
  readonly before: string
}

/** A position is no effect of an order. */
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

  const keyOf = (partition: number) => `${config.topic}/${partition}`
  const endsOf = async (partition: number) => {
    const ends = (await admin.fetchTopicOffsets(config.topic)).find((one) => one.partition === partition)
    if (ends === undefined) throw new Error(`${keyOf(partition)} is not there`)
    return { low: BigInt(ends.low), high: BigInt(ends.high) }
  }
  /** By partition: the cluster that it was looked for in, and the position that is still to be proven. */
  const checked = new Map<number, { readonly cluster: string; readonly unproven?: Position }>()

  /** Goes to where the partition was left, or to the beginning where that place is gone. */
  const locate = async (partition: number) => {
    const { clusterId: cluster } = await admin.describeCluster()
    const { low, high } = await endsOf(partition)
    const left = await effects.get<Position>(keyOf(partition), BOOKKEEPING)
    const next = BigInt(left?.next ?? -1)
    if (left === undefined || left.cluster !== cluster || left.before === '' || next > high || next <= low) {
      await startOver(partition, cluster, left)
    } else {
      checked.set(partition, { cluster, unproven: left })
      consumer.seek({ topic: config.topic, partition, offset: String(next - 1n) })
    }
  }

  /** `gone` is the position that was found to lead nowhere. */
  const startOver = async (partition: number, cluster: string, gone: Position | undefined) => {
    const { low } = await endsOf(partition)
    if (gone !== undefined && gone.next !== String(low))
      console.error(`${keyOf(partition)} starts over: ${gone.next} is gone`)
    await effects.transaction(async (tx) => {
      const left = await tx.get<Position>(keyOf(partition), BOOKKEEPING)
      // Otherwise another member has been here already, and gone on.
      if (left?.cluster === gone?.cluster && left?.next === gone?.next && left?.before === gone?.before)
        await tx.upsert(keyOf(partition), { cluster, next: String(low), before: '' }, BOOKKEEPING)
    })
    checked.set(partition, { cluster })
    consumer.seek({ topic: config.topic, partition, offset: String(low) })
  }

  consumer.on(consumer.events.GROUP_JOIN, () => checked.clear())

  await admin.connect()
  await consumer.connect()
  await consumer.subscribe({ topic: config.topic, fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ partition, message }) => {
      const known = checked.get(partition)
      // The first record of an assignment is where kafkajs chose to begin; where to go on is ours to say.
      if (known === undefined) return locate(partition)
      const { cluster, unproven } = known
      if (unproven !== undefined && message.offset === String(BigInt(unproven.next) - 1n)) {
        if (message.timestamp !== unproven.before) return startOver(partition, cluster, unproven)
        checked.set(partition, { cluster })
        return
      }
      const order = JSON.parse(String(message.value)) as Order
      const asExpected = await effects.transaction(async (tx) => {
        const left = await tx.get<Position>(keyOf(partition), BOOKKEEPING)
        if (left?.cluster !== cluster || BigInt(message.offset) < BigInt(left.next)) return false
        await tx.apply(order.id, order)
        const next = String(BigInt(message.offset) + 1n)
        await tx.upsert(keyOf(partition), { cluster, next, before: message.timestamp }, BOOKKEEPING)
        return true
      })
      // Done before, or another log: the position is to be looked for again.
      if (!asExpected) await locate(partition)
    },
  })

  return {
    async stop() {
      await consumer.disconnect()
      await admin.disconnect()
    },
  }
}
