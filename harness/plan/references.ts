/** What a plan names must exist in it: topics, partitions, processes, brokers; and names must be unique. */

import { type Path, shown, written } from './error.ts'
import { impossible, placesOf, processNames, rolesOf } from './fault-checks.ts'
import { didYouMean } from './nearest.ts'
import type { Anchor, Plan } from './plan.ts'

export interface Unresolved {
  readonly path: Path
  readonly says: string
}

export function* unresolved(plan: Plan): Generator<Unresolved> {
  const { topology, processes, workload, faults, delays } = plan
  const topics = new Map(topology.topics.map(({ name, partitions }) => [name, partitions]))
  const own = new Set(processes.map(({ name }) => name))
  const known = new Set(processNames(plan))

  yield* tooManyCopies(topology)
  yield* otherRacks(topology)
  yield* twice(topology.topics, 'name', ['topology', 'topics'])
  yield* twice(processes, 'name', ['processes'])
  yield* twice(workload, 'id', ['workload'])

  for (const [index, { to }] of workload.entries()) {
    const path = ['workload', index, 'to']
    if ('process' in to) yield* unknownProcess(to.process, own, [...path, 'process'])
    else if ('topic' in to) yield* unknownPartition(to, topics, path)
  }
  for (const [index, fault] of faults.entries()) {
    yield* unknownProcess(fault.at.process, known, ['faults', index, 'at', 'process'])
    for (const [key, role] of rolesOf(fault)) {
      const path = ['faults', index, key]
      if ('leaderOf' in role) yield* unknownPartition(role.leaderOf, topics, [...path, 'leaderOf'])
      if ('broker' in role) yield* unknownBroker(role.broker, topology.brokers, [...path, 'broker'])
    }
  }
  for (const [index, fault] of faults.entries()) {
    for (const place of placesOf(fault)) yield* unknownPartition(place, topics, ['faults', index])
  }
  yield* impossible(plan)
  for (const [index, { at }] of (delays as readonly { at: Anchor }[]).entries()) {
    yield* unknownProcess(at.process, known, ['delays', index, 'at', 'process'])
  }
}

function* tooManyCopies({ brokers, replication, minInSync = 1 }: Plan['topology']): Generator<Unresolved> {
  if (replication > brokers) {
    const says = `is ${replication}, but the plan has ${brokers === 1 ? 'one broker' : `${brokers} brokers`} for its copies`
    yield { path: ['topology', 'replication'], says }
  }
  if (minInSync > replication) {
    const says = `is ${minInSync}, but a partition has ${replication === 1 ? 'one copy' : `${replication} copies`}`
    yield { path: ['topology', 'minInSync'], says }
  }
}

function* otherRacks({ brokers, racks = [] }: Plan['topology']): Generator<Unresolved> {
  if (racks.length === 0 || racks.length === brokers) return
  const says = `has ${racks.length}, but the plan has ${brokers === 1 ? 'one broker' : `${brokers} brokers`}; give each its rack`
  yield { path: ['topology', 'racks'], says }
}

function* twice<K extends string>(items: readonly Record<K, string>[], key: K, path: Path): Generator<Unresolved> {
  const seen = new Map<string, number>()
  for (const [index, item] of items.entries()) {
    const first = seen.get(item[key])
    const says = `is ${shown(item[key])}, and so is ${written([...path, first ?? 0, key])}; give each its own ${key}`
    if (first !== undefined) yield { path: [...path, index, key], says }
    else seen.set(item[key], index)
  }
}

function* unknownProcess(name: string, known: ReadonlySet<string>, path: Path): Generator<Unresolved> {
  if (!known.has(name))
    yield { path, says: `is ${shown(name)}, which is no process of this plan${didYouMean(name, [...known])}` }
}

function* unknownPartition(
  to: { readonly topic: string; readonly partition?: number },
  topics: ReadonlyMap<string, number>,
  path: Path,
): Generator<Unresolved> {
  const partitions = topics.get(to.topic)
  if (partitions === undefined) {
    const says = `is ${shown(to.topic)}, which is no topic of this plan${didYouMean(to.topic, [...topics.keys()])}`
    yield { path: [...path, 'topic'], says }
  } else if (to.partition !== undefined && to.partition >= partitions) {
    const says = `is ${to.partition}, but ${to.topic} has ${partitions === 1 ? 'only partition 0' : `partitions 0 to ${partitions - 1}`}`
    yield { path: [...path, 'partition'], says }
  }
}

/** Brokers are numbered from 1. */
function* unknownBroker(broker: number, brokers: number, path: Path): Generator<Unresolved> {
  if (broker <= brokers) return
  yield {
    path,
    says: `is ${broker}, but the plan has ${brokers === 1 ? 'only broker 1' : `brokers 1 to ${brokers}`}`,
  }
}
