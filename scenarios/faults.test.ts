/** Every kind can be drawn from the calls of a run, and what is drawn is a plan that can be read, and so are the milder ones. */
import { expect, it } from 'vitest'
import type { Crossing } from '../harness/faults/anchors.ts'
import { faultKinds } from '../harness/plan/names.ts'
import type { Fault, FaultKind, Plan, Subject } from '../harness/plan/plan.ts'
import { parsePlan, printPlan } from '../harness/plan/schema.ts'
import { draw } from './draw.ts'
import { faultsFrom } from './faults.ts'
import { milder } from './search/milder.ts'
import { candidates } from './search/shrink.ts'

const processes = [
  { name: 'c', entry: 'e', config: { sessionTimeoutMs: 30_000 }, supervisor: { restartAfterMs: 1, maxRestarts: 1 } },
]
const topics = [{ name: 'orders', partitions: 2 }]

const call = (api: string, subject: Subject, id: number, process = 'c'): Crossing => ({
  id,
  process,
  incarnation: 1,
  call: { api },
  subject,
  attempt: 1,
  reachedMs: { before: 1, applied: 2, answered: 3 },
})
const crossings: readonly Crossing[] = [
  call('ApiVersions', { none: true }, 0),
  call('JoinGroup', { group: 'g', generation: 0 }, 1),
  call('Fetch', { after: ['orders/1:m1'] }, 2),
  call('OffsetCommit', { after: ['orders/1:m1'] }, 3),
  { ...call('', { messages: ['m1'] }, 4), call: { effect: 'apply' } },
  call('EndTxn', { transactionalId: 't' }, 5),
]

function plan(faults: readonly Fault[]): Plan {
  return {
    format: 1,
    scenario: 's',
    promise: 'none',
    seed: 'x',
    topology: { brokers: 3, replication: 3, imitate: '3.9', topics, latencyMs: 1, chunks: 'whole' },
    processes,
    workload: [{ id: 'm1', to: { topic: 'orders' }, key: null, value: 1, atMs: 0 }],
    faults,
    delays: [],
    limits: { events: 1, virtualMs: 1 },
  }
}

const drawn = (kinds: readonly FaultKind['kind'][], n: number, from = crossings): readonly Fault[][] =>
  Array.from({ length: n }, (_, i) => [
    ...draw(
      faultsFrom({ kinds, crossings: from, topics, brokers: 3, replication: 3, processes })!,
      'seed',
      `draw/${i}`,
    ),
  ])

it.each(faultKinds)('%s', (kind) => {
  for (const faults of drawn([kind], 60)) {
    expect(faults.at(-1)!.kind).toBe(kind)
    const read = parsePlan(printPlan(plan(faults)), 'drawn')
    expect(read.faults).toEqual(faults)
    for (const smaller of candidates(read)) parsePlan(printPlan(smaller), 'smaller')
  }
})

it('what is milder becomes simpler and simpler, and comes to an end', () => {
  for (const [fault] of faultKinds.flatMap((kind) => drawn([kind], 5))) {
    let steps = 0
    for (let next: Fault | undefined = fault; next !== undefined; next = [...milder(next)].at(-1)) {
      expect(++steps).toBeLessThan(500)
    }
  }
})

it('a pause and a second instance are aimed at the time-outs of the process', () => {
  const pauses = new Set(drawn(['pause'], 60).flatMap(([one]) => (one?.kind === 'pause' ? [one.ms] : [])))
  expect([...pauses].sort((a, b) => a - b)).toEqual([500, 2_500, 45_000])
  const pairs = drawn(['second-instance'], 60).map((faults) => faults.map(({ kind }) => kind).join(' and '))
  expect(new Set(pairs)).toEqual(new Set(['second-instance', 'pause and second-instance']))
})

it('a second instance has none of its own', () => {
  const kinds = drawn(['second-instance'], 5, [call('Fetch', { after: ['orders/0:'] }, 0, 'c~2')]).flat()
  expect(new Set(kinds.map(({ kind }) => kind))).toEqual(new Set(['crash']))
})

it('nothing is drawn that has nobody to strike: a group that is not there, a second broker of one, copies of one', () => {
  const of = (kinds: readonly FaultKind['kind'][], brokers: number, from: readonly Crossing[]) =>
    faultsFrom({ kinds, crossings: from, topics, brokers, replication: 1, processes })
  expect(of(['offset-reset'], 3, [crossings[2]!])).toBeUndefined()
  expect(of(['coordinator-load', 'leader-move'], 1, crossings)).toBeUndefined()
  expect(of(['broker-partition', 'unclean-election'], 3, crossings)).toBeUndefined()
})
