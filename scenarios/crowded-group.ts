import { everyday } from './kinds.ts'
import type { Scenario } from './scenario.ts'
import { consumers } from './shapes/consumers.ts'

export const crowdedGroup: Scenario = {
  name: 'crowded-group',
  summary: 'a group with more members than partitions',
  promise: 'at-least-once',
  faults: everyday,
  shapes: (promise, seed) =>
    consumers(
      { scenario: 'crowded-group', entry: 'ackward:apps/commit-after', promise, seed },
      { members: (drawn, partitions) => partitions + drawn },
    ),
}
