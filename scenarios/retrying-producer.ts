import type { Scenario } from './scenario.ts'
import { producers } from './shapes/producers.ts'

export const retryingProducer: Scenario = {
  name: 'retrying-producer',
  summary: 'a producer that waits for all acknowledgements and retries, not idempotent',
  promise: 'at-least-once',
  faults: ['crash', 'lost-ack', 'lost-request', 'pause', 'leader-move', 'broker-restart', 'cluster-reset', 'slow-link'],
  shapes: (promise, seed) =>
    producers({ scenario: 'retrying-producer', entry: 'ackward:apps/retrying-producer', promise, seed }),
}
