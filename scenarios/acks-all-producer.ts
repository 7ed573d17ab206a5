import { replicas } from './kinds.ts'
import type { Scenario } from './scenario.ts'
import { producers } from './shapes/producers.ts'
import { replicated } from './shapes/replicated.ts'

export const acksAllProducer: Scenario = {
  name: 'acks-all-producer',
  summary: 'a producer that asks all replicas (acks=all), on three copies of which two must be in sync',
  promise: 'at-least-once',
  faults: replicas,
  shapes: (promise, seed) =>
    producers({ scenario: 'acks-all-producer', entry: 'ackward:apps/retrying-producer', promise, seed }).map((shape) =>
      replicated(shape, 3),
    ),
}
