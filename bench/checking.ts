/** What judging costs beside running: all properties, over the history of each run of the standard scenario. */
import { run } from '../harness/run.ts'
import type { ModuleStage } from '../harness/world/stage.ts'
import { judgeRun } from '../properties/index.ts'
import { standardPlan } from './standard.ts'

/** Its share of running and judging together. */
export async function measureChecking(stage: ModuleStage, runs: number): Promise<number> {
  let running = 0
  let judging = 0
  for (let i = 0; i < runs; i++) {
    const plan = standardPlan(`bench-${i}`)
    const begin = performance.now()
    const { history } = await run(plan, { stage })
    const middle = performance.now()
    judgeRun({ ops: history }, { plan, promise: plan.promise })
    running += middle - begin
    judging += performance.now() - middle
  }
  return judging / (running + judging)
}
