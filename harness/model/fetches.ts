/**
 * The purgatory of fetches: requests that wait for enough bytes (DelayedFetch, DelayedOperationPurgatory). One is let go, and then reads
 * again, when its bytes are there, when any of its partitions has another leader or is gone, and when its time is up.
 */
import { answerFetch, type Fetch, readAll, replicaFor, visibleUpTo } from './fetch-answer.ts'
import { type Log, positionOf } from './log.ts'
import { segmentOf } from './log-segments.ts'
import type { Replica } from './replication/replica.ts'
import type { ClusterState } from './state.ts'
import type { ConnectionId, Context } from './types.ts'

/** LogOffsetMetadata. */
interface Place {
  /** Where its segment begins. */
  readonly segment: bigint
  /** How far from there, in bytes. */
  readonly position: number
}

export interface WaitingFetch {
  readonly id: number
  readonly fetch: Fetch
  /** What it watches. */
  readonly replicas: readonly Replica[]
  /** Where its reading starts in each of them. */
  readonly places: readonly Place[]
  readonly timer: number
}

/**
 * Waits `maxWaitMs` at most. All partitions that it asks for can be read on this broker: else it would have been answered. Not let wait
 * (tryCompleteElseWatch) is who is to read a segment that is full, and who asks for what lies behind all that readers may see: a follower may
 * not know how far that is by now.
 */
export function wait(ctx: Context, fetch: Fetch, replicas: readonly Replica[], maxWaitMs: number): void {
  const { broker } = fetch.request
  const places = replicas.map(({ log }, i) => placeOf(log, fetch.asked[i]!.offset))
  if (isReady(ctx, { fetch, replicas, places })) {
    answerFetch(ctx, fetch, readAll(ctx, fetch))
    return
  }
  const id = ctx.state.nextFetchId++
  const timer = ctx.arm(broker, ctx.nowMs + maxWaitMs, { why: 'fetch-wait', fetch: id })
  ctx.state.brokers.get(broker)!.fetches.set(id, { id, fetch, replicas, places, timer })
}

/** Lets go of what can be answered now that something happened to these copies. */
export function letGo(ctx: Context, stirred: readonly Replica[]): void {
  for (const broker of ctx.state.brokers.values()) {
    if (broker.fetches.size === 0) continue
    for (const waiting of [...broker.fetches.values()]) {
      if (waiting.replicas.some((replica) => stirred.includes(replica)) && isReady(ctx, waiting)) finish(ctx, waiting)
    }
  }
}

/** DelayedFetch.tryComplete. */
function isReady(
  ctx: Context,
  { fetch, replicas, places }: Pick<WaitingFetch, 'fetch' | 'replicas' | 'places'>,
): boolean {
  let bytes = 0
  for (let i = 0; i < replicas.length; i++) {
    const asked = fetch.asked[i]!
    const replica = replicas[i]!
    if (replicaFor(ctx, fetch.request, asked) !== replica) return true
    const end = visibleUpTo(replica.log, fetch.isolationLevel)
    if (asked.offset > end) return true
    if (asked.offset === end) continue
    const from = places[i]!
    const to = placeOf(replica.log, end)
    // It reads of the older segment only, and that gets no more.
    if (from.segment < to.segment) return true
    bytes += Math.min(to.position - from.position, asked.maxBytes)
  }
  return bytes >= fetch.minBytes
}

function placeOf(log: Log, offset: bigint): Place {
  const { baseOffset, position } = log.segments[segmentOf(log, offset)]!
  return { segment: baseOffset, position: positionOf(log, offset) - position }
}

export function timeIsUp(ctx: Context, broker: number, id: number): void {
  const waiting = ctx.state.brokers.get(broker)?.fetches.get(id)
  if (waiting !== undefined) finish(ctx, waiting)
}

function finish(ctx: Context, { id, fetch, timer }: WaitingFetch): void {
  ctx.state.brokers.get(fetch.request.broker)!.fetches.delete(id)
  ctx.disarm(timer)
  answerFetch(ctx, fetch, readAll(ctx, fetch))
}

/** Nobody is there any more to answer to. */
export function dropFetches(state: ClusterState, broker: number, connection: ConnectionId): void {
  const { fetches } = state.brokers.get(broker)!
  for (const { id, fetch, timer } of [...fetches.values()]) {
    if (fetch.request.connection !== connection) continue
    fetches.delete(id)
    state.timers.delete(timer)
  }
}
