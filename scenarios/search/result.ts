/** What a search found, as data, the most telling first. `reports` turns it into words. */
import type { Op } from '../../harness/history/op.ts'
import type { Guarantee, Plan } from '../../harness/plan/plan.ts'
import type { Inferred } from '../../properties/guarantee.ts'
import type { Breach, Evidence, Party } from '../../properties/property.ts'

export type Outcome = 'held' | 'violated' | 'unknown'

/** What a plan shows when nothing goes wrong in it. */
export type Control = 'holds' | 'violated' | 'unknown'

export interface Finding {
  readonly property: string
  readonly party: Party
  /** `property/clause` of the broken sentence that it comes from. */
  readonly cause: string
  /** The promise of that property, as a sentence. */
  readonly says: string
  /** `v1:scenario:promise:seed:index`: replays the run that found it, unshrunk. */
  readonly token: string
  /** The shrunk plan, anchors derived again. */
  readonly plan: Plan
  /** Where the plan was saved, relative to the working directory; '' where it was not. */
  readonly file: string
  /** How many runs it took to find. */
  readonly runs: number
  readonly seconds: number
  /** What the shrunk plan shows when nothing goes wrong in it; null where it needs no fault, or was not tried. */
  readonly control: Control | null
  readonly shrunkIn: { readonly runs: number; readonly seconds: number }
  readonly evidence: readonly Evidence[]
  /** Whose sentences were broken, and what an application can do about it. */
  readonly breaches: readonly Breach[]
  /** The ops of the shrunk run that tell the story, for the time line. */
  readonly story: readonly Op[]
}

/** A broken contract that decides nothing by itself. */
export interface Beside {
  readonly property: string
  readonly party: Party
  readonly says: string
  /** `property/clause` of the sentence. */
  readonly cause: string
  /** The first run that showed it. */
  readonly token: string
  readonly runs: number
  /** One sentence of that run. */
  readonly evidence: string
  /** The sentence, and what an application can do about it. */
  readonly breaches: readonly Breach[]
}

/** One application, searched. */
export interface Report {
  readonly scenario: string
  readonly promise: Guarantee
  readonly seed: string
  readonly runs: number
  /** Struck faults by kind. */
  readonly struck: Readonly<Record<string, number>>
  /** Runs per kind of fault in which it struck. */
  readonly struckRuns: Readonly<Record<string, number>>
  /** Anchors that were never reached, by kind. */
  readonly missed: Readonly<Record<string, number>>
  readonly verdict: Outcome
  /** SHA-256 over the trace hashes of the runs in order. */
  readonly hash: string
  /** Broken promises, each property of each party once for each of its causes. */
  readonly findings: readonly Finding[]
  /** Contracts below the promise that were broken, in runs that kept the promise or not: each sentence of each party once. */
  readonly beside: readonly Beside[]
  /** Why runs ended without a verdict, with counts; `token`: the first of them, '' where it was none of a search. */
  readonly unknown: readonly { readonly why: string; readonly runs: number; readonly token: string }[]
  /** What Kafka allows and was seen, with counts. */
  readonly allowed: readonly { readonly property: string; readonly by: string; readonly runs: number }[]
  /** What the application really guarantees, as far as these runs show. Absent where nothing was searched: one replayed plan says nothing. */
  readonly guarantee?: Inferred
  readonly seconds: number
  /** An invariant of the model or an internal error: ackward's own fault, never a finding. Absent when there was none. */
  readonly ownFault?: string
}
