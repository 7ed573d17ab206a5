/**
 * What all shapes share: clusters and workloads small enough to be read, varied enough to break. Time-outs are shorter than kafkajs'
 * defaults (a session of 30 s is expensive even in virtual time), with the defaults as one drawn value.
 */
import fc, { type Arbitrary } from 'fast-check'
import type { Guarantee, Json, ProcessSpec, WorkItem } from '../../harness/plan/plan.ts'
import type { Shape } from '../scenario.ts'

export interface Application {
  readonly scenario: string
  readonly entry: string
  readonly promise: Guarantee
  readonly seed: string
}

const LIMITS = { events: 400_000, virtualMs: 600_000 }
export const TOPIC = 'orders'
/** Time for processes to start and groups to form before the last inputs come; some come before that. */
const SPREAD_MS = 3_000

export interface Cluster {
  readonly brokers: number
  readonly partitions: number
  readonly latencyMs: number
  readonly chunks: 'whole' | 'cut'
}

export const cluster: Arbitrary<Cluster> = fc.record({
  brokers: fc.integer({ min: 1, max: 3 }),
  partitions: fc.integer({ min: 1, max: 3 }),
  latencyMs: fc.constantFrom(1, 1, 2, 5),
  chunks: fc.constantFrom('whole', 'whole', 'cut'),
})

export const supervisor = fc.constantFrom(
  { restartAfterMs: 200, maxRestarts: 20 },
  { restartAfterMs: 2_000, maxRestarts: 20 },
)

/** Milliseconds at which inputs come: in bursts, or one by one. */
export const arrivals = (most: number): Arbitrary<number[]> =>
  fc
    .array(fc.integer({ min: 0, max: SPREAD_MS }), { minLength: 1, maxLength: most })
    .map((times) => [...times].sort((a, b) => a - b))

export function named(
  name: string,
  instances: number,
  entry: string,
  config: Json,
  supervisor: ProcessSpec['supervisor'],
): ProcessSpec[] {
  return Array.from({ length: instances }, (_, i) => ({ name: `${name}-${i}`, entry, config, supervisor }))
}

/** What one application adds to what all share. */
export interface Cast {
  readonly processes: readonly ProcessSpec[]
  readonly workload: readonly WorkItem[]
  /** Topics beside the one that the inputs are for. */
  readonly outputs: readonly string[]
}

export function shape(app: Application, drawn: Cluster, rest: Cast): Shape {
  return {
    format: 1,
    scenario: app.scenario,
    promise: app.promise,
    seed: app.seed,
    topology: {
      brokers: drawn.brokers,
      replication: 1,
      imitate: '3.9',
      topics: [TOPIC, ...rest.outputs].map((name) => ({ name, partitions: drawn.partitions })),
      transactions: true,
      latencyMs: drawn.latencyMs,
      chunks: drawn.chunks,
    },
    processes: rest.processes,
    workload: rest.workload,
    limits: LIMITS,
  }
}

/** m1, m2, … at these times, as `to` says for each. */
export function inputs(
  times: readonly number[],
  keyed: boolean,
  to: (index: number) => WorkItem['to'],
): readonly WorkItem[] {
  return times.map((atMs, i) => ({
    id: `m${i + 1}`,
    to: to(i),
    key: keyed ? `k${i % 3}` : null,
    value: { id: `m${i + 1}` },
    atMs,
  }))
}
