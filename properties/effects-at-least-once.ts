import { judgeEffects, lost } from './effects.ts'
import type { Property } from './property.ts'

/**
 * No input is lost. An input from a topic needs an effect (or, in an application that writes instead, a record in another topic); an
 * input handed to a process needs a record in the log once the process has acknowledged it (`outcomes/produced.ts` says when it has).
 * Smallest violation: m1 is written to orders/0@0, its handler throws and is swallowed, the group commits 1, the run comes to rest.
 */
export const effectsAtLeastOnce: Property = {
  name: 'effects-at-least-once',
  party: 'application',
  says: 'every input has its effect at least once',
  cannotSee:
    'an input that is meant to have no effect (filtered away) counts as lost; an input with two effects of which one is missing does not. Several groups over one topic are not told apart: one effect is enough',
  clauses: [lost],
  applies: ({ promise }) => promise === 'at-least-once',
  judge: (views, trial) => judgeEffects(views, trial, { lost: true, repeated: false }),
}
