/**
 * Imports a file, line by line, and saves its position before it sends each line: **at most once**. A crash between the two skips the line.
 * Its twin is `import-position-after.ts`.
 */
import type { Context } from '../../harness/clients/context.ts'

export interface Config {
  readonly file: string
  readonly topic: string
}

/** The position is no effect of a line. */
const BOOKKEEPING = { from: [] }

export default async function start({ kafka, lines, effects, config }: Context<Config>) {
  const producer = kafka.producer({ allowAutoTopicCreation: false, idempotent: true, maxInFlightRequests: 1 })
  await producer.connect()
  const key = `position in ${config.file}`

  const importing = (async () => {
    let position = (await effects.get<number>(key, BOOKKEEPING)) ?? 0
    for await (const order of lines(config.file, position)) {
      // In one step, so that of two instances only one gets the line: the other's transaction fails with code 40001.
      const next = ++position
      await effects.transaction(async (tx) => {
        if (((await tx.get<number>(key, BOOKKEEPING)) ?? 0) >= next) throw new Error(`line ${next} is taken`)
        await tx.upsert(key, next, BOOKKEEPING)
      })
      await producer.send({
        topic: config.topic,
        acks: -1,
        messages: [{ key: order.key, value: JSON.stringify(order.value), headers: { 'ackward-id': order.id } }],
      })
    }
  })()
  // A send that failed for good: the process ends, and its next life tries again.
  importing.catch((error: unknown) => {
    console.error(`the import of ${config.file} failed`, error)
    process.exit(1)
  })

  return {
    async stop() {
      await importing
      await producer.disconnect()
    },
  }
}
