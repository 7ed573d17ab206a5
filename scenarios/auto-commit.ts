import { everyday, resets } from './kinds.ts'
import type { Scenario } from './scenario.ts'
import { consumers } from './shapes/consumers.ts'

export const autoCommit: Scenario = {
  name: 'auto-commit',
  summary: 'a consumer that leaves commits to kafkajs and waits for its work',
  promise: 'at-least-once',
  faults: [...everyday, ...resets],
  shapes: (promise, seed) => consumers({ scenario: 'auto-commit', entry: 'ackward:apps/auto-commit', promise, seed }),
}
