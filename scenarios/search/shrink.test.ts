/**
 * Laws of shrinking, for any plan. A law of a candidate is a law of every step, as an accepted candidate (with its anchors derived
 * again) is what the next ones are made from.
 */
import fc, { type Arbitrary } from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Anchor, Fault, Plan } from '../../harness/plan/plan.ts'
import { parsePlan, printPlan } from '../../harness/plan/schema.ts'
import { scenarios } from '../index.ts'
import type { Shape } from '../scenario.ts'
import { candidates, shrink } from './shrink.ts'

const shapes: Arbitrary<Shape> = fc
  .oneof(...scenarios.map(({ shapes, promise }) => shapes(promise, 'law')))
  .chain((shape) => fc.constantFrom(shape, inRacks(shape)))

function inRacks(shape: Shape): Shape {
  const racks = Array.from({ length: shape.topology.brokers }, (_, i) => `rack-${i}`)
  return { ...shape, topology: { ...shape.topology, racks, replicaSelector: 'rack-aware' } }
}

function anchors({ processes, workload }: Shape): Arbitrary<Anchor> {
  const ids = workload.map(({ id }) => id)
  return fc.record({
    process: fc.constantFrom(...processes.map(({ name }) => name)),
    incarnation: fc.integer({ min: 1, max: 3 }),
    call: fc.constantFrom<Anchor['call']>(
      { api: 'Produce' },
      { api: 'OffsetCommit' },
      { api: 'Fetch' },
      { effect: 'apply' },
    ),
    subject: fc.oneof(
      fc.subarray(ids).map((messages) => ({ messages })),
      fc.subarray(ids).map((before) => ({ after: before.map((id) => `orders/0:${id}`) })),
      fc.constant({ after: ['orders/0:'] }),
      fc.integer({ min: 1, max: 4 }).map((generation) => ({ group: 'billing', generation })),
      fc.constant({ none: true } as const),
    ),
    attempt: fc.integer({ min: 1, max: 4 }),
    point: fc.constantFrom('before' as const, 'applied' as const, 'answered' as const),
  })
}

const ms = fc.integer({ min: 0, max: 60_000 })

function faults(shape: Shape): Arbitrary<Fault> {
  const at = anchors(shape)
  const of = fc.oneof(
    fc.constant({ coordinatorOf: 'billing' }),
    fc.integer({ min: 0, max: 2 }).map((partition) => ({ leaderOf: { topic: 'orders', partition } })),
    fc.integer({ min: 1, max: 3 }).map((broker) => ({ broker })),
  )
  return fc.oneof(
    fc.record({ at, kind: fc.constant('crash' as const) }),
    fc.record({ at, kind: fc.constant('pause' as const), ms }),
    fc.record({
      at,
      kind: fc.constant('lost-ack' as const),
      how: fc.constantFrom('fin' as const, 'rst' as const, 'late' as const),
    }),
    fc.record({ at, kind: fc.constant('lost-request' as const), how: fc.constantFrom('fin' as const, 'rst' as const) }),
    fc.record({ at, kind: fc.constant('leader-move' as const), of }),
    fc.record({ at, kind: fc.constant('broker-restart' as const), broker: of, downMs: ms }),
    fc.record({ at, kind: fc.constant('cluster-reset' as const) }),
    fc.record({ at, kind: fc.constant('slow-link' as const), latencyMs: fc.integer({ min: 1, max: 500 }), ms }),
  )
}

/** Only what the reader of plans takes: the law is about candidates, not about the arbitrary. */
const plans: Arbitrary<Plan> = shapes
  .chain((shape) =>
    fc
      .record({
        faults: fc.array(faults(shape), { maxLength: 4 }),
        delays: fc.array(fc.record({ at: anchors(shape), delayMs: ms }), { maxLength: 2 }),
      })
      .map((rest) => ({ ...shape, ...rest })),
  )
  .filter(isValid)

function isValid(plan: Plan): boolean {
  try {
    parsePlan(printPlan(plan), 'the plan')
    return true
  } catch {
    return false
  }
}

