/** Draws the point and the parameters of a kind of fault at a call. What must outlast a time-out of the process is aimed at it. */
import fc, { type Arbitrary } from 'fast-check'
import { anchorOf, type Crossing, POINTS } from '../harness/faults/anchors.ts'
import { errorsAt } from '../harness/plan/error-answers.ts'
import type { CoordinatorRole, Fault, FaultKind, Json, Point, Role } from '../harness/plan/plan.ts'
import type { FaultSources } from './faults.ts'

type OneOf<K extends FaultKind['kind']> = Arbitrary<Extract<Fault, { readonly kind: K }>>

const how = fc.constantFrom('fin' as const, 'rst' as const)

/** One fault, or two that belong together, in the order in which they strike. */
export function faultsAt(
  kind: FaultKind['kind'],
  crossing: Crossing,
  sources: FaultSources,
): Arbitrary<readonly Fault[]> {
  if (kind === 'second-instance') {
    // A second instance has none of its own.
    const isOriginal = sources.processes.some(({ name }) => name === crossing.process)
    return isOriginal ? secondInstance(crossing, sources) : faultsAt('crash', crossing, sources)
  }
  return faultAt(kind, crossing, sources).map((fault) => [fault])
}

function faultAt(
  kind: Exclude<FaultKind['kind'], 'second-instance'>,
  crossing: Crossing,
  sources: FaultSources,
): Arbitrary<Fault> {
  const at = point(crossing)
  const leader = role(crossing, sources)
  switch (kind) {
    case 'crash':
    case 'cluster-reset':
      return at.map((at) => ({ at, kind }))
    case 'pause':
      return fc
        .tuple(at, fc.constantFrom(500, 2_500, zombieMs(crossing, sources)))
        .map(([at, ms]) => ({ at, kind, ms }))
    case 'stop':
      return fc.tuple(at, fc.constantFrom(10_000, 10_000, 100)).map(([at, graceMs]) => ({ at, kind, graceMs }))
    case 'lost-ack':
      return fc.constantFrom('fin' as const, 'rst' as const, 'late' as const).map((lost) => ({
        at: anchorOf(crossing, 'applied'),
        kind,
        how: lost,
        ...(lost === 'late' ? { lateMs: 5_000 } : {}),
      }))
    case 'cut-answer':
      return fc
        .tuple(how, fc.integer({ min: 1, max: 60 }))
        .map(([how, bytes]) => ({ at: anchorOf(crossing, 'applied'), kind, how, bytes }))
    case 'lost-request':
      return how.map((lost) => ({ at: anchorOf(crossing, 'before'), kind, how: lost }))
    case 'error-answer':
      return errorAnswer(crossing)
    case 'leader-move':
      return fc.tuple(at, leader).map(([at, of]) => ({ at, kind, of }))
    case 'broker-restart':
      return fc
        .tuple(at, leader, fc.constantFrom(100, 1_000, 4_000))
        .map(([at, broker, downMs]) => ({ at, kind, broker, downMs }))
    case 'slow-link':
      return fc
        .tuple(at, fc.constantFrom(50, 400, 2_000), fc.constantFrom(500, 5_000))
        .map(([at, latencyMs, ms]) => ({ at, kind, latencyMs, ms }))
    case 'black-hole':
      return fc
        .tuple(
          at,
          fc.oneof(fc.constant('all' as const), leader),
          fc.constantFrom('both' as const, 'both' as const, 'up' as const, 'down' as const),
          fc.constantFrom(400, 2_000, 8_000),
        )
        .map(([at, broker, way, ms]) => ({ at, kind, broker, way, ms }))
    case 'broker-wipe':
      return fc
        .tuple(at, leader, fc.constantFrom(100, 1_000), fc.constantFrom('nothing' as const, 'offsets' as const))
        .map(([at, broker, downMs, keeps]) => ({ at, kind, broker, downMs, keeps }))
    case 'machine-crash':
      return fc
        .tuple(at, leader, fc.constantFrom(100, 4_000), fc.constantFrom(5, 100, 5_000))
        .map(([at, broker, downMs, lostMs]) => ({ at, kind, broker, downMs, lostMs }))
    case 'broker-partition':
      return fc
        .tuple(
          at,
          leader,
          fc.constantFrom('both' as const, 'both' as const, 'out' as const, 'in' as const),
          fc.constantFrom(500, 4_000, 50_000),
        )
        .map(([at, broker, way, ms]) => ({ at, kind, broker, way, ms }))
    case 'unclean-election':
      return fc
        .tuple(at, place(crossing, sources), fc.integer({ min: 1, max: 3 }), fc.constantFrom(100, 4_000))
        .map(([at, { topic, partition }, behind, downMs]) => ({ at, kind, topic, partition, behind, downMs }))
    case 'disk-full':
    case 'stale-metadata':
      return fc.tuple(at, leader, fc.constantFrom(500, 4_000)).map(([at, broker, ms]) => ({ at, kind, broker, ms }))
    case 'empty-metadata':
      return fc
        .tuple(
          at,
          fc.oneof(fc.constant('all' as const), leader),
          fc.constantFrom('leaders' as const, 'brokers' as const),
          fc.constantFrom(500, 4_000),
        )
        .map(([at, broker, lacks, ms]) => ({ at, kind, broker, lacks, ms }))
    case 'controller-loss':
      return fc.tuple(at, fc.constantFrom(1_000, 8_000)).map(([at, ms]) => ({ at, kind, ms }))
    case 'coordinator-load':
      return fc
        .tuple(at, coordinator(crossing, sources), fc.constantFrom(500, 4_000))
        .map(([at, of, ms]) => ({ at, kind, of, ms }))
    case 'slow-markers':
      return fc
        .tuple(
          at,
          transactionCoordinator(crossing, sources),
          fc.constantFrom(200, 3_000),
          fc.constantFrom(1_000, 10_000),
        )
        .map(([at, of, delayMs, ms]) => ({ at, kind, of, delayMs, ms }))
    case 'topic-recreate':
      return fc
        .tuple(at, place(crossing, sources), fc.constantFrom(0, 500))
        .map(([at, { topic }, goneMs]) => ({ at, kind, topic, goneMs }))
    case 'retention':
      return fc
        .tuple(at, place(crossing, sources), fc.constantFrom(0, 1))
        .map(([at, { topic, partition }, keep]) => ({ at, kind, topic, partition, keep }))
    case 'offset-reset':
      return fc
        .tuple(
          at,
          group(sources),
          place(crossing, sources),
          fc.constantFrom('earliest' as const, 'latest' as const, { offset: 1 }),
        )
        .map(([at, group, { topic }, to]) => ({ at, kind, group, topic, to }))
  }
}

