/** Random plans of all scenarios, one after the other as a search lays them out: each is drawn from the run of the one before it. */
import type { FaultKind, Plan } from '../harness/plan/plan.ts'
import type { Run } from '../harness/run.ts'
import { draw } from '../scenarios/draw.ts'
import { scenarios } from '../scenarios/index.ts'
import type { Shape } from '../scenarios/scenario.ts'
import { CHAINS, calmPlan, DEPTH, nextPlan } from '../scenarios/search/layout.ts'

export interface Otherwise {
  /** Another cluster for the same application; `seed` is the shape's own. */
  change?(shape: Shape, seed: string): Shape
  /** Faults, whatever the scenario asks for. */
  readonly faults?: readonly FaultKind['kind'][]
}

/** Makes `runs` runs, each by `make`, which may do more with its plan. */
export async function eachPlan(
  seed: string,
  runs: number,
  make: (plan: Plan) => Promise<Run>,
  { change = (shape) => shape, faults: all }: Otherwise = {},
): Promise<void> {
  let left = runs
  for (let shape = 0; ; shape++) {
    for (const { name, promise, shapes, faults } of scenarios) {
      const drawn = draw(shapes(promise, `${seed}#${shape}`), seed, `${name}/shape/${shape}`)
      const calm = await make(calmPlan(change(drawn, `${seed}#${shape}/${name}`)))
      if (--left <= 0) return
      for (let chain = 1; chain <= CHAINS; chain++) {
        let before = calm
        for (let depth = 1; depth <= DEPTH; depth++) {
          const plan = nextPlan(before, all ?? faults, chain)
          if (plan === undefined) break
          before = await make(plan)
          if (--left <= 0) return
        }
      }
    }
  }
}
