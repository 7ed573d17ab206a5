import { transactional } from './kinds.ts'
import type { Scenario } from './scenario.ts'
import { consumers } from './shapes/consumers.ts'

export const relayRandomId: Scenario = {
  name: 'relay-random-id',
  summary: 'the same under a transactional id that is new at every start, which shuts out nobody',
  promise: 'at-least-once',
  faults: transactional,
  shapes: (promise, seed) =>
    consumers(
      { scenario: 'relay-random-id', entry: 'ackward:apps/relay-random-id', promise, seed },
      { output: 'invoices' },
    ),
}
