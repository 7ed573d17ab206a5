import { transactional } from './kinds.ts'
import type { Scenario } from './scenario.ts'
import { consumers } from './shapes/consumers.ts'

export const relayInstanceId: Scenario = {
  name: 'relay-instance-id',
  summary: 'the same under a transactional id of its instance, which shuts out no other instance',
  promise: 'at-least-once',
  faults: transactional,
  shapes: (promise, seed) =>
    consumers(
      { scenario: 'relay-instance-id', entry: 'ackward:apps/relay-instance-id', promise, seed },
      { output: 'invoices' },
    ),
}
