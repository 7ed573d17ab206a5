/**
 * The standard scenario: 3 brokers, an idempotent producer, a group of two, 100 records, one crash. Its idle sibling, and the same with
 * several copies of each partition.
 */
import type { Plan, ProcessSpec } from '../harness/plan/plan.ts'
import { replicated } from '../scenarios/shapes/replicated.ts'

const supervisor = { restartAfterMs: 200, maxRestarts: 5 }

export function standardPlan(seed: string, options: { records?: number; crash?: boolean; copies?: number } = {}): Plan {
  const { records = 100, crash = true, copies = 1 } = options
  const plan: Plan = {
    format: 1,
    scenario: 'standard',
    promise: 'at-least-once',
    seed,
    topology: {
      brokers: 3,
      replication: 1,
      imitate: '3.9',
      topics: [{ name: 'orders', partitions: 3 }],
      latencyMs: 1,
      chunks: 'whole',
    },
    processes: [
      {
        name: 'producer-0',
        entry: 'ackward:apps/idempotent-producer',
        config: { topic: 'orders', concurrency: 4 },
        supervisor,
      },
      consumer('consumer-0'),
      consumer('consumer-1'),
    ],
    workload: Array.from({ length: records }, (_, i) => ({
      id: `m${i + 1}`,
      to: { process: 'producer-0' },
      key: null,
      value: { id: `m${i + 1}`, amount: i },
      atMs: 10 * i,
    })),
    faults: crash
      ? [
          {
            at: {
              process: 'consumer-0',
              incarnation: 1,
              call: { api: 'Heartbeat' },
              subject: { group: 'billing', generation: 2 },
              attempt: 1,
              point: 'answered',
            },
            kind: 'crash',
          },
        ]
      : [],
    delays: [],
    limits: { events: 1_000_000, virtualMs: 600_000 },
  }
  return copies === 1 ? plan : { ...plan, ...replicated(plan, copies) }
}

function consumer(name: string): ProcessSpec {
  return {
    name,
    entry: 'ackward:apps/commit-after',
    config: { topic: 'orders', group: 'billing', sessionTimeoutMs: 1_500 },
    supervisor,
  }
}
