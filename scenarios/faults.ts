/**
 * Draws what goes wrong next from the catalogue of a run: first the kind, then the call by its name (so that a thousand heartbeats weigh
 * no more than one commit), then which of these calls, then the point and the parameters. One fault, or two that belong together.
 */
import fc, { type Arbitrary } from 'fast-check'
import { type Crossing, callName } from '../harness/faults/anchors.ts'
import { errorsAt } from '../harness/plan/error-answers.ts'
import type { Fault, FaultKind, ProcessSpec } from '../harness/plan/plan.ts'
import { faultsAt } from './fault-parameters.ts'

export interface FaultSources {
  readonly kinds: readonly FaultKind['kind'][]
  /** Calls of the run so far, in order. */
  readonly crossings: readonly Crossing[]
  /** For faults at calls that are about no partition. */
  readonly topics: readonly { readonly name: string; readonly partitions: number }[]
  readonly brokers: number
  /** Copies of each partition. */
  readonly replication: number
  /** For faults that are aimed at their time-outs. */
  readonly processes: readonly Pick<ProcessSpec, 'name' | 'config'>[]
}

type Kind = FaultKind['kind']

/** What a second broker, a group, or an answer is needed for. */
const NEEDS_TWO_BROKERS: ReadonlySet<Kind> = new Set<Kind>(['leader-move', 'coordinator-load'])
const NEEDS_COPIES: ReadonlySet<Kind> = new Set<Kind>(['broker-partition', 'unclean-election'])
const NEEDS_GROUP: ReadonlySet<Kind> = new Set<Kind>(['offset-reset'])
const NEEDS_COORDINATOR: ReadonlySet<Kind> = new Set<Kind>(['coordinator-load'])
const NEEDS_TRANSACTIONS: ReadonlySet<Kind> = new Set<Kind>(['slow-markers'])
const NEEDS_REQUEST: ReadonlySet<Kind> = new Set<Kind>(['lost-ack', 'lost-request', 'cut-answer', 'error-answer'])

/** Undefined when nothing can be drawn: no call was made. */
export function faultsFrom(sources: FaultSources): Arbitrary<readonly Fault[]> | undefined {
  const hasGroup = sources.crossings.some(({ subject }) => 'group' in subject)
  const hasTransactions = sources.crossings.some(({ subject }) => 'transactionalId' in subject)
  const kinds = sources.kinds.filter(
    (kind) =>
      (sources.brokers > 1 || !NEEDS_TWO_BROKERS.has(kind)) &&
      (sources.replication > 1 || !NEEDS_COPIES.has(kind)) &&
      (hasGroup || !NEEDS_GROUP.has(kind)) &&
      (hasTransactions || !NEEDS_TRANSACTIONS.has(kind)) &&
      (hasGroup || hasTransactions || !NEEDS_COORDINATOR.has(kind)),
  )
  const requests = byName(sources.crossings.filter((crossing) => 'api' in crossing.call))
  const all = byName(sources.crossings)
  if (all.length === 0 || kinds.length === 0) return undefined
  return fc.constantFrom(...kinds).chain((kind) => {
    const groups = NEEDS_REQUEST.has(kind)
      ? requests.filter(([call]) => kind !== 'error-answer' || mayFail(call!))
      : all
    if (groups.length === 0) return callOf(all).chain((crossing) => faultsAt('crash', crossing, sources))
    return callOf(groups).chain((crossing) => faultsAt(kind, crossing, sources))
  })
}

const works: ReadonlySet<string> = new Set(['OffsetCommit', 'TxnOffsetCommit', 'EndTxn'])

/** Calls that carry messages or say how far they were handled: what is lost or repeated is lost or repeated there. */
const WORK = 4

function callOf(groups: readonly (readonly Crossing[])[]): Arbitrary<Crossing> {
  const weighted = groups.map((calls) => ({
    weight: isWork(calls[0]!) ? WORK : 1,
    arbitrary: fc.constantFrom(...calls),
  }))
  return fc.oneof(...weighted)
}

function isWork({ call, subject }: Crossing): boolean {
  return 'messages' in subject || ('api' in call && works.has(call.api))
}

function mayFail({ call }: Crossing): boolean {
  return 'api' in call && errorsAt(call.api, 'before').length > 0
}

function byName(crossings: readonly Crossing[]): readonly (readonly Crossing[])[] {
  const groups = new Map<string, Crossing[]>()
  for (const crossing of crossings) {
    const name = callName(crossing.call)
    const group = groups.get(name)
    if (group === undefined) groups.set(name, [crossing])
    else group.push(crossing)
  }
  return [...groups.values()]
}
