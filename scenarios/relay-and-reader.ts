import { transactional } from './kinds.ts'
import type { Scenario } from './scenario.ts'
import { consumers } from './shapes/consumers.ts'

export const relayAndReader: Scenario = {
  name: 'relay-and-reader',
  summary:
    'relay-transactional, and who reads what was committed and keeps its position in one transaction with its effect',
  promise: 'exactly-once',
  faults: transactional,
  shapes: (promise, seed) =>
    consumers(
      { scenario: 'relay-and-reader', entry: 'ackward:apps/relay-transactional', promise, seed },
      { output: 'invoices', reader: 'ackward:apps/stored-position' },
    ),
}
