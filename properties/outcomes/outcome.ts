/**
 * What became of the inputs of a run, before anybody says what was promised: the three effect properties and the guarantee that is
 * inferred over many runs look at the same facts.
 */
import type { Trial } from '../property.ts'
import type { Fault } from '../verdicts.ts'
import type { Views } from '../views.ts'
import { consumed } from './consumed.ts'
import { produced } from './produced.ts'
import { repeatedDeeds } from './repeated.ts'

export interface Outcomes {
  /** Inputs that came to nothing, and nothing can bring them back. */
  readonly lost: readonly Fault[]
  /** Inputs whose effect happened more than once. */
  readonly repeated: readonly Fault[]
  /** Lost, but by something that no application can be asked to survive. */
  readonly excused: readonly (Fault & { readonly by: string })[]
  /** Without an effect, and it may still come: why nothing is claimed of them. */
  readonly open: readonly { readonly message: string; readonly why: string }[]
}

export interface Losses extends Omit<Outcomes, 'repeated'> {
  readonly lost: Fault[]
  readonly excused: (Fault & { readonly by: string })[]
  readonly open: { readonly message: string; readonly why: string }[]
}

/** Asked for by each of the effect properties. */
const known = new WeakMap<Views, { readonly plan: Trial['plan']; readonly outcomes: Outcomes }>()

export function outcomesOf(views: Views, trial: Trial): Outcomes {
  const before = known.get(views)
  if (before?.plan === trial.plan) return before.outcomes
  const outcomes = outcomesIn(views, trial)
  known.set(views, { plan: trial.plan, outcomes })
  return outcomes
}

function outcomesIn(views: Views, trial: Trial): Outcomes {
  const losses: Losses = { lost: [], excused: [], open: [] }
  consumed(views, losses)
  const repeatedRecords = produced(views, trial, losses)
  return { ...losses, repeated: [...repeatedDeeds(views), ...repeatedRecords] }
}
