import type { Scenario } from './scenario.ts'
import { consumers } from './shapes/consumers.ts'
import { replicated } from './shapes/replicated.ts'

export const uncleanReader: Scenario = {
  name: 'unclean-reader',
  summary: 'a consumer that commits after its effects, of a log that an unclean election cuts off behind its position',
  promise: 'at-least-once',
  faults: ['crash', 'leader-move', 'unclean-election'],
  shapes: (promise, seed) =>
    consumers({ scenario: 'unclean-reader', entry: 'ackward:apps/commit-after', promise, seed }).map((shape) =>
      replicated(shape, 3),
    ),
}
