/**
 * The adapter for kafkajs 2.2.4: the same module, whose producers and consumers also write into the history what they were asked and
 * what they promised. The client itself is not touched, and the application cannot tell: same objects, same arguments, same results,
 * same errors, same `this`; nothing waits for anything new. Two things give it away to whoever looks for them: promises of the client's
 * methods settle one microtask later, and kafkajs numbers an instrumentation event when anybody listens, so `event.id` has gaps.
 *
 * Not seen: whoever requires `kafkajs/src/…`, and what kafkajs does without telling its application.
 */
import type {
  Admin,
  AdminConfig,
  Consumer,
  ConsumerConfig,
  Kafka,
  KafkaConfig,
  Producer,
  ProducerConfig,
} from 'kafkajs'
import type { Recorder } from '../sim/port.ts'
import { recordAdmin } from './kafkajs-admin.ts'
import { recordConsumer } from './kafkajs-consumer.ts'
import { learnGeneration } from './kafkajs-generation.ts'
import { recordProducer } from './kafkajs-producer.ts'

type Module = typeof import('kafkajs')

/** How many of each one process has made so far; it goes with the recorder, which lives as long as the process. */
interface Numbers {
  producers: number
  consumers: number
  admins: number
}
const numbersOf = new WeakMap<Recorder, Numbers>()

/** A symbol, as kafkajs does it, and no private field: applications may wrap their Kafka in a Proxy. */
const RECORDER = Symbol('ackward:recorder')

/**
 * `recorderOf` is asked once for every `new Kafka()`: an instance goes on writing in the name of the process that made it, also when
 * these exports are used again for another process.
 */
export function instrumentKafkajs(real: Module, recorderOf: () => Recorder): Module {
  // Named as kafkajs names it.
  class Client extends real.Kafka {
    readonly [RECORDER]: Recorder

    constructor(config: KafkaConfig) {
      super(config)
      this[RECORDER] = recorderOf()
    }

    override producer(config?: ProducerConfig): Producer {
      const recorder = this[RECORDER]
      const producer = super.producer(config)
      const transactionalId = String(config?.transactionalId ?? '')
      return recordProducer(producer, { recorder, producer: ++numbers(recorder).producers, transactionalId })
    }

    override consumer(config: ConsumerConfig): Consumer {
      const recorder = this[RECORDER]
      const generation = learnGeneration(config, real.PartitionAssigners.roundRobin)
      const consumer = super.consumer(generation.config)
      return recordConsumer(consumer, {
        recorder,
        consumer: ++numbers(recorder).consumers,
        group: config.groupId,
        readUncommitted: config.readUncommitted === true,
        generationOf: generation.of,
      })
    }

    override admin(config?: AdminConfig): Admin {
      const recorder = this[RECORDER]
      return recordAdmin(super.admin(config), recorder, `admin-${++numbers(recorder).admins}`)
    }
  }
  return { ...real, Kafka: Client as unknown as typeof Kafka }
}

function numbers(recorder: Recorder): Numbers {
  let found = numbersOf.get(recorder)
  if (found === undefined) numbersOf.set(recorder, (found = { producers: 0, consumers: 0, admins: 0 }))
  return found
}
