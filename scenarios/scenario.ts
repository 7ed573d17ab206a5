/** A scenario: which applications run, on what shapes of cluster and workload, under which faults, and what they promise. */
import type { Arbitrary } from 'fast-check'
import type { FaultKind, Guarantee, Plan } from '../harness/plan/plan.ts'

/** A plan without faults and delays: what is run calm first, and shared by many sets of faults. */
export type Shape = Omit<Plan, 'faults' | 'delays' | 'saved'>

export interface Scenario {
  readonly name: string
  /** One line: what this application does, in a person's words. */
  readonly summary: string
  /** What the application promises, and what `run` judges unless asked otherwise. */
  readonly promise: Guarantee
  /** Kinds of faults drawn by default. */
  readonly faults: readonly FaultKind['kind'][]
  /** Shapes for this promise; `seed` becomes the plan's seed. */
  shapes(promise: Guarantee, seed: string): Arbitrary<Shape>
}
