/** From what a user writes in a test to the one shape that its search starts from: functions are evaluated once, as a plan is data. */
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { didYouMean } from '../harness/plan/nearest.ts'
import type { FaultKind, Json, ProcessSpec, WorkItem } from '../harness/plan/plan.ts'
import type { Shape } from '../scenarios/scenario.ts'
import { checkOptions, checkShape, json, shown, TrialError } from './check.ts'
import { DEFAULT_FAULTS, KINDS, type ProcessOptions, type TrialOptions, type WorkloadOptions } from './options.ts'

export function kindsOf(words: TrialOptions['faults']): FaultKind['kind'][] {
  return [...new Set((words ?? DEFAULT_FAULTS).flatMap((word): readonly FaultKind['kind'][] => KINDS[word]))]
}

/** Throws a `TrialError` for what cannot be run. */
export function shapeOf<Value extends Json>(name: string, options: TrialOptions<Value>, root: string): Shape {
  checkOptions(options as unknown as TrialOptions<never>)
  const shape: Shape = {
    format: 1,
    scenario: name,
    promise: options.promises,
    seed: options.seed ?? 'ackward',
    topology: {
      brokers: options.brokers ?? 3,
      replication: 1,
      imitate: options.imitate ?? '3.9',
      topics: Object.entries(options.topics).map(([topic, { partitions }]) => ({ name: topic, partitions })),
      transactions: true,
      latencyMs: 1,
      chunks: 'whole',
    },
    processes: Object.entries(options.processes).flatMap(([process, spec]) => instancesOf(process, spec, root)),
    workload: workloadOf(options),
    limits: { events: 1_000_000, virtualMs: 600_000 },
  }
  checkShape(shape)
  return shape
}

function instancesOf(name: string, spec: ProcessOptions, root: string): ProcessSpec[] {
  const entry = entryOf(name, spec.entry, root)
  return Array.from({ length: spec.instances ?? 1 }, (_, i) => ({
    name: `${name}-${i}`,
    entry,
    config: json(`processes.${name}.config`, spec.config ?? {}),
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
    const key = workload.key?.(value) ?? null
    if (key !== null && typeof key !== 'string')
      throw new TrialError(`workload.key must give a string or null, not ${shown(key)}`)
    return {
      id: workload.id(value),
      to,
      key,
      value: json(`workload.value(${i})`, value),
      atMs: i * (workload.everyMs ?? 20),
    }
  })
  const seen = new Set<string>()
  for (const { id } of items) {
    if (typeof id !== 'string' || id === '')
      throw new TrialError(`workload.id must give a non-empty string, not ${shown(id)}`)
    if (seen.has(id))
      throw new TrialError(`workload.id gives ${JSON.stringify(id)} twice; every input needs an identity of its own`)
    seen.add(id)
  }
  return items
}

function destination(
  { topic, process, file }: Pick<WorkloadOptions<Json>, 'topic' | 'process' | 'file'>,
  topics: TrialOptions['topics'],
  processes: TrialOptions['processes'],
): WorkItem['to'] {
  const given = [topic, process, file].filter((one) => one !== undefined)
  if (given.length !== 1) {
    throw new TrialError(
      'workload needs one of topic (records are written there), process (it is told to send them) and file (processes read its lines)',
    )
  }
  if (topic !== undefined) {
    if (!(topic in topics))
      throw new TrialError(
        `workload.topic is ${JSON.stringify(topic)}, which is not among the topics${didYouMean(topic, Object.keys(topics))}`,
      )
    return { topic }
  }
  if (process !== undefined) {
    if (!(process in processes))
      throw new TrialError(
        `workload.process is ${JSON.stringify(process)}, which is not among the processes${didYouMean(process, Object.keys(processes))}`,
      )
    return { process: `${process}-0` }
  }
  return { file: file! }
}
