/** How many runs of the standard scenario a thread makes, warm. */
import { run } from '../harness/run.ts'
import type { ModuleStage } from '../harness/world/stage.ts'
import { standardPlan } from './standard.ts'

export interface Rate {
  readonly runsPerSecond: number
  /** Of all threads: the garbage collector and the compiler have their own. */
  readonly cpuMsPerRun: number
}

/** Runs the standard scenario so often, each time with another seed. Call it once before anything is measured. */
export async function runStandard(stage: ModuleStage, runs: number, copies = 1): Promise<void> {
  await stage.prepare(standardPlan(''))
  for (let i = 0; i < runs; i++) await run(standardPlan(`bench-${i}`, { copies }), { stage })
}

export async function measureRate(stage: ModuleStage, runs: number, copies = 1): Promise<Rate> {
  const before = process.cpuUsage()
  const begin = performance.now()
  await runStandard(stage, runs, copies)
  const ms = performance.now() - begin
  const { user, system } = process.cpuUsage(before)
  return { runsPerSecond: (1_000 * runs) / ms, cpuMsPerRun: (user + system) / 1_000 / runs }
}
