/**
 * Imports a file, line by line, and starts at its first line whenever it starts: **at least once**. Whatever was sent before a crash is sent
 * again after it; an idempotent producer does not know what its former life sent. Its twins are `import-position-before.ts` and
 * `import-position-after.ts`.
 */
import type { Context } from '../../harness/clients/context.ts'

export interface Config {
  readonly file: string
  readonly topic: string
}

export default async function start({ kafka, lines, config }: Context<Config>) {
  const producer = kafka.producer({ allowAutoTopicCreation: false, idempotent: true, maxInFlightRequests: 1 })
  await producer.connect()

  const importing = (async () => {
    for await (const order of lines(config.file)) {
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
