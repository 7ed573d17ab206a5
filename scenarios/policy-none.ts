import { everyday, resets } from './kinds.ts'
import type { Scenario } from './scenario.ts'
import { consumers } from './shapes/consumers.ts'

export const policyNone: Scenario = {
  name: 'policy-none',
  summary: 'a consumer that stops when the place of its group is gone',
  promise: 'at-least-once',
  faults: [...everyday, ...resets],
  shapes: (promise, seed) => consumers({ scenario: 'policy-none', entry: 'ackward:apps/policy-none', promise, seed }),
}
