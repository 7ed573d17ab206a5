import { everyday, resets } from './kinds.ts'
import type { Scenario } from './scenario.ts'
import { consumers } from './shapes/consumers.ts'

export const checkedPosition: Scenario = {
  name: 'checked-position',
  summary: 'a consumer that keeps its position itself, and starts over when the log is another one',
  promise: 'at-least-once',
  faults: [...everyday, ...resets],
  shapes: (promise, seed) =>
    consumers({ scenario: 'checked-position', entry: 'ackward:apps/checked-position', promise, seed }),
}
