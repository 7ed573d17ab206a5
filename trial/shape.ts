/** From what a user writes in a test to the one shape that its search starts from: functions are evaluated once, as a plan is data. */
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { FaultKind, Guarantee, Json, ProcessSpec, WorkItem } from '../harness/plan/plan.ts'
import type { Shape } from '../scenarios/scenario.ts'

/** Words of tests for kinds of faults of plans. */
const KINDS = {
  crash: ['crash'],
  'lost-ack': ['lost-ack'],
  'lost-request': ['lost-request'],
  pause: ['pause'],
  rebalance: ['pause', 'broker-restart'],
  'leader-move': ['leader-move'],
  'broker-restart': ['broker-restart'],
  'cluster-reset': ['cluster-reset'],
  'broker-reset': ['cluster-reset'],
  'slow-link': ['slow-link'],
} as const satisfies Record<string, readonly FaultKind['kind'][]>

export type FaultWord = keyof typeof KINDS

export interface ProcessOptions {
  /** The entry module: `new URL('./orders.process.ts', import.meta.url)`. A process is started from a module, never from a closure. */
  readonly entry: URL
  /** Default: 1. */
  readonly instances?: number
  /** Handed to the entry module as `ctx.config`. */
  readonly config?: Json
  /** Default: started again 200 ms after it ended, 20 times at most. */
  readonly supervisor?: ProcessSpec['supervisor']
}

export interface WorkloadOptions<Value extends Json> {
  /** Where the inputs go: into a topic (the harness writes them), or to a process (`ctx.input`). */
  readonly topic?: string
  readonly process?: string
  readonly count: number
  value(index: number): Value
  /** The identity of an input, read from its value; effects and outputs name it. */
  id(value: Value): string
  key?(value: Value): string | null
  /** Time between two inputs, in virtual milliseconds. Default: 20. */
  readonly everyMs?: number
}

export interface TrialOptions<Value extends Json = Json> {
  readonly topics: Readonly<Record<string, { readonly partitions: number }>>
  readonly processes: Readonly<Record<string, ProcessOptions>>
  readonly workload: WorkloadOptions<Value>
  /** Default: all that are known. */
  readonly faults?: readonly FaultWord[]
  readonly promises: Guarantee
  /** Default: 3. */
  readonly brokers?: number
  /** Any string; the same seed finds the same. Default: 'ackward'. */
  readonly seed?: string
  /** Runs to make when nothing is found. Default: 200. */
  readonly runs?: number
}

/** What the user wrote cannot be run; the message says what, where and what to do. */
export class TrialError extends Error {
  override readonly name = 'TrialError'
}

export function kindsOf(words: TrialOptions['faults']): FaultKind['kind'][] {
  const asked = words ?? (Object.keys(KINDS) as FaultWord[])
  const kinds = asked.flatMap((word): readonly FaultKind['kind'][] => {
    const known = (KINDS as Record<string, readonly FaultKind['kind'][]>)[word]
    if (known === undefined)
      throw new TrialError(`faults: ${JSON.stringify(word)} is not known; known are ${Object.keys(KINDS).join(', ')}`)
    return known
  })
  return [...new Set(kinds)]
}

export function shapeOf<Value extends Json>(name: string, options: TrialOptions<Value>, root: string): Shape {
  return {
    format: 1,
    scenario: name,
    promise: options.promises,
    seed: options.seed ?? 'ackward',
    topology: {
      brokers: options.brokers ?? 3,
      replication: 1,
      imitate: '3.9',
      topics: Object.entries(options.topics).map(([topic, { partitions }]) => ({ name: topic, partitions })),
      latencyMs: 1,
      chunks: 'whole',
    },
    processes: Object.entries(options.processes).flatMap(([process, spec]) => instancesOf(process, spec, root)),
    workload: workloadOf(options),
    limits: { events: 1_000_000, virtualMs: 600_000 },
  }
}

function instancesOf(name: string, spec: ProcessOptions, root: string): ProcessSpec[] {
  const entry = entryOf(name, spec.entry, root)
  return Array.from({ length: spec.instances ?? 1 }, (_, i) => ({
    name: `${name}-${i}`,
    entry,
    config: spec.config ?? {},
    supervisor: spec.supervisor ?? { restartAfterMs: 200, maxRestarts: 20 },
  }))
}

function entryOf(name: string, entry: unknown, root: string): string {
  if (typeof entry === 'function') {
    throw new TrialError(
      `processes.${name}.entry is a function. A process starts from a module, so that every restart gets fresh instances: ` +
        `put the function into a file of its own as its default export, and name it: entry: new URL('./${name}.process.ts', import.meta.url)`,
    )
  }
  if (!(entry instanceof URL) || entry.protocol !== 'file:') {
    throw new TrialError(`processes.${name}.entry must be a file URL: new URL('./${name}.process.ts', import.meta.url)`)
  }
  return `./${relative(root, fileURLToPath(entry)).replaceAll('\\', '/')}`
}

function workloadOf<Value extends Json>({ workload, topics, processes }: TrialOptions<Value>): WorkItem[] {
  const to = destination(workload, topics, processes)
  const items = Array.from({ length: workload.count }, (_, i): WorkItem => {
    const value = workload.value(i)
    return { id: workload.id(value), to, key: workload.key?.(value) ?? null, value, atMs: i * (workload.everyMs ?? 20) }
  })
  const seen = new Set<string>()
  for (const { id } of items) {
    if (typeof id !== 'string' || id === '')
      throw new TrialError(`workload.id must give a non-empty string, not ${JSON.stringify(id)}`)
    if (seen.has(id))
      throw new TrialError(`workload.id gives ${JSON.stringify(id)} twice; every input needs an identity of its own`)
    seen.add(id)
  }
  return items
}

function destination(
  { topic, process }: Pick<WorkloadOptions<Json>, 'topic' | 'process'>,
  topics: TrialOptions['topics'],
  processes: TrialOptions['processes'],
): WorkItem['to'] {
  if (topic !== undefined && process === undefined) {
    if (!(topic in topics))
      throw new TrialError(`workload.topic is ${JSON.stringify(topic)}, topics has ${Object.keys(topics).join(', ')}`)
    return { topic }
  }
  if (process !== undefined && topic === undefined) {
    if (!(process in processes))
      throw new TrialError(
        `workload.process is ${JSON.stringify(process)}, processes has ${Object.keys(processes).join(', ')}`,
      )
    return { process: `${process}-0` }
  }
  throw new TrialError(
    'workload needs either a topic (records are written there) or a process (it is told to send them)',
  )
}
