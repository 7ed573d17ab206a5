/** What the pool's threads are asked to do and what they answer: plain data, as it crosses between threads. */
import type { Op } from '../../harness/history/op.ts'
import type { FaultKind, Guarantee, Plan } from '../../harness/plan/plan.ts'
import type { Ended } from '../../harness/run.ts'
import type { EffectVerdict } from '../../properties/guarantee.ts'
import type { Judgement } from '../../properties/property.ts'
import type { Shape } from '../scenario.ts'
import type { FindingId } from './finding.ts'
import type { Control } from './result.ts'

/**
 * Where shapes come from: a scenario of the repository, with other faults than its own where `kinds` says so, and so many copies of each
 * partition where `copies` does; or the one shape of a trial.
 */
export type Source =
  | { readonly scenario: string; readonly kinds?: readonly FaultKind['kind'][]; readonly copies?: number }
  | { readonly shape: Shape; readonly kinds: readonly FaultKind['kind'][] }

export type Job =
  /** The runs `from` ≤ i < `to` of one shape, counted within it. */
  | {
      readonly do: 'shape'
      readonly source: Source
      readonly promise: Guarantee
      readonly seed: string
      readonly shape: number
      readonly from: number
      readonly to: number
      /** Every how-manieth passing run is made twice and its traces compared; 0 for none. */
      readonly checkEvery: number
    }
  | { readonly do: 'shrink'; readonly plan: Plan; readonly finding: FindingId; readonly maxRuns: number }
  | { readonly do: 'replay'; readonly plan: Plan }
  | {
      readonly do: 'plan'
      readonly source: Source
      readonly promise: Guarantee
      readonly seed: string
      readonly index: number
    }

export interface RunRecord {
  /** Within the shape. */
  readonly index: number
  readonly traceHash: string
  readonly ended: Ended
  /** Everything but what holds. */
  readonly judgements: readonly Judgement[]
  /** What it shows of effects, whatever was asked for: everything but what holds. */
  readonly effects: readonly EffectVerdict[]
  readonly struck: readonly FaultKind['kind'][]
  readonly missed: readonly FaultKind['kind'][]
  readonly events: number
  readonly virtualMs: number
  /** Only where something is violated or unknown. */
  readonly plan?: Plan
  /** Where two runs of this plan differed. */
  readonly differs?: string
}

export interface Replay {
  readonly plan: Plan
  readonly traceHash: string
  readonly ended: Ended
  readonly judgements: readonly Judgement[]
  readonly struck: readonly { readonly index: number; readonly detail: string }[]
  readonly missed: readonly { readonly index: number; readonly detail: string }[]
  readonly events: number
  readonly virtualMs: number
  readonly history: readonly Op[]
  readonly differs: string
}

export interface JobAnswers {
  shape: readonly RunRecord[]
  /** `control`: what the shrunk plan shows without its faults; null where it has none. */
  shrink: { readonly plan: Plan; readonly runs: number; readonly control: Control | null }
  replay: Replay
  /** null: nothing could be drawn there. */
  plan: Plan | null
}

export type AnswerTo<J extends Job> = JobAnswers[J['do']]

/** A job failed in a way that is the user's to mend (an unknown entry, a bad plan), told apart from our own faults. */
export interface JobError {
  readonly usage: boolean
  readonly message: string
  readonly stack: string
}
