import { transactional } from './kinds.ts'
import type { Scenario } from './scenario.ts'
import { consumers } from './shapes/consumers.ts'

export const relaySideEffect: Scenario = {
  name: 'relay-side-effect',
  summary: 'a transactional consumer that also writes into its own database',
  promise: 'at-least-once',
  faults: transactional,
  shapes: (promise, seed) =>
    consumers(
      { scenario: 'relay-side-effect', entry: 'ackward:apps/relay-side-effect', promise, seed },
      { output: 'invoices' },
    ),
}
