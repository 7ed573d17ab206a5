import { everyday } from './kinds.ts'
import type { Scenario } from './scenario.ts'
import { importers } from './shapes/producers.ts'

export const twoImporters: Scenario = {
  name: 'two-importers',
  summary: 'two producers that read the same file',
  promise: 'at-least-once',
  faults: everyday,
  shapes: (promise, seed) =>
    importers({ scenario: 'two-importers', entry: 'ackward:apps/import-position-after', promise, seed }, 2),
}
