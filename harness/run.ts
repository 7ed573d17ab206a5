/**
 * run(plan) → what happened. Same plan and same code give the same trace, byte for byte. The harness never imports scenarios: a plan
 * names its entry modules, relative to the project, or `ackward:apps/…`.
 */
import type { Crossing } from './faults/anchors.ts'
import type { Op } from './history/op.ts'
import type { Plan } from './plan/plan.ts'
import { likelyCause } from './sim/likely.ts'
import { firstDifference, type Trace } from './sim/trace.ts'
import { rememberGlobals, restoreIntrinsics } from './sim/virtual/index.ts'
import { runPhases } from './world/phases.ts'
import { type Ending, type Stage, World } from './world/world.ts'

export type Ended =
  | { readonly by: 'rest' }
  | { readonly by: 'limit'; readonly limit: 'events' | 'virtualMs' | 'one-event'; readonly says: string }
  | Ending

export interface Run {
  readonly plan: Plan
  readonly history: readonly Op[]
  readonly traceHash: string
  /** Readable only when it was kept. */
  readonly trace: Trace
  readonly ended: Ended
  readonly struck: ReadonlyMap<number, string>
  readonly missed: ReadonlyMap<number, string>
  /** Every call that left a process: where further faults can be drawn from. */
  readonly crossings: readonly Crossing[]
  /** Where each fault struck, by index. */
  readonly struckAt: ReadonlyMap<number, Crossing>
  /** `process: what it called` that is not simulated, whether or not the process caught the error: no verdict stands on it. */
  readonly refused: readonly string[]
  readonly events: number
  readonly virtualMs: number
}

export interface RunOptions {
  readonly stage: Stage
  readonly keepTrace?: boolean
  readonly idleRule?: boolean
  onEvent?(): void
  /** Before anything runs: for checks of the kernel itself, which look at what no history shows. */
  onWorld?(world: World): void
}

export async function run(plan: Plan, options: RunOptions): Promise<Run> {
  const { stage, keepTrace = false, idleRule = true, onEvent } = options
  rememberGlobals()
  const world = new World(plan, { stage, keepTrace, idleRule, ...(onEvent === undefined ? {} : { onEvent }) })
  options.onWorld?.(world)
  let stopped: Awaited<ReturnType<typeof runPhases>>
  try {
    stopped = await runPhases(world)
  } finally {
    // Whatever went wrong: the slots of its processes are free for the next run.
    world.close()
    restoreIntrinsics()
  }
  world.giveUp()
  world.history.append('', 0, 'harness', 'ok', { what: 'phase', phase: 'end' })
  const ended: Ended =
    world.ending ??
    (stopped?.by === 'limit'
      ? { by: 'limit', limit: stopped.limit, says: limitSays(stopped.limit, world) }
      : { by: 'rest' })
  return {
    plan,
    history: world.history.ops,
    traceHash: world.trace.end(),
    trace: world.trace,
    ended,
    struck: world.struck,
    missed: world.missed,
    crossings: world.crossings.all,
    struckAt: world.injector.struckAt,
    refused: world.refused,
    events: world.loop.events,
    virtualMs: world.clock.nowMs,
  }
}

function limitSays(limit: 'events' | 'virtualMs', world: World): string {
  const { events, virtualMs } = world.plan.limits
  const far = `${world.loop.events} events, ${world.clock.nowMs} virtual ms, ${world.history.ops.length} operations`
  return limit === 'events'
    ? `the limit of ${events} events was reached (${far}). This usually means a loop that never waits: a retry without a delay.`
    : `the limit of ${virtualMs} virtual ms was reached (${far}). This usually means an application that waits for something that never comes.`
}

export interface Compared {
  readonly same: boolean
  /** The first differing record, with its event and its likely cause, in words. */
  readonly first: string
}

/** Runs a plan twice and compares the traces. */
export async function runTwice(plan: Plan, options: RunOptions): Promise<{ run: Run; compared: Compared }> {
  const one = await run(plan, { ...options, keepTrace: true })
  const other = await run(plan, { ...options, keepTrace: true })
  if (one.traceHash === other.traceHash) return { run: one, compared: { same: true, first: '' } }
  const first = firstDifference(one.trace, other.trace)
  return {
    run: one,
    compared: {
      same: false,
      first:
        first === undefined
          ? 'the traces differ in length only'
          : `after ${first.after}: ${first.one} / ${first.other}; likely ${likelyCause(first.one, first.other)}`,
    },
  }
}
