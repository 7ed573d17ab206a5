/**
 * Sends what it is told, and takes the word of the leader alone (acks=1): **neither**. What the leader has and its followers have not goes
 * with it. On one copy there is nobody else to ask, so it takes several to see that. Its twin is `retrying-producer.ts`.
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
        await producer.send({
          topic: config.topic,
          acks: 1,
          // The header says which input the record came from; a key of one's own would do as well.
          messages: [{ key: order.key, value: JSON.stringify(order.value), headers: { 'ackward-id': order.id } }],
        })
      } catch (error) {
        // Whoever sent it is told that it failed, and the next one gets its chance.
        console.error(`order ${order.id} was not acknowledged`, error)
      }
    }
  }
  const workers = Array.from({ length: config.concurrency ?? 1 }, worker)

  return {
    // The input has ended when this is called: what was taken is sent before the connection goes.
    async stop() {
      await Promise.all(workers)
      await producer.disconnect()
    },
  }
}
