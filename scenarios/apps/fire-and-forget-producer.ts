/**
 * Sends what it is told without waiting for any acknowledgement (acks=0): **at most once**. Nothing is ever sent again, and what is lost on
 * the way is lost without a word. Its twin is `retrying-producer.ts`.
 */
import type { Context } from '../../harness/clients/context.ts'

export interface Config {
  readonly topic: string
  /** How many inputs are served at a time, as a web service serves its requests. */
  readonly concurrency?: number
}

export default async function start({ kafka, input, config }: Context<Config>) {
  const producer = kafka.producer({ allowAutoTopicCreation: false })
  await producer.connect()

  const worker = async () => {
    for await (const order of input) {
      try {
        // Resolves as soon as it was written to the socket: it says nothing about the broker.
        await producer.send({
          topic: config.topic,
          acks: 0,
          messages: [{ key: order.key, value: JSON.stringify(order.value), headers: { 'ackward-id': order.id } }],
        })
      } catch (error) {
        console.error(`order ${order.id} was not sent`, error)
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