/** Beside a process that lives, or in place of one that stands still and then wakes: a zombie. */
function secondInstance(crossing: Crossing, sources: FaultSources): Arbitrary<readonly Fault[]> {
  const afterMs = fc.constantFrom(0, 1_000, zombieMs(crossing, sources))
  return fc
    .tuple(point(crossing), afterMs, fc.constantFrom(undefined, 500, 5_000))
    .map(([at, afterMs, wakesAfterMs]) => {
      const second: Fault = { at, kind: 'second-instance', afterMs }
      if (wakesAfterMs === undefined) return [second]
      return [{ at, kind: 'pause', ms: wakesAfterMs, until: 'successor' }, second]
    })
}

/** At a point at which this call may be answered with an error, one that it may be answered with there. */
function errorAnswer(crossing: Crossing): OneOf<'error-answer'> {
  const { call, reachedMs } = crossing
  const api = 'api' in call ? call.api : ''
  const reached = (['before', 'applied'] as const).filter((one) => reachedMs[one] >= 0 && errorsAt(api, one).length > 0)
  return fc
    .constantFrom(...(reached.length > 0 ? reached : (['before'] as const)))
    .chain((one) =>
      fc
        .constantFrom(...errorsAt(api, one))
        .map((error) => ({ at: anchorOf(crossing, one), kind: 'error-answer' as const, error })),
    )
}

