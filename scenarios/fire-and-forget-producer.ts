import { everyday, resets } from './kinds.ts'
import type { Scenario } from './scenario.ts'
import { producers } from './shapes/producers.ts'

export const fireAndForgetProducer: Scenario = {
  name: 'fire-and-forget-producer',
  summary: 'a producer that waits for no acknowledgement (acks=0)',
  promise: 'at-most-once',
  faults: [...everyday, ...resets],
  shapes: (promise, seed) =>
    producers({ scenario: 'fire-and-forget-producer', entry: 'ackward:apps/fire-and-forget-producer', promise, seed }),
}
