/** How fast virtual time goes while consumers only fetch nothing and send heartbeats. */
import type { Plan } from '../harness/plan/plan.ts'
import { run } from '../harness/run.ts'
import type { ModuleStage } from '../harness/world/stage.ts'
import type { World } from '../harness/world/world.ts'
import { standardPlan } from './standard.ts'

export interface Idle {
  readonly connections: number
  readonly virtualPerReal: number
}

/** Two runs that wait for a last record, one much longer than the other: the rest of them is the same, the difference is idle. */
const SHORT_MS = 5_000
const LONG_MS = 105_000

export async function measureIdle(stage: ModuleStage, times: number): Promise<Idle> {
  let connections = 0
  const secondsOf = async (lastMs: number): Promise<number> => {
    let world: World | undefined
    const begin = performance.now()
    await run(idlePlan(lastMs), {
      stage,
      onWorld: (made) => {
        world = made
        made.clock.schedule(lastMs - 1, null, 'bench', () => {
          connections = world!.traffic.fabric.connections.size
        })
      },
    })
    return (performance.now() - begin) / 1_000
  }
  await stage.prepare(idlePlan(SHORT_MS))
  await secondsOf(LONG_MS)
  let real = 0
  for (let i = 0; i < times; i++) real += (await secondsOf(LONG_MS)) - (await secondsOf(SHORT_MS))
  return { connections, virtualPerReal: (times * (LONG_MS - SHORT_MS)) / 1_000 / real }
}

/** The consumers of the standard scenario, one record at once and one at the end. */
function idlePlan(lastMs: number): Plan {
  const plan = standardPlan('idle', { records: 2, crash: false })
  const [first, last] = plan.workload
  const [, one, two] = plan.processes
  return {
    ...plan,
    processes: [one!, two!],
    workload: [
      { ...first!, to: { topic: 'orders', partition: 0 }, atMs: 1_000 },
      { ...last!, to: { topic: 'orders', partition: 0 }, atMs: lastMs },
    ],
  }
}
