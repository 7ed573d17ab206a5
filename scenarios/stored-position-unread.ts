import { everyday } from './kinds.ts'
import type { Scenario } from './scenario.ts'
import { consumers } from './shapes/consumers.ts'

export const storedPositionUnread: Scenario = {
  name: 'stored-position-unread',
  summary: 'a consumer that moves its position with its effect, and reads it only on assignment',
  promise: 'at-least-once',
  faults: everyday,
  shapes: (promise, seed) =>
    consumers({ scenario: 'stored-position-unread', entry: 'ackward:apps/stored-position-unread', promise, seed }),
}