/** What a person has to read: faults, records, delays, processes, then every number. */
function size({ faults, workload, delays, processes, topology }: Plan): number[] {
  const times = workload.reduce((sum, { atMs }) => sum + atMs, 0)
  const { brokers, topics, latencyMs, chunks } = topology
  const partitions = topics.reduce((sum, topic) => sum + topic.partitions, 0)
  return [
    faults.length,
    workload.length,
    delays.length,
    processes.length,
    brokers,
    partitions,
    latencyMs,
    times,
    chunks === 'cut' ? 1 : 0,
  ]
}

const check = (law: (candidate: Plan, plan: Plan) => void) =>
  fc.assert(
    fc.property(plans, (plan) => {
      for (const candidate of candidates(plan)) law(candidate, plan)
    }),
    { numRuns: 50, seed: 1 },
  )

describe('every candidate', () => {
  it('is a valid plan, the same when it is printed and read again', () => {
    check((candidate) => expect(parsePlan(printPlan(candidate), 'the candidate')).toEqual(candidate))
  })

  it('is nowhere larger', () => {
    check((candidate, plan) => {
      const before = size(plan)
      for (const [i, after] of size(candidate).entries()) expect(after).toBeLessThanOrEqual(before[i]!)
    })
  })

  it('is another plan', () => {
    check((candidate, plan) => expect(candidate).not.toEqual(plan))
  })

  it('keeps the names of what stays: nothing is renumbered', () => {
    check((candidate, plan) => {
      const items = new Map(plan.workload.map((item) => [item.id, item]))
      for (const { id, key, value, to } of candidate.workload)
        expect({ id, key, value, to }).toEqual(pick(items.get(id)!))
      const processes = new Map(plan.processes.map((process) => [process.name, process]))
      for (const process of candidate.processes) expect(process).toBe(processes.get(process.name))
      // Of messages and places in anchors some may be gone; what stays is what it was, in its order.
      const places = plan.faults.flatMap((fault) => [...namesIn(fault.at)])
      for (const fault of candidate.faults) for (const name of namesIn(fault.at)) expect(places).toContain(name)
    })
  })
})

it('a shrunk plan fails, and no candidate of it does; without failing candidates it is the plan itself', async () => {
  await fc.assert(
    fc.asyncProperty(
      plans,
      fc.integer({ min: 0, max: 2 }),
      fc.integer({ min: 1, max: 3 }),
      async (plan, faults, records) => {
        const fails = (one: Plan): boolean => one.faults.length >= faults && one.workload.length >= records
        const attempt = async (one: Plan) => ({ fails: fails(one), struckAt: new Map() })
        const { plan: shrunk, runs } = await shrink(plan, { maxRuns: 10_000, attempt })
        if (!fails(plan)) return
        expect(runs).toBeLessThan(10_000)
        expect([shrunk.faults.length, shrunk.workload.length]).toEqual([faults, records])
        expect([...candidates(shrunk)].filter(fails)).toEqual([])
      },
    ),
    { numRuns: 30, seed: 1 },
  )
})

// Each consumer with a fault of its own: to leave out one without the other makes no plan, or calls back the partitions of the rest.
it('takes a process away together with the faults at it', () => {
  const [shape] = fc.sample(shapes, { numRuns: 1, seed: 1 })
  const processes = ['a', 'b'].map((name) => ({ ...shape!.processes[0]!, name }))
  const at = { incarnation: 1, call: { api: 'Fetch' }, subject: { none: true }, attempt: 1, point: 'before' } as const
  const faults = processes.map(({ name }) => ({ at: { process: name, ...at }, kind: 'crash' as const }))
  const workload = [{ id: 'm1', to: { topic: 'orders' }, key: null, value: null, atMs: 0 }]
  const alone = [...candidates({ ...shape!, processes, faults, workload, delays: [] })].filter(
    (one) => one.processes.length === 1,
  )
  expect(alone.map((one) => one.faults.map((fault) => fault.at.process))).toContainEqual(['b'])
})

it('stops after so many runs, with the best so far', async () => {
  const [plan] = fc.sample(plans, { numRuns: 1, seed: 1 })
  const attempt = async () => ({ fails: false, struckAt: new Map() })
  expect(await shrink(plan!, { maxRuns: 3, attempt })).toEqual({ plan, runs: 3 })
})

function pick({ id, key, value, to }: Plan['workload'][number]): object {
  return { id, key, value, to }
}

function namesIn({ subject }: Anchor): readonly string[] {
  if ('messages' in subject) return subject.messages
  return 'after' in subject ? subject.after : []
}
