/**
 * An idempotent producer, and a loop around it that calls `send()` again when it fails: **at least once**. Idempotence covers the attempts
 * within one call of `send()`; a second call is a second message, and the first one may have been stored. Its twin is
 * `idempotent-producer.ts`.
 */
import type { Context } from '../../harness/clients/context.ts'

export interface Config {
  readonly topic: string
  /** How many inputs are served at a time, as a web service serves its requests. */
  readonly concurrency?: number
}

const TRIES = 5

export default async function start({ kafka, input, config }: Context<Config>) {
  const producer = kafka.producer({
    allowAutoTopicCreation: false,
    idempotent: true,
    maxInFlightRequests: 1,
    // Its callers wait: rather fail soon, and decide here what to do about it.
    retry: { retries: 1, initialRetryTime: 100 },
  })
  await producer.connect()

  const worker = async () => {
    for await (const order of input) {
      for (let tried = 1; tried <= TRIES; tried++) {
        try {
          await producer.send({
            topic: config.topic,
            acks: -1,
            messages: [{ key: order.key, value: JSON.stringify(order.value), headers: { 'ackward-id': order.id } }],
          })
          break
        } catch (error) {
          // "It is idempotent, so sending it once more does no harm."
          console.error(`order ${order.id} failed ${tried} times`, error)
        }
      }
    }
  }
  const workers = Array.from({ length: config.concurrency ?? 1 }, worker)

  return {
    async stop() {
      await Promise.all(workers)
      await producer.disconnect()
    },
  }
}
