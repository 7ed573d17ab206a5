/** The walls of the search: what it is asked for, what it tells while it goes, and what it answers. */
import type { Op } from '../../harness/history/op.ts'
import type { FaultKind, Guarantee, Plan } from '../../harness/plan/plan.ts'
import type { Ended } from '../../harness/run.ts'
import type { Judgement } from '../../properties/property.ts'
import type { Report } from './result.ts'

export interface SearchOptions {
  readonly scenario: string
  /** Default: the scenario's own. */
  readonly promise?: Guarantee
  readonly seed: string
  /** Kinds of faults to try instead of the scenario's own. */
  readonly faults?: readonly FaultKind['kind'][]
  /** So many copies of each partition instead of the scenario's one. */
  readonly copies?: number
  /** Stop after this many runs, or earlier when the budget is spent. */
  readonly runs: number
  /** Real seconds after which no new run starts. Which runs were made is then up to the machine; what each showed is not. */
  readonly budgetSeconds?: number
  /** Go on after the first finding (default false: stop, shrink, report). */
  readonly keepGoing?: boolean
  /** Broken contracts of the client and of the cluster are findings too, shrunk like broken promises, where the promise was kept all the same. */
  readonly contracts?: boolean
  /** Where failing plans are saved; '' saves nothing. */
  readonly folder: string
  /** Runs every plan twice and compares the traces. */
  readonly checkDeterminism?: boolean
  readonly signal?: AbortSignal
  onProgress?(progress: Progress): void
}

export interface Progress {
  readonly scenario: string
  readonly promise: Guarantee
  readonly doing: 'searching' | 'shrinking'
  readonly runs: number
  readonly ofRuns: number
  readonly findings: number
  readonly seconds: number
}

/** One plan, run and judged. */
export interface Outcome {
  readonly plan: Plan
  readonly traceHash: string
  /** How the run ended: at rest, or by which limit. */
  readonly ended: Ended
  readonly judgements: readonly Judgement[]
  readonly struck: readonly FaultKind['kind'][]
  readonly missed: readonly FaultKind['kind'][]
  readonly events: number
  readonly virtualMs: number
  /** Only when asked for: it is large. */
  readonly history?: readonly Op[]
}

/** Replaying a saved plan or token. */
export interface Replayed {
  readonly outcome: Outcome
  /** Why a saved plan no longer means what it did; '' when it does. A stale plan is `unknown`, never `held`. */
  readonly stale: string
  /** Whether two runs gave the same trace; else the first differing event. */
  readonly determinism: { readonly same: true } | { readonly same: false; readonly first: string }
}

export interface Search {
  search(options: SearchOptions): Promise<Report>
  replayPlan(plan: Plan, options?: { readonly root?: string }): Promise<Replayed>
  /** The plan that a token stands for. Makes the runs before it in its chain. */
  planOf(token: string): Promise<Plan>
}
