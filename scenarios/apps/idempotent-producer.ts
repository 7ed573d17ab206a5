/**
 * Sends what it is told through an idempotent producer: a record is stored **exactly once**, however often kafkajs has to try. That is
 * the promise; an error still leaves open whether it was stored. Its twin is `retrying-producer.ts`.
 */
import type { Context } from '../../harness/clients/context.ts'

export interface Config {
  readonly topic: string
  /** How many inputs are served at a time, as a web service serves its requests. */
  readonly concurrency?: number
}

export default async function start({ kafka, input, config }: Context<Config>) {
  // As kafkajs' documentation has it: one request in flight per connection, so that a retry cannot overtake.
  const producer = kafka.producer({ allowAutoTopicCreation: false, idempotent: true, maxInFlightRequests: 1 })
  await producer.connect()

  const worker = async () => {
    for await (const order of input) {
      try {
        await producer.send({
          topic: config.topic,
          acks: -1,
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
