import { judgeEffects, repeated } from './effects.ts'
import type { Property } from './property.ts'

/**
 * No input has its effect twice, and no input that a process was told to send is in one topic twice.
 * Smallest violation: `apply m1` becomes durable, the process is killed before it commits, its next life applies m1 again.
 */
export const effectsAtMostOnce: Property = {
  name: 'effects-at-most-once',
  party: 'application',
  says: 'no input has its effect more than once',
  cannotSee:
    'a repetition under another key or verb; a second upsert of the same value, which changes nothing; two groups that are each meant to have the same effect count as a repetition',
  clauses: [repeated],
  applies: ({ promise }) => promise === 'at-most-once',
  judge: (views, trial) => judgeEffects(views, trial, { lost: false, repeated: true }),
}
