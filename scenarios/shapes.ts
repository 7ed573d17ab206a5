/**
 * The arbitraries of shapes, one for all consumers and one for all producers: clusters, workloads and time-outs small enough to be
 * read, varied enough to break. Time-outs are shorter than kafkajs' defaults (a session of 30 s is expensive even in virtual time),
 * with the defaults as one drawn value.
 */
import fc, { type Arbitrary } from 'fast-check'
import type { Guarantee, Json, ProcessSpec, WorkItem } from '../harness/plan/plan.ts'
import type { Shape } from './scenario.ts'

export interface Application {
  readonly scenario: string
  readonly entry: string
  readonly promise: Guarantee
  readonly seed: string
}

const LIMITS = { events: 400_000, virtualMs: 600_000 }
const TOPIC = 'orders'
/** Time for processes to start and groups to form before the last inputs come; some come before that. */
const SPREAD_MS = 3_000

interface Cluster {
  readonly brokers: number
  readonly partitions: number
  readonly latencyMs: number
  readonly chunks: 'whole' | 'cut'
}

const cluster: Arbitrary<Cluster> = fc.record({
  brokers: fc.integer({ min: 1, max: 3 }),
  partitions: fc.integer({ min: 1, max: 3 }),
  latencyMs: fc.constantFrom(1, 1, 2, 5),
  chunks: fc.constantFrom('whole', 'whole', 'cut'),
})

const supervisor = fc.constantFrom({ restartAfterMs: 200, maxRestarts: 20 }, { restartAfterMs: 2_000, maxRestarts: 20 })

/** Milliseconds at which inputs come: in bursts, or one by one. */
const arrivals = (most: number): Arbitrary<number[]> =>
  fc
    .array(fc.integer({ min: 0, max: SPREAD_MS }), { minLength: 1, maxLength: most })
    .map((times) => [...times].sort((a, b) => a - b))

export function consumers(app: Application): Arbitrary<Shape> {
  return fc
    .record({
      cluster,
      supervisor,
      instances: fc.constantFrom(1, 1, 2, 3),
      sessionTimeoutMs: fc.constantFrom(1_500, 1_500, 3_000, 30_000),
      times: arrivals(8),
      keyed: fc.boolean(),
    })
    .map(({ cluster, supervisor, instances, sessionTimeoutMs, times, keyed }) =>
      shape(app, cluster, {
        processes: named(
          'consumer',
          instances,
          app.entry,
          { topic: TOPIC, group: 'billing', sessionTimeoutMs },
          supervisor,
        ),
        workload: times.map((atMs, i) => ({
          id: `m${i + 1}`,
          to: { topic: TOPIC, partition: i % cluster.partitions },
          key: keyed ? `k${i % 3}` : null,
          value: { id: `m${i + 1}` },
          atMs,
        })),
      }),
    )
}

export function producers(app: Application): Arbitrary<Shape> {
  return fc
    .record({
      cluster,
      supervisor,
      concurrency: fc.constantFrom(1, 1, 2, 4),
      times: arrivals(8),
      keyed: fc.boolean(),
      requestTimeoutMs: fc.constantFrom(1_000, 30_000),
    })
    .map(({ cluster, supervisor, concurrency, times, keyed, requestTimeoutMs }) =>
      shape(app, cluster, {
        processes: named(
          'producer',
          1,
          app.entry,
          { topic: TOPIC, concurrency, client: { requestTimeout: requestTimeoutMs } },
          supervisor,
        ),
        workload: times.map((atMs, i) => ({
          id: `m${i + 1}`,
          to: { process: 'producer-0' },
          key: keyed ? `k${i % 3}` : null,
          value: { id: `m${i + 1}` },
          atMs,
        })),
      }),
    )
}

function named(
  name: string,
  instances: number,
  entry: string,
  config: Json,
  supervisor: ProcessSpec['supervisor'],
): ProcessSpec[] {
  return Array.from({ length: instances }, (_, i) => ({ name: `${name}-${i}`, entry, config, supervisor }))
}

function shape(app: Application, drawn: Cluster, rest: { processes: ProcessSpec[]; workload: WorkItem[] }): Shape {
  return {
    format: 1,
    scenario: app.scenario,
    promise: app.promise,
    seed: app.seed,
    topology: {
      brokers: drawn.brokers,
      replication: 1,
      imitate: '3.9',
      topics: [{ name: TOPIC, partitions: drawn.partitions }],
      latencyMs: drawn.latencyMs,
      chunks: drawn.chunks,
    },
    processes: rest.processes,
    workload: rest.workload,
    limits: LIMITS,
  }
}
