/** A plan as labelled lines: the cluster, the processes, the messages, then what goes wrong, in the order of the plan. */
import type { Plan, ProcessSpec, Topology, WorkItem } from '../../harness/plan/plan.ts'
import { wordsOfDelay, wordsOfFault } from './fault.ts'
import { counted, duration, listed, shortened } from './text.ts'

export interface Labelled {
  readonly label: string
  readonly text: string
}

export function wordsOfPlan(plan: Plan): readonly Labelled[] {
  return [
    { label: 'cluster', text: clusterOf(plan.topology) },
    ...processesOf(plan.processes),
    { label: 'messages', text: messagesInto(plan.workload) },
    ...faultsOf(plan),
    ...(plan.delays.length > 0 ? numbered('delay', plan.delays.map(wordsOfDelay)) : []),
  ]
}

/** `1 fault, 1 message and 1 delay`: how small it is. */
export function sizeOfPlan({ faults, workload, delays }: Plan): string {
  const sizes = [counted(faults.length, 'fault'), counted(workload.length, 'message')]
  return listed(delays.length > 0 ? [...sizes, counted(delays.length, 'delay')] : sizes)
}

function clusterOf({ brokers, imitate, topics, latencyMs, chunks, ...rest }: Topology): string {
  const topicWords = topics.map(({ name, partitions }) => `${name} with ${counted(partitions, 'partition')}`)
  const bytes = chunks === 'cut' ? ', bytes cut into chunks' : ''
  const { replication, minInSync = 1, metadataDelayMs, uncleanElection, racks = [] } = rest
  const inSync = minInSync > 1 ? ` (min.insync.replicas ${minInSync})` : ''
  const copies = replication === 1 ? '' : `, ${replication} copies of each${inSync}`
  const unclean = uncleanElection === true ? '; unclean leader election' : ''
  const late = metadataDelayMs === undefined ? '' : `; brokers hear of changes ${duration(metadataDelayMs)} late`
  const placed = racks.length === 0 ? '' : ` in racks ${listed(racks)}`
  const sent = rest.replicaSelector === undefined ? '' : '; readers are sent to a copy in their rack'
  return [
    `${counted(brokers, 'broker')}${placed} as Kafka ${imitate}; ${listed(topicWords) || 'no topics'}${copies}; `,
    `${duration(latencyMs)} one way${bytes}${unclean}${late}${sent}`,
  ].join('')
}

/** Those that differ only in their names are told together. */
function processesOf(specs: readonly ProcessSpec[]): readonly Labelled[] {
  const alike = new Map<string, string[]>()
  for (const spec of specs) {
    const text = processOf(spec)
    alike.set(text, [...(alike.get(text) ?? []), spec.name])
  }
  return [...alike].map(([text, names]) =>
    names.length === 1
      ? { label: names[0]!, text }
      : { label: counted(names.length, 'process'), text: `${listed(names)}: each ${text}` },
  )
}

function processOf({ entry, config, supervisor, startAtMs }: ProcessSpec): string {
  const isEmpty = config === null || (typeof config === 'object' && Object.keys(config).length === 0)
  const start = startAtMs === undefined || startAtMs === 0 ? '' : `, started at ${duration(startAtMs)}`
  const { restartAfterMs, maxRestarts } = supervisor
  const restarts =
    maxRestarts === 0
      ? 'not restarted'
      : `restarted ${duration(restartAfterMs)} after it ends, ${times(maxRestarts)} at most`
  return `${entry}${isEmpty ? '' : ` ${shortened(JSON.stringify(config), 200)}`}${start}, ${restarts}`
}

const times = (count: number): string => (count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`)

function messagesInto(workload: readonly WorkItem[]): string {
  const byTarget = new Map<string, string[]>()
  for (const { id, to } of workload) {
    const target = targetOf(to)
    byTarget.set(target, [...(byTarget.get(target) ?? []), id])
  }
  const groups = [...byTarget].map(([target, ids]) => `${listed(ids, 8)} to ${target}`)
  return groups.length === 0 ? 'none' : groups.join('; ')
}

function targetOf(to: WorkItem['to']): string {
  if ('process' in to) return to.process
  if ('file' in to) return `the file ${to.file}`
  return to.partition === undefined ? to.topic : `${to.topic}/${to.partition}`
}

/** `fault`, or `fault 1`, `fault 2`, …, one sentence each. */
export const faultsOf = ({ faults }: Pick<Plan, 'faults'>): readonly Labelled[] =>
  numbered('fault', faults.map(wordsOfFault))

function numbered(noun: 'fault' | 'delay', lines: readonly string[]): readonly Labelled[] {
  if (lines.length === 0) return [{ label: `${noun}s`, text: 'none' }]
  if (lines.length === 1) return [{ label: noun, text: lines[0]! }]
  return lines.map((text, index) => ({ label: `${noun} ${index + 1}`, text }))
}
