import { everyday, resets } from './kinds.ts'
import type { Scenario } from './scenario.ts'
import { producers } from './shapes/producers.ts'

export const resendingProducer: Scenario = {
  name: 'resending-producer',
  summary: 'an idempotent producer whose application calls send() again after an error',
  promise: 'at-least-once',
  faults: [...everyday, ...resets],
  shapes: (promise, seed) =>
    producers({ scenario: 'resending-producer', entry: 'ackward:apps/resending-producer', promise, seed }),
}
