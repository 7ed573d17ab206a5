import { failovers } from './kinds.ts'
import type { Scenario } from './scenario.ts'
import { consumers } from './shapes/consumers.ts'
import { replicated } from './shapes/replicated.ts'

export const failoverGroup: Scenario = {
  name: 'failover-group',
  summary: 'a group that commits after its effects, whose coordinator goes while its members come and go',
  promise: 'at-least-once',
  faults: [...failovers, 'stop'],
  shapes: (promise, seed) =>
    consumers({ scenario: 'failover-group', entry: 'ackward:apps/commit-after', promise, seed }).map((shape) =>
      replicated(shape, 3),
    ),
}
