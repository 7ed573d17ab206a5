import type { Scenario } from './scenario.ts'
import { consumers } from './shapes/consumers.ts'

export const commitBefore: Scenario = {
  name: 'commit-before',
  summary: 'a consumer that commits each offset first and applies its effect after',
  promise: 'at-most-once',
  faults: ['crash', 'lost-ack', 'lost-request', 'pause', 'leader-move', 'broker-restart', 'cluster-reset', 'slow-link'],
  shapes: (promise, seed) =>
    consumers({ scenario: 'commit-before', entry: 'ackward:apps/commit-before', promise, seed }),
}
