/**
 * How runs are numbered. Each shape gives one calm run and CHAINS chains of faults; run k of a chain has the faults of run k − 1 and one
 * more, drawn from the calls that run k − 1 made after its last fault struck. So every run but the calm one adds one fault to a run
 * that was made anyway, and each is judged. Run i is the same whatever was run before it.
 */
import type { Crossing } from '../../harness/faults/anchors.ts'
import type { FaultKind, Plan } from '../../harness/plan/plan.ts'
import type { Run } from '../../harness/run.ts'
import { stream } from '../../harness/sim/random.ts'
import { draw } from '../draw.ts'
import { faultsFrom } from '../faults.ts'
import type { Shape } from '../scenario.ts'

export const CHAINS = 8
export const DEPTH = 3
export const RUNS_PER_SHAPE = 1 + CHAINS * DEPTH

export interface Place {
  readonly shape: number
  /** 0 for the calm run, then 1 … CHAINS. */
  readonly chain: number
  /** Draws that its faults are of: 0 in the calm run, then 1 … DEPTH. */
  readonly depth: number
}

export function placeOf(index: number): Place {
  const shape = Math.floor(index / RUNS_PER_SHAPE)
  const within = index % RUNS_PER_SHAPE
  if (within === 0) return { shape, chain: 0, depth: 0 }
  return { shape, chain: 1 + Math.floor((within - 1) / DEPTH), depth: 1 + ((within - 1) % DEPTH) }
}

export function calmPlan(shape: Shape): Plan {
  return { ...shape, faults: [], delays: [] }
}

/** The plan of the next run in a chain; undefined when nothing more can be drawn. */
export function nextPlan(before: Run, kinds: readonly FaultKind['kind'][], chain: number): Plan | undefined {
  const { plan } = before
  const depth = plan.faults.length + 1
  const arbitrary = faultsFrom({
    kinds: swarm(kinds, plan.seed, chain),
    crossings: after(before),
    topics: plan.topology.topics,
    brokers: plan.topology.brokers,
    replication: plan.topology.replication,
    processes: plan.processes,
  })
  if (arbitrary === undefined) return undefined
  const faults = draw(arbitrary, plan.seed, `chain/${chain}/${depth}`)
  return { ...plan, faults: [...plan.faults, ...faults] }
}

/** Swarm testing: in half of the chains whole kinds are switched off, so that others get room to combine. */
function swarm(kinds: readonly FaultKind['kind'][], seed: string, chain: number): readonly FaultKind['kind'][] {
  const coin = stream(seed, `swarm/${chain}`)
  if (coin.int(2) === 0) return kinds
  const kept = kinds.filter(() => coin.int(2) === 0)
  return kept.length > 0 ? kept : kinds
}

function after(run: Run): readonly Crossing[] {
  let last = -1
  for (const crossing of run.struckAt.values()) last = Math.max(last, crossing.id)
  const later = run.crossings.slice(last + 1)
  return later.length > 0 ? later : run.crossings
}
