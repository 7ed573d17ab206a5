import { expect, it } from 'vitest'
import type { Anchor, Fault, FaultKind } from './plan.ts'
import { PlanError, parsePlan } from './schema.ts'

const at: Anchor = {
  process: 'p',
  incarnation: 1,
  call: { api: 'OffsetCommit' },
  subject: { none: true },
  attempt: 1,
  point: 'before',
}

function flaw(...faults: readonly object[]): string {
  const plan = {
    format: 1,
    scenario: 's',
    promise: 'none',
    seed: 'x',
    topology: {
      brokers: 3,
      replication: 1,
      imitate: '3.9',
      topics: [{ name: 'orders', partitions: 2 }],
      latencyMs: 1,
      chunks: 'whole',
    },
    processes: [{ name: 'p', entry: 'e', config: null, supervisor: { restartAfterMs: 1, maxRestarts: 1 } }],
    workload: [],
    faults,
    delays: [],
    limits: { events: 1, virtualMs: 1 },
  }
  try {
    parsePlan(JSON.stringify(plan), 'x.json')
    return 'no flaw'
  } catch (error) {
    expect(error).toBeInstanceOf(PlanError)
    expect((error as Error).message).not.toContain('\n')
    return (error as Error).message
  }
}

const fault = (kind: FaultKind, more: Partial<Anchor> = {}): Fault => ({ at: { ...at, ...more }, ...kind })

it.each<[string, FaultKind, Partial<Anchor>, string]>([
  [
    'an error that this API never has',
    { kind: 'error-answer', error: 'NOT_ENOUGH_REPLICAS' },
    {},
    'faults[0].error is NOT_ENOUGH_REPLICAS, which no broker answers to OffsetCommit instead of carrying it out; it may be NOT_COORDINATOR, COORDINATOR_NOT_AVAILABLE, COORDINATOR_LOAD_IN_PROGRESS, REBALANCE_IN_PROGRESS, UNKNOWN_TOPIC_OR_PARTITION',
  ],
  [
    'an error that this API has only before',
    { kind: 'error-answer', error: 'COORDINATOR_LOAD_IN_PROGRESS' },
    { point: 'applied' },
    'faults[0].error is COORDINATOR_LOAD_IN_PROGRESS, which no broker answers to OffsetCommit after carrying it out; it may be NOT_COORDINATOR, COORDINATOR_NOT_AVAILABLE, REQUEST_TIMED_OUT',
  ],
  [
    'an answer that has come',
    { kind: 'cut-answer', how: 'fin', bytes: 1 },
    { point: 'answered' },
    "faults[0].at.point is 'answered', when the answer has come already; cut-answer strikes at before or applied",
  ],
  [
    'the answer to an effect',
    { kind: 'error-answer', error: 'NOT_COORDINATOR' },
    { call: { effect: 'apply' } },
    'faults[0].at.call is no request, and error-answer is about the answer to one; give an api',
  ],
  [
    'a fourth broker of three',
    { kind: 'stale-metadata', broker: { broker: 4 }, ms: 1 },
    {},
    'faults[0].broker.broker is 4, but the plan has brokers 1 to 3',
  ],
  [
    'the leader of nothing',
    { kind: 'disk-full', broker: { leaderOf: { topic: 'ordesr', partition: 0 } }, ms: 1 },
    {},
    "faults[0].broker.leaderOf.topic is 'ordesr', which is no topic of this plan; did you mean 'orders'?",
  ],
  [
    'a partition that is not there',
    { kind: 'retention', topic: 'orders', partition: 2, keep: 0 },
    {},
    'faults[0].partition is 2, but orders has partitions 0 to 1',
  ],
  [
    'a topic that is not there',
    { kind: 'offset-reset', group: 'g', topic: 'x', to: 'latest' },
    {},
    "faults[0].topic is 'x', which is no topic of this plan",
  ],
  [
    'a successor that never starts',
    { kind: 'pause', ms: 1, until: 'successor' },
    {},
    "faults[0].until is 'successor', but no fault second-instance starts one for 'p'; add one, or leave 'until' out",
  ],
  [
    'a second instance that nobody starts',
    { kind: 'crash' },
    { process: 'p~2' },
    "faults[0].at.process is 'p~2', which is no process of this plan; known: p",
  ],
])('%s', (_name, kind, more, says) => {
  expect(flaw(fault(kind, more))).toContain(says)
})

it('a second instance may be struck itself, but has none of its own', () => {
  const second: FaultKind = { kind: 'second-instance', afterMs: 0 }
  expect(flaw(fault(second), fault({ kind: 'crash' }, { process: 'p~2' }))).toBe('no flaw')
  expect(flaw(fault(second), fault(second, { process: 'p~2' }))).toContain(
    "faults[1].at.process is 'p~2', a second instance itself; name 'p'",
  )
})

it('an unknown parameter is named with its place', () => {
  expect(flaw({ at, kind: 'black-hole', broker: 'all', way: 'sideways', ms: 1 })).toContain('faults[0].way')
  expect(flaw({ at, kind: 'black-hole', broker: 'some', way: 'up', ms: 1 })).toContain('faults[0].broker')
  expect(flaw({ at, kind: 'stop' })).toContain('faults[0].graceMs is missing')
  expect(flaw({ at, kind: 'offset-reset', group: 'g', topic: 'orders', to: { offset: -1 } })).toContain('offset')
})
