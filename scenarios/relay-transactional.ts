import { transactional } from './kinds.ts'
import type { Scenario } from './scenario.ts'
import { consumers } from './shapes/consumers.ts'

export const relayTransactional: Scenario = {
  name: 'relay-transactional',
  summary: 'a consumer that writes into another topic in one transaction with its position',
  promise: 'exactly-once',
  faults: transactional,
  shapes: (promise, seed) =>
    consumers(
      { scenario: 'relay-transactional', entry: 'ackward:apps/relay-transactional', promise, seed },
      { output: 'invoices' },
    ),
}
