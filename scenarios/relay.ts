import { everyday } from './kinds.ts'
import type { Scenario } from './scenario.ts'
import { consumers } from './shapes/consumers.ts'

export const relay: Scenario = {
  name: 'relay',
  summary: 'a consumer that writes into another topic and commits after',
  promise: 'at-least-once',
  faults: everyday,
  shapes: (promise, seed) =>
    consumers({ scenario: 'relay', entry: 'ackward:apps/relay', promise, seed }, { output: 'invoices' }),
}
