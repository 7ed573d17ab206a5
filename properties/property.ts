/**
 * One guarantee, judged over the views of one history. Knows nothing of the simulator: a history from a real cluster is judged
 * by the same code.
 */
import type { Guarantee, Plan } from '../harness/plan/plan.ts'
import type { Views } from './views.ts'

/** Whose promise a property is. */
export type Party = 'application' | 'client' | 'cluster' | 'configuration'

/** One sentence of a contract. */
export interface Clause {
  readonly name: string
  readonly says: string
  /** What an application can do while that sentence is broken below it; checked against kafkajs 2.2.4. */
  readonly advice?: string
  /** What becomes of messages where it is broken. Without it: either. */
  readonly explains?: readonly ('lost' | 'repeated')[]
}

export interface Evidence {
  /** One sentence in a person's words, with the names and numbers: "m17 was handled but its effect is missing". */
  readonly says: string
  readonly messages: readonly string[]
  /** Indices of the ops that show it, in order. */
  readonly ops: readonly number[]
  /** Which sentence of its property it breaks, by name; where it has but one, or the blame is the configuration's: see `clauses.ts`. */
  readonly clause?: string
  /** Whose doing this one is, where it is not the party of the verdict. */
  readonly party?: Party
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
  /** Where the promise is more than one sentence, or there is advice. */
  readonly clauses?: readonly Clause[]
  /** Whether it is judged at all under this promise. */
  applies(trial: Trial): boolean
  judge(views: Views, trial: Trial): Verdict
}

export interface Judgement {
  readonly property: string
  readonly party: Party
  readonly verdict: Verdict
  /** Where it is violated: whose sentences were broken, and what to do about it. */
  readonly breaches?: readonly Breach[]
}

/** A broken sentence. Where the blame was passed down it is one of the layer below. */
export interface Breach {
  readonly party: Party
  readonly property: string
  /** The sentence by its name; the name of the property where it has but one that needs none. */
  readonly clause: string
  readonly says: string
  readonly advice?: string
}
