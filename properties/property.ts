/**
 * One guarantee, judged over the views of one history. Knows nothing of the simulator: a history from a real cluster is judged
 * by the same code.
 */
import type { Guarantee, Plan } from '../harness/plan/plan.ts'
import type { Views } from './views.ts'

/** Whose promise a property is. */
export type Party = 'application' | 'client' | 'cluster' | 'configuration'

export interface Evidence {
  /** One sentence in a person's words, with the names and numbers: "m17 was handled but its effect is missing". */
  readonly says: string
  readonly messages: readonly string[]
  /** Indices of the ops that show it, in order. */
  readonly ops: readonly number[]
}

export type Verdict =
  | { readonly is: 'holds' }
  /** What Kafka allows under the given configuration or faults; `by` is the rule. */
  | { readonly is: 'allowed'; readonly by: string; readonly evidence: readonly Evidence[] }
  | { readonly is: 'violated'; readonly party: Party; readonly evidence: readonly Evidence[] }
  | { readonly is: 'unknown'; readonly why: string }

/** What a property may know besides the history. */
export interface Trial {
  readonly plan: Plan
  /** What the application is asked to keep in this judgement. */
  readonly promise: Guarantee
}

export interface Property {
  readonly name: string
  readonly party: Party
  /** The promise as one sentence. */
  readonly says: string
  readonly cannotSee: string
  /** Whether it is judged at all under this promise. */
  applies(trial: Trial): boolean
  judge(views: Views, trial: Trial): Verdict
}

export interface Judgement {
  readonly property: string
  readonly party: Party
  readonly verdict: Verdict
}
