import { everyday } from './kinds.ts'
import type { Scenario } from './scenario.ts'
import { consumers } from './shapes/consumers.ts'

export const storedPosition: Scenario = {
  name: 'stored-position',
  summary: 'a consumer that keeps its position in one transaction with its effect',
  promise: 'exactly-once',
  faults: everyday,
  shapes: (promise, seed) =>
    consumers({ scenario: 'stored-position', entry: 'ackward:apps/stored-position', promise, seed }),
}
