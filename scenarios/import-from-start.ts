import { everyday } from './kinds.ts'
import type { Scenario } from './scenario.ts'
import { importers } from './shapes/producers.ts'

export const importFromStart: Scenario = {
  name: 'import-from-start',
  summary: 'a producer that reads a file and starts again at its beginning',
  promise: 'at-least-once',
  faults: everyday,
  shapes: (promise, seed) =>
    importers({ scenario: 'import-from-start', entry: 'ackward:apps/import-from-start', promise, seed }),
}
