import { everyday, resets } from './kinds.ts'
import type { Scenario } from './scenario.ts'
import { consumers } from './shapes/consumers.ts'

export const trustedPosition: Scenario = {
  name: 'trusted-position',
  summary: 'a consumer that keeps its position itself, and takes it for good in a log that starts again',
  promise: 'at-least-once',
  faults: [...everyday, ...resets],
  shapes: (promise, seed) =>
    consumers({ scenario: 'trusted-position', entry: 'ackward:apps/stored-position', promise, seed }),
}
