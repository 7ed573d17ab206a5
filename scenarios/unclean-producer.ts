import type { Scenario } from './scenario.ts'
import { producers } from './shapes/producers.ts'
import { replicated } from './shapes/replicated.ts'

export const uncleanProducer: Scenario = {
  name: 'unclean-producer',
  summary: 'a producer that asks all replicas, where one may be elected that was not in sync',
  promise: 'none',
  faults: ['crash', 'lost-ack', 'broker-restart', 'unclean-election'],
  shapes: (promise, seed) =>
    producers({ scenario: 'unclean-producer', entry: 'ackward:apps/retrying-producer', promise, seed }).map((shape) =>
      replicated(shape, 3),
    ),
}
