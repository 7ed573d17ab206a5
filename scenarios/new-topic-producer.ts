import fc from 'fast-check'
import type { Scenario } from './scenario.ts'
import { producers } from './shapes/producers.ts'
import { replicated } from './shapes/replicated.ts'

export const newTopicProducer: Scenario = {
  name: 'new-topic-producer',
  summary: 'a producer that makes its topic and writes to it at once, while brokers have yet to hear of it',
  promise: 'at-least-once',
  faults: ['crash', 'lost-ack', 'leader-move', 'broker-restart', 'stale-metadata', 'controller-loss'],
  shapes: (promise, seed) =>
    fc
      .tuple(
        producers({ scenario: 'new-topic-producer', entry: 'ackward:apps/new-topic-producer', promise, seed }),
        fc.constantFrom(5, 50, 400),
      )
      .map(([shape, metadataDelayMs]) => {
        const { topology, ...rest } = replicated(shape, 3)
        return { ...rest, topology: { ...topology, metadataDelayMs } }
      }),
}
