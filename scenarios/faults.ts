/**
 * Draws one fault from the catalogue of a run: first the kind, then the call by its name (so that a thousand heartbeats weigh no more
 * than one commit), then which of these calls, then the point.
 */
import fc, { type Arbitrary } from 'fast-check'
import { anchorOf, type Crossing, callName, POINTS } from '../harness/faults/anchors.ts'
import type { Fault, FaultKind, Point, Role } from '../harness/plan/plan.ts'

export interface FaultSources {
  readonly kinds: readonly FaultKind['kind'][]
  /** Calls of the run so far, in order. */
  readonly crossings: readonly Crossing[]
  /** For faults at calls that are about no partition. */
  readonly topics: readonly { readonly name: string; readonly partitions: number }[]
  readonly brokers: number
}

/** What a second broker is needed for. */
const NEEDS_TWO_BROKERS: ReadonlySet<FaultKind['kind']> = new Set(['leader-move'])

/** Undefined when nothing can be drawn: no call was made. */
export function faultFrom(sources: FaultSources): Arbitrary<Fault> | undefined {
  const kinds = sources.kinds.filter((kind) => sources.brokers > 1 || !NEEDS_TWO_BROKERS.has(kind))
  const requests = byName(sources.crossings.filter((crossing) => 'api' in crossing.call))
  const all = byName(sources.crossings)
  if (all.length === 0 || kinds.length === 0) return undefined
  return fc.constantFrom(...kinds).chain((kind) => {
    const groups = kind === 'lost-ack' || kind === 'lost-request' ? requests : all
    if (groups.length === 0) return callOf(all).chain((crossing) => faultAt('crash', crossing, sources))
    return callOf(groups).chain((crossing) => faultAt(kind, crossing, sources))
  })
}

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
  return 'messages' in subject || ('api' in call && call.api === 'OffsetCommit')
}

function faultAt(kind: FaultKind['kind'], crossing: Crossing, sources: FaultSources): Arbitrary<Fault> {
  const how = fc.constantFrom('fin' as const, 'rst' as const)
  switch (kind) {
    case 'crash':
      return point(crossing).map((at) => ({ at, kind }))
    case 'pause':
      return fc.tuple(point(crossing), fc.constantFrom(500, 2_500, 10_000)).map(([at, ms]) => ({ at, kind, ms }))
    case 'lost-ack':
      return fc.constantFrom('fin' as const, 'rst' as const, 'late' as const).map((lost) => ({
        at: anchorOf(crossing, 'applied'),
        kind,
        how: lost,
        ...(lost === 'late' ? { lateMs: 5_000 } : {}),
      }))
    case 'lost-request':
      return how.map((lost) => ({ at: anchorOf(crossing, 'before'), kind, how: lost }))
    case 'leader-move':
      return fc.tuple(point(crossing), role(crossing, sources)).map(([at, of]) => ({ at, kind, of }))
    case 'broker-restart':
      return fc
        .tuple(point(crossing), role(crossing, sources), fc.constantFrom(100, 1_000, 4_000))
        .map(([at, broker, downMs]) => ({ at, kind, broker, downMs }))
    case 'cluster-reset':
      return point(crossing).map((at) => ({ at, kind }))
    case 'slow-link':
      return fc
        .tuple(point(crossing), fc.constantFrom(50, 400, 2_000), fc.constantFrom(500, 5_000))
        .map(([at, latencyMs, ms]) => ({ at, kind, latencyMs, ms }))
  }
}

/** The points that this call reached. */
function point(crossing: Crossing): Arbitrary<Fault['at']> {
  const reached: Point[] = POINTS.filter((one) => crossing.reachedMs[one] >= 0)
  return fc
    .constantFrom(...(reached.length > 0 ? reached : (['before'] as const)))
    .map((one) => anchorOf(crossing, one))
}

/** Whom the fault is aimed at: the leader or coordinator that the call was about, else any leader. */
function role(crossing: Crossing, { topics }: FaultSources): Arbitrary<Role> {
  const { subject } = crossing
  if ('group' in subject) return fc.constant({ coordinatorOf: subject.group })
  if ('after' in subject && subject.after.length > 0) {
    return fc.constantFrom(...subject.after.map((place) => ({ leaderOf: partitionOf(place) })))
  }
  const partitions = topics.flatMap(({ name, partitions: count }) =>
    Array.from({ length: count }, (_, partition) => ({ topic: name, partition })),
  )
  return fc.constantFrom(...partitions.map((leaderOf) => ({ leaderOf })))
}

/** `orders/0:m17` → orders, 0. */
function partitionOf(place: string): { topic: string; partition: number } {
  const slash = place.lastIndexOf('/', place.indexOf(':') === -1 ? place.length : place.indexOf(':'))
  const colon = place.indexOf(':', slash)
  return { topic: place.slice(0, slash), partition: Number(place.slice(slash + 1, colon)) }
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
