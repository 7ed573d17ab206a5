import { everyday } from './kinds.ts'
import type { Scenario } from './scenario.ts'
import { consumers } from './shapes/consumers.ts'

export const fromTheEnd: Scenario = {
  name: 'from-the-end',
  summary: 'a consumer that starts at the end of the log where its group has no position',
  promise: 'none',
  faults: everyday,
  shapes: (promise, seed) => consumers({ scenario: 'from-the-end', entry: 'ackward:apps/from-the-end', promise, seed }),
}
