/** How fast virtual time goes while consumers only fetch nothing and send heartbeats. */
import type { Plan } from '../harness/plan/plan.ts'
import { run } from '../harness/run.ts'
import type { ModuleStage } from '../harness/world/stage.ts'
import type { World } from '../harness/world/world.ts'
import { standardPlan } from './standard.ts'

export interface Idle {
  readonly connections: number
  /** Virtual seconds per second, and per second of CPU: on a machine that has other work only the latter tells. */
  readonly perSecond: number
  readonly perCpuSecond: number
}

/** Two runs that wait for a last record, one much longer than the other: the rest of them is the same, the difference is idle. */
const SHORT_MS = 5_000
const LONG_MS = 105_000

export async function measureIdle(stage: ModuleStage, times: number): Promise<Idle> {
  let connections = 0
  const runUntil = (lastMs: number) =>
    run(idlePlan(lastMs), {
      stage,
      onWorld: ({ clock, traffic }: World) => {
        clock.schedule(lastMs - 1, null, 'bench', () => {
          connections = traffic.fabric.connections.size
        })
      },
    })
  await stage.prepare(idlePlan(SHORT_MS))
  await runUntil(LONG_MS)
  const spent = { ms: 0, cpuMs: 0 }
  const add = async (lastMs: number, sign: 1 | -1): Promise<void> => {
    const before = process.cpuUsage()
    const begin = performance.now()
    await runUntil(lastMs)
    const { user, system } = process.cpuUsage(before)
    spent.ms += sign * (performance.now() - begin)
    spent.cpuMs += (sign * (user + system)) / 1_000
  }
  for (let i = 0; i < times; i++) {
    await add(LONG_MS, 1)
    await add(SHORT_MS, -1)
  }
  const virtualMs = times * (LONG_MS - SHORT_MS)
  return { connections, perSecond: virtualMs / spent.ms, perCpuSecond: virtualMs / spent.cpuMs }
}

/**
 * The consumers of the standard scenario with the time-outs of their own accord (a session of 6 s, a heartbeat every 2 s, fetches that
 * wait for 1 s); one record at once and one at the end.
 */
function idlePlan(lastMs: number): Plan {
  const plan = standardPlan('idle', { records: 2, crash: false })
  const [first, last] = plan.workload
  const [, one, two] = plan.processes
  return {
    ...plan,
    processes: [one!, two!].map((spec) => ({ ...spec, config: { topic: 'orders', group: 'billing' } })),
    workload: [
      { ...first!, to: { topic: 'orders', partition: 0 }, atMs: 1_000 },
      { ...last!, to: { topic: 'orders', partition: 0 }, atMs: lastMs },
    ],
  }
}