/** Beyond every time-out by which the cluster takes a process for dead, where its configuration says them. */
function zombieMs({ process }: Crossing, { processes }: FaultSources): number {
  const config = processes.find(({ name }) => name === process)?.config
  const longest = Math.max(0, ...TIMEOUTS.map((name) => timeout(config, name)))
  return Math.max(10_000, Math.ceil(1.5 * longest))
}

const TIMEOUTS = ['sessionTimeoutMs', 'sessionTimeout', 'transactionTimeoutMs', 'transactionTimeout']

function timeout(config: Json | undefined, name: string): number {
  if (typeof config !== 'object' || config === null || Array.isArray(config)) return 0
  const value = (config as { readonly [name: string]: Json })[name]
  return typeof value === 'number' ? value : 0
}

/** The points that this call reached. */
function point(crossing: Crossing): Arbitrary<Fault['at']> {
  const reached: Point[] = POINTS.filter((one) => crossing.reachedMs[one] >= 0)
  return fc
    .constantFrom(...(reached.length > 0 ? reached : (['before'] as const)))
    .map((one) => anchorOf(crossing, one))
}

/** Whom the fault is aimed at: the leader or coordinator that the call was about, else any leader. */
function role(crossing: Crossing, sources: FaultSources): Arbitrary<Role> {
  const { subject } = crossing
  if ('group' in subject) return fc.constant({ coordinatorOf: subject.group })
  if ('transactionalId' in subject) return fc.constant({ transactionCoordinatorOf: subject.transactionalId })
  return place(crossing, sources).map((leaderOf) => ({ leaderOf }))
}

interface Place {
  readonly topic: string
  readonly partition: number
}

/** A partition that the call was about, else any. */
function place({ subject }: Crossing, { topics }: FaultSources): Arbitrary<Place> {
  if ('after' in subject && subject.after.length > 0) return fc.constantFrom(...subject.after.map(partitionOf))
  return fc.constantFrom(
    ...topics.flatMap(({ name, partitions: count }) =>
      Array.from({ length: count }, (_, partition) => ({ topic: name, partition })),
    ),
  )
}

/** That which the call was about, else any that the run has. */
function coordinator({ subject }: Crossing, sources: FaultSources): Arbitrary<CoordinatorRole> {
  if ('group' in subject) return fc.constant({ coordinatorOf: subject.group })
  if ('transactionalId' in subject) return fc.constant({ transactionCoordinatorOf: subject.transactionalId })
  const groups = [...groupsIn(sources)].map((coordinatorOf) => ({ coordinatorOf }))
  const ids = [...transactionalIdsIn(sources)].map((transactionCoordinatorOf) => ({ transactionCoordinatorOf }))
  return fc.constantFrom(...groups, ...ids)
}

function transactionCoordinator(
  { subject }: Crossing,
  sources: FaultSources,
): Arbitrary<{ readonly transactionCoordinatorOf: string }> {
  const ids = 'transactionalId' in subject ? [subject.transactionalId] : [...transactionalIdsIn(sources)]
  return fc.constantFrom(...ids.map((transactionCoordinatorOf) => ({ transactionCoordinatorOf })))
}

const group = (sources: FaultSources): Arbitrary<string> => fc.constantFrom(...groupsIn(sources))

function groupsIn({ crossings }: FaultSources): ReadonlySet<string> {
  return new Set(crossings.flatMap(({ subject }) => ('group' in subject ? [subject.group] : [])))
}

function transactionalIdsIn({ crossings }: FaultSources): ReadonlySet<string> {
  return new Set(crossings.flatMap(({ subject }) => ('transactionalId' in subject ? [subject.transactionalId] : [])))
}

/** `orders/0:m17` → orders, 0. */
function partitionOf(place: string): Place {
  const slash = place.lastIndexOf('/', place.indexOf(':') === -1 ? place.length : place.indexOf(':'))
  const colon = place.indexOf(':', slash)
  return { topic: place.slice(0, slash), partition: Number(place.slice(slash + 1, colon)) }
}
