import { failovers } from './kinds.ts'
import type { Scenario } from './scenario.ts'
import { consumers } from './shapes/consumers.ts'
import { replicated } from './shapes/replicated.ts'

export const failoverRelay: Scenario = {
  name: 'failover-relay',
  summary: 'a consumer that writes in one transaction with its position, whose coordinators go in the middle of it',
  promise: 'exactly-once',
  faults: [...failovers, 'slow-markers'],
  shapes: (promise, seed) =>
    consumers(
      { scenario: 'failover-relay', entry: 'ackward:apps/relay-transactional', promise, seed },
      { output: 'invoices' },
    ).map((shape) => replicated(shape, 3)),
}
