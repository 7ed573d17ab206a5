import { everyday } from './kinds.ts'
import type { Scenario } from './scenario.ts'
import { consumers } from './shapes/consumers.ts'

export const policyNone: Scenario = {
  name: 'policy-none',
  summary: 'a consumer that stops when the place of its group is gone',
  promise: 'at-least-once',
  // No resets: there it stops and waits for a person, so nothing can be said of what it has not handled.
  faults: everyday,
  shapes: (promise, seed) => consumers({ scenario: 'policy-none', entry: 'ackward:apps/policy-none', promise, seed }),
}
