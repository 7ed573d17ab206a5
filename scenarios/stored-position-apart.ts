import { everyday } from './kinds.ts'
import type { Scenario } from './scenario.ts'
import { consumers } from './shapes/consumers.ts'

export const storedPositionApart: Scenario = {
  name: 'stored-position-apart',
  summary: 'a consumer that keeps its position itself, and moves it after its effect',
  promise: 'at-least-once',
  faults: everyday,
  shapes: (promise, seed) =>
    consumers({ scenario: 'stored-position-apart', entry: 'ackward:apps/stored-position-apart', promise, seed }),
}
