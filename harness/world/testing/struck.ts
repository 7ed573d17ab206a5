/** For tests of single faults: a calm run of a reference application first, then the same with a fault at one of its calls. */
import { anchorOf, type Crossing, callName } from '../../faults/anchors.ts'
import type { Op } from '../../history/op.ts'
import type { Fault, FaultKind, Json, Plan, Point, ProcessSpec, WorkItem } from '../../plan/plan.ts'
import { parsePlan, printPlan } from '../../plan/schema.ts'
import { type Run, run } from '../../run.ts'
import { stageOfFixtures } from './fixture.ts'

const stage = stageOfFixtures()
const supervisor = { restartAfterMs: 200, maxRestarts: 3 }

export interface Shape {
  readonly brokers?: number
  readonly partitions?: number
  readonly processes: readonly ProcessSpec[]
  readonly workload: readonly WorkItem[]
}

/** A consumer that applies and then commits, and three orders that come one after the other. */
export function consumers(instances = 1, of: { config?: Json; everyMs?: number; count?: number } = {}): Shape {
  const { everyMs = 400, count = 3 } = of
  return {
    processes: Array.from({ length: instances }, (_, i) => ({
      name: `consumer-${i}`,
      entry: 'ackward:apps/commit-after',
      config: { topic: 'orders', group: 'billing', sessionTimeoutMs: 3_000, ...(of.config as object) },
      supervisor,
    })),
    workload: Array.from({ length: count }, (_, i) => ({
      id: `m${i + 1}`,
      to: { topic: 'orders', partition: 0 },
      key: null,
      value: { id: `m${i + 1}` },
      atMs: i * everyMs,
    })),
  }
}

/** A producer that is told to send three orders. */
export function producers(entry = 'ackward:apps/idempotent-producer', client: Json = { requestTimeout: 1_000 }): Shape {
  return {
    processes: [{ name: 'producer-0', entry, config: { topic: 'orders', concurrency: 1, client }, supervisor }],
    workload: Array.from({ length: 3 }, (_, i) => ({
      id: `m${i + 1}`,
      to: { process: 'producer-0' },
      key: null,
      value: { id: `m${i + 1}` },
      atMs: 300 + i * 300,
    })),
  }
}

export function planOf(
  { brokers = 2, partitions = 1, processes, workload }: Shape,
  faults: readonly Fault[] = [],
): Plan {
  return {
    format: 1,
    scenario: 'strike',
    promise: 'at-least-once',
    seed: 'strike',
    topology: {
      brokers,
      replication: 1,
      imitate: '3.9',
      topics: [{ name: 'orders', partitions }],
      latencyMs: 1,
      chunks: 'whole',
    },
    processes,
    workload,
    faults,
    delays: [],
    limits: { events: 400_000, virtualMs: 600_000 },
  }
}

/** As it would be read from a file. */
export async function runOf(plan: Plan): Promise<Run> {
  const read = parsePlan(printPlan(plan), 'the plan')
  await stage.prepare(read)
  return run(read, { stage })
}

export interface Call {
  readonly name: string
  readonly process?: string
  /** A message that it is about, or just after which it is about. */
  readonly message?: string
  readonly nth?: number
}

/** The fault at this point of the call that a calm run made. */
export async function at(shape: Shape, call: Call, point: Point, ...kinds: readonly FaultKind[]): Promise<Fault[]> {
  const { crossings } = await runOf(planOf(shape))
  const made = crossings.filter((crossing) => isMeant(call, crossing))
  const crossing = made[(call.nth ?? 1) - 1]
  if (crossing === undefined) {
    const names = [...new Set(crossings.map((one) => callName(one.call)))].join(', ')
    throw new Error(`no such call: ${JSON.stringify(call)}; there are ${names}`)
  }
  return kinds.map((kind) => ({ at: anchorOf(crossing, point), ...kind }) as Fault)
}

function isMeant({ name, process, message }: Call, { call, process: by, subject }: Crossing): boolean {
  const about = 'messages' in subject ? subject.messages : 'after' in subject ? subject.after : []
  return (
    callName(call) === name &&
    (process === undefined || process === by) &&
    (message === undefined || about.some((one) => one === message || one.endsWith(`:${message}`)))
  )
}

/** Runs the shape with the faults; the last `ended` must be rest. */
export async function struckBy(shape: Shape, call: Call, point: Point, ...kinds: readonly FaultKind[]): Promise<Run> {
  return runOf(planOf(shape, await at(shape, call, point, ...kinds)))
}

/** What the application's store has, `m1, m2, …`, in the order in which it came. */
export function effects({ history }: Pick<Run, 'history'>): string[] {
  return history.flatMap(({ body }) => (body.what === 'applied' ? body.messages : []))
}

/** What lies in the log, in order of appending. */
export function stored({ history }: Pick<Run, 'history'>): string[] {
  return history.flatMap(({ body }) => (body.what === 'appended' && !body.topic.startsWith('__') ? body.messages : []))
}

/** Lines that the client logged, or that its application did. */
export function logged({ history }: Pick<Run, 'history'>, about: RegExp): string[] {
  return history.flatMap(({ body }: Op) => (body.what === 'log' && about.test(body.text) ? [body.text] : []))
}

/** What brokers refused: `Produce NOT_LEADER_OR_FOLLOWER`. */
export function refusals({ history }: Pick<Run, 'history'>): string[] {
  return history.flatMap(({ body }) => (body.what === 'refused' ? [`${body.api} ${body.error}`] : []))
}
