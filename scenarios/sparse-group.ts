import { everyday } from './kinds.ts'
import type { Scenario } from './scenario.ts'
import { consumers } from './shapes/consumers.ts'

export const sparseGroup: Scenario = {
  name: 'sparse-group',
  summary: 'a group with fewer members than partitions',
  promise: 'at-least-once',
  faults: everyday,
  shapes: (promise, seed) =>
    consumers(
      { scenario: 'sparse-group', entry: 'ackward:apps/commit-after', promise, seed },
      { members: (drawn, partitions) => Math.max(1, Math.min(drawn, partitions - 1)) },
    ),
}
