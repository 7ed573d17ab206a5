import { everyday } from './kinds.ts'
import type { Scenario } from './scenario.ts'
import { consumers } from './shapes/consumers.ts'

export const freshGroupFromEnd: Scenario = {
  name: 'fresh-group-from-end',
  summary: 'a consumer that starts as a new group each time, at the end of the log',
  promise: 'none',
  faults: everyday,
  shapes: (promise, seed) =>
    consumers(
      { scenario: 'fresh-group-from-end', entry: 'ackward:apps/fresh-group', promise, seed },
      { config: { fromBeginning: false }, members: () => 1 },
    ),
}
