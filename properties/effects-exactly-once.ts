import { judgeEffects, lost, repeated } from './effects.ts'
import type { Property } from './property.ts'

/**
 * Both halves: no input is lost, none has its effect twice. The evidence says which half broke.
 * Smallest violation: that of either half.
 */
export const effectsExactlyOnce: Property = {
  name: 'effects-exactly-once',
  party: 'application',
  says: 'every input has its effect exactly once',
  cannotSee: 'what the two halves cannot see: see effects-at-least-once and effects-at-most-once',
  clauses: [lost, repeated],
  applies: ({ promise }) => promise === 'exactly-once',
  judge: (views, trial) => judgeEffects(views, trial, { lost: true, repeated: true }),
}
