import { everyday } from './kinds.ts'
import type { Scenario } from './scenario.ts'
import { importers } from './shapes/producers.ts'

export const importPositionBefore: Scenario = {
  name: 'import-position-before',
  summary: 'a producer that reads a file and saves its position before it sends',
  promise: 'at-most-once',
  faults: everyday,
  shapes: (promise, seed) =>
    importers({ scenario: 'import-position-before', entry: 'ackward:apps/import-position-before', promise, seed }),
}
