/**
 * Imports a file, line by line, and saves its position after it has sent each line: **at least once**. A crash between the two sends the
 * line again. Its twin is `import-position-before.ts`.
 */
import type { Context } from '../../harness/clients/context.ts'

export interface Config {
  readonly file: string
  readonly topic: string
}

/** The position is no effect of a line. */
const BOOKKEEPING = { from: [] }

export default async function start({ kafka, lines, effects, instance, config }: Context<Config>) {
  const producer = kafka.producer({ allowAutoTopicCreation: false, idempotent: true, maxInFlightRequests: 1 })
  await producer.connect()
  const key = `position of importer ${instance} in ${config.file}`

  const importing = (async () => {
    let position = (await effects.get<number>(key, BOOKKEEPING)) ?? 0
    for await (const order of lines(config.file, position)) {
      await producer.send({
        topic: config.topic,
        acks: -1,
        messages: [{ key: order.key, value: JSON.stringify(order.value), headers: { 'ackward-id': order.id } }],
      })
      await effects.upsert(key, ++position, BOOKKEEPING)
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
