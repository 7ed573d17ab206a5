import { everyday, resets } from './kinds.ts'
import type { Scenario } from './scenario.ts'
import { consumers } from './shapes/consumers.ts'

export const autoCommitUnawaited: Scenario = {
  name: 'auto-commit-unawaited',
  summary: 'a consumer that leaves commits to kafkajs and does not wait for its work',
  promise: 'none',
  faults: [...everyday, ...resets],
  shapes: (promise, seed) =>
    consumers({ scenario: 'auto-commit-unawaited', entry: 'ackward:apps/auto-commit-unawaited', promise, seed }),
}
