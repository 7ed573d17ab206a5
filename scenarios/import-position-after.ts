import { everyday } from './kinds.ts'
import type { Scenario } from './scenario.ts'
import { importers } from './shapes/producers.ts'

export const importPositionAfter: Scenario = {
  name: 'import-position-after',
  summary: 'a producer that reads a file and saves its position after it has sent',
  promise: 'at-least-once',
  faults: everyday,
  shapes: (promise, seed) =>
    importers({ scenario: 'import-position-after', entry: 'ackward:apps/import-position-after', promise, seed }),
}
