import { expect, test } from 'vitest'
import type { Fault, Plan } from '../plan/plan.ts'
import { MODEL_CAPABILITIES } from './capabilities.ts'
import { refuseBeyond } from './capable.ts'

const at: Fault['at'] = {
  process: 'p',
  incarnation: 1,
  call: { api: 'Fetch' },
  subject: { none: true },
  attempt: 1,
  point: 'before',
}

const plan = (brokers: number, fault: Fault): Plan => ({
  format: 1,
  scenario: 's',
  promise: 'none',
  seed: 'x',
  topology: { brokers, replication: 1, imitate: '3.9', topics: [], latencyMs: 1, chunks: 'whole' },
  processes: [],
  workload: [],
  faults: [fault],
  delays: [],
  limits: { events: 1, virtualMs: 1 },
})

test('what the cluster can do is not refused', () => {
  expect(() => refuseBeyond(plan(3, { at, kind: 'cluster-reset' }), MODEL_CAPABILITIES)).not.toThrow()
})

test('a fault that needs what the cluster cannot do is named, with its place', () => {
  const external = { ...MODEL_CAPABILITIES, resetCluster: false }
  expect(() => refuseBeyond(plan(3, { at, kind: 'cluster-reset' }), external)).toThrow(
    "the plan: faults[0].kind is cluster-reset, which needs resetCluster: this cluster can't do that",
  )
})

test('more brokers than there can be', () => {
  expect(() => refuseBeyond(plan(9, { at, kind: 'crash' }), MODEL_CAPABILITIES)).toThrow('topology.brokers is 9')
})
