/**
 * Makes a topic of its own, as one for each tenant, and sends what it is told to it: **at least once**. Brokers hear of a topic one after the
 * other, so that one of them may not know yet what another has just made. kafkajs asks such a broker for the leaders of the topic
 * (`waitForLeaders`, its default), and then rejects what has succeeded: so it is not let wait. What it sends next it sends again.
 */
import type { Context } from '../../harness/clients/context.ts'

export interface Config {
  readonly topic: string
}

export default async function start({ kafka, input, config }: Context<Config>) {
  const topic = `${config.topic}-eu`
  const admin = kafka.admin()
  await admin.connect()
  // False, and no error, where a former life has made it.
  await admin.createTopics({ topics: [{ topic, numPartitions: 2 }], waitForLeaders: false })
  await admin.disconnect()

  const producer = kafka.producer({ allowAutoTopicCreation: false })
  await producer.connect()
  const work = async () => {
    for await (const order of input) {
      try {
        await producer.send({
          topic,
          acks: -1,
          messages: [{ key: order.key, value: JSON.stringify(order.value), headers: { 'ackward-id': order.id } }],
        })
      } catch (error) {
        console.error(`order ${order.id} was not acknowledged`, error)
      }
    }
  }
  const working = work()

  return {
    async stop() {
      await working
      await producer.disconnect()
    },
  }
}
