import type { Scenario } from './scenario.ts'
import { producers } from './shapes/producers.ts'

export const idempotentProducer: Scenario = {
  name: 'idempotent-producer',
  summary: 'an idempotent producer',
  promise: 'exactly-once',
  faults: ['crash', 'lost-ack', 'lost-request', 'pause', 'leader-move', 'broker-restart', 'cluster-reset', 'slow-link'],
  shapes: (promise, seed) =>
    producers({ scenario: 'idempotent-producer', entry: 'ackward:apps/idempotent-producer', promise, seed }),
}
