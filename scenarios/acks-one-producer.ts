import { replicas } from './kinds.ts'
import type { Scenario } from './scenario.ts'
import { producers } from './shapes/producers.ts'
import { replicated } from './shapes/replicated.ts'

export const acksOneProducer: Scenario = {
  name: 'acks-one-producer',
  summary: 'a producer that asks the leader alone (acks=1), on three copies',
  promise: 'none',
  faults: replicas,
  shapes: (promise, seed) =>
    producers({ scenario: 'acks-one-producer', entry: 'ackward:apps/acks-one-producer', promise, seed }).map((shape) =>
      replicated(shape, 3),
    ),
}
