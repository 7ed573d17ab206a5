import { everyday } from './kinds.ts'
import type { Scenario } from './scenario.ts'
import { consumers } from './shapes/consumers.ts'

export const freshGroupFromStart: Scenario = {
  name: 'fresh-group-from-start',
  summary: 'a consumer that starts as a new group each time, at the beginning of the log',
  promise: 'at-least-once',
  faults: everyday,
  shapes: (promise, seed) =>
    consumers(
      { scenario: 'fresh-group-from-start', entry: 'ackward:apps/fresh-group', promise, seed },
      { config: { fromBeginning: true }, members: () => 1 },
    ),
}
