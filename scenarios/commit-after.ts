import type { Scenario } from './scenario.ts'
import { consumers } from './shapes/consumers.ts'

export const commitAfter: Scenario = {
  name: 'commit-after',
  summary: 'a consumer that applies each effect first and commits its offset after',
  promise: 'at-least-once',
  faults: ['crash', 'lost-ack', 'lost-request', 'pause', 'leader-move', 'broker-restart', 'cluster-reset', 'slow-link'],
  shapes: (promise, seed) => consumers({ scenario: 'commit-after', entry: 'ackward:apps/commit-after', promise, seed }),
}
