/** For tests of the kernel: plans around one tiny entry module of `fixtures/`, and a stage of one's own. */
import { fileURLToPath } from 'node:url'
import type { Op } from '../../history/op.ts'
import type { Anchor, Fault, Json, Plan, ProcessSpec, WorkItem } from '../../plan/plan.ts'
import { type Run, type RunOptions, run } from '../../run.ts'
import { createStage, type ModuleStage } from '../stage.ts'

export const FIXTURES = fileURLToPath(new URL('../fixtures/', import.meta.url))

export function stageOfFixtures(): ModuleStage {
  return createStage({ root: FIXTURES, apps: new URL('../../../scenarios/apps/', import.meta.url) })
}

export interface PlanOf {
  readonly config?: Json
  readonly processes?: readonly ProcessSpec[]
  readonly supervisor?: ProcessSpec['supervisor']
  readonly workload?: readonly WorkItem[]
  readonly faults?: readonly Fault[]
  readonly limits?: Plan['limits']
  readonly seed?: string
}

/** One broker, one process `p` that runs `entry`, and nothing to do. */
export function planOf(entry: string, of: PlanOf = {}): Plan {
  const { config = {}, supervisor = { restartAfterMs: 100, maxRestarts: 3 }, workload = [], faults = [] } = of
  return {
    format: 1,
    scenario: 'fixture',
    promise: 'none',
    seed: of.seed ?? 'fixture',
    topology: {
      brokers: 1,
      replication: 1,
      imitate: '3.9',
      topics: [{ name: 'orders', partitions: 1 }],
      latencyMs: 1,
      chunks: 'whole',
    },
    processes: of.processes ?? [{ name: 'p', entry, config, supervisor }],
    workload,
    faults,
    delays: [],
    limits: of.limits ?? { events: 100_000, virtualMs: 600_000 },
  }
}

/** The process is struck at this point of `effects.apply(message)`. */
export function atEffect(message: string, point: Anchor['point'], incarnation = 1): Anchor {
  return { process: 'p', incarnation, call: { effect: 'apply' }, subject: { messages: [message] }, attempt: 1, point }
}

export async function runOf(plan: Plan, options: Partial<RunOptions> = {}): Promise<Run> {
  const stage = stageOfFixtures()
  await stage.prepare(plan)
  return run(plan, { stage, ...options })
}

/** What the process asked its store to apply, `key=value`, in order: how fixtures tell what they saw. */
export function told({ history }: Pick<Run, 'history'>): string[] {
  return history.flatMap(({ body, phase }) => {
    if (body.what !== 'effect' || phase !== 'invoke') return []
    const { key, value = null } = body
    return [value === null ? key : `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`]
  })
}

/** What became of processes: `life 1 of p: crashed`. */
export function fates({ history }: Pick<Run, 'history'>): string[] {
  return history.flatMap((op: Op) =>
    op.body.what === 'process' ? [`${op.process}/${op.incarnation} ${op.body.is}`] : [],
  )
}
