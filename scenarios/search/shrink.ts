/**
 * Shrinks a failing plan with fast-check's own shrinkers, applied to plain values, so that a plan read from a file shrinks too.
 *
 * Nothing is renumbered: messages, faults and processes are deleted. After each accepted step the anchors are derived again from where
 * the faults struck in that run. A step is accepted when the same finding is still there: property, party and cause.
 */
import fc from 'fast-check'
import { anchorOf, type Crossing } from '../../harness/faults/anchors.ts'
import type { Anchor, Plan, Subject } from '../../harness/plan/plan.ts'
import { unresolved } from '../../harness/plan/references.ts'
import { down, milder } from './milder.ts'

export interface Attempt {
  /** Whether the finding is still there. */
  readonly fails: boolean
  readonly struckAt: ReadonlyMap<number, Crossing>
}

export interface Shrunk {
  readonly plan: Plan
  readonly runs: number
}

export interface ShrinkOptions {
  readonly maxRuns: number
  attempt(plan: Plan): Promise<Attempt>
  /** Asked before every attempt. */
  stop?(): boolean
}

export async function shrink(plan: Plan, options: ShrinkOptions): Promise<Shrunk> {
  let best = plan
  let runs = 0
  const tried = new Set<string>()
  for (let improved = true; improved; ) {
    improved = false
    for (const candidate of candidates(best)) {
      if (runs >= options.maxRuns || options.stop?.() === true) return { plan: best, runs }
      const key = JSON.stringify(candidate)
      if (tried.has(key)) continue
      tried.add(key)
      runs++
      const { fails, struckAt } = await options.attempt(candidate)
      if (!fails) continue
      best = derived(candidate, struckAt)
      improved = true
      break
    }
  }
  return { plan: best, runs }
}

/** Smaller plans, the boldest first. What still refers to something that would be gone (a partition, a process) is none. */
export function* candidates(plan: Plan): Generator<Plan> {
  for (const candidate of smallerPlans(plan)) if (unresolved(candidate).next().done === true) yield candidate
}

function* smallerPlans(plan: Plan): Generator<Plan> {
  for (const faults of smaller(plan.faults)) yield { ...plan, faults }
  for (const workload of smaller(plan.workload)) if (workload.length > 0) yield withWorkload(plan, workload)
  for (const delays of smaller(plan.delays)) yield { ...plan, delays }
  for (const processes of smaller(plan.processes)) {
    const candidate = withProcesses(plan, processes)
    if (processes.length > 0 && candidate.workload.length > 0) yield candidate
  }
  yield* calmer(plan)
  for (let index = 0; index < plan.faults.length; index++) {
    for (const fault of milder(plan.faults[index]!)) {
      yield { ...plan, faults: plan.faults.map((one, i) => (i === index ? fault : one)) }
    }
  }
}

/** The list with some of its elements left out, halves first, one by one last. */
function* smaller<T>(list: readonly T[]): Generator<readonly T[]> {
  if (list.length === 0) return
  for (const { value } of fc.subarray([...list]).shrink([...list], undefined)) yield value
  if (list.length > 1) for (let out = 0; out < list.length; out++) yield list.filter((_, index) => index !== out)
}

function withWorkload(plan: Plan, workload: Plan['workload']): Plan {
  const left = new Set(workload.map((item) => item.id))
  const gone = new Set(plan.workload.map((item) => item.id).filter((id) => !left.has(id)))
  return {
    ...plan,
    workload,
    faults: plan.faults.map((fault) => ({ ...fault, at: forget(fault.at, gone) })),
    delays: plan.delays.map((delay) => ({ ...delay, at: forget(delay.at, gone) })),
  }
}

/** What was to strike those that are gone goes with them, and what they were to be told. */
function withProcesses(plan: Plan, processes: Plan['processes']): Plan {
  const left = new Set(processes.map(({ name }) => name))
  const gone = new Set(plan.processes.map(({ name }) => name).filter((name) => !left.has(name)))
  return {
    ...plan,
    processes,
    workload: plan.workload.filter(({ to }) => !('process' in to) || !gone.has(to.process)),
    faults: plan.faults.filter(({ at }) => !gone.has(at.process)),
    delays: plan.delays.filter(({ at }) => !gone.has(at.process)),
  }
}

/** The anchor without messages that are no longer in the plan. */
function forget(anchor: Anchor, gone: ReadonlySet<string>): Anchor {
  return { ...anchor, subject: forgetIn(anchor.subject, gone) }
}

function forgetIn(subject: Subject, gone: ReadonlySet<string>): Subject {
  if ('messages' in subject) return { messages: subject.messages.filter((id) => !gone.has(id)) }
  if ('after' in subject)
    return { after: subject.after.filter((place) => !gone.has(place.slice(place.indexOf(':') + 1))) }
  return subject
}

function* calmer(plan: Plan): Generator<Plan> {
  const { topology } = plan
  if (topology.chunks !== 'whole') yield { ...plan, topology: { ...topology, chunks: 'whole' } }
  const { minInSync = 1, ...withoutMinimum } = topology
  for (const replication of down(topology.replication, 1)) {
    const minimum = minInSync > 1 && replication > 1 ? { minInSync: Math.min(minInSync, replication) } : {}
    yield { ...plan, topology: { ...withoutMinimum, replication, ...minimum } }
  }
  const { metadataDelayMs, ...withoutDelay } = topology
  if (metadataDelayMs !== undefined) yield { ...plan, topology: withoutDelay }
  const { racks, replicaSelector: _, ...withoutRacks } = topology
  if (racks !== undefined) yield { ...plan, topology: withoutRacks }
  for (const brokers of down(topology.brokers, 1)) {
    if (brokers < 2 && plan.faults.some(({ kind }) => kind === 'leader-move' || kind === 'coordinator-load')) continue
    const fewer = racks === undefined ? {} : { racks: racks.slice(0, brokers) }
    yield { ...plan, topology: { ...topology, brokers, ...fewer } }
  }
  for (const partitions of down(topology.topics[0]?.partitions ?? 1, 1)) {
    yield {
      ...plan,
      topology: {
        ...topology,
        topics: topology.topics.map((topic) => ({ ...topic, partitions: Math.min(topic.partitions, partitions) })),
      },
    }
  }
  if (topology.latencyMs > 1) yield { ...plan, topology: { ...topology, latencyMs: 1 } }
  if (plan.workload.some((item) => item.atMs > 0)) {
    yield { ...plan, workload: plan.workload.map((item) => ({ ...item, atMs: 0 })) }
    for (let index = 0; index < plan.workload.length; index++) {
      for (const atMs of down(plan.workload[index]!.atMs, 0)) {
        yield { ...plan, workload: plan.workload.map((item, i) => (i === index ? { ...item, atMs } : item)) }
        break
      }
    }
  }
}

/** The plan with every anchor as the run reached it. */
export function derived(plan: Plan, struckAt: ReadonlyMap<number, Crossing>): Plan {
  return {
    ...plan,
    faults: plan.faults.map((fault, index) => {
      const crossing = struckAt.get(index)
      return crossing === undefined ? fault : { ...fault, at: anchorOf(crossing, fault.at.point) }
    }),
  }
}
