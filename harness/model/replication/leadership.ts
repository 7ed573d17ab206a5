/**
 * What a leader knows of its followers, how far all in-sync replicas are, and who waits for that
 * (Partition.maybeIncrementLeaderHW, checkEnoughReplicasReachOffset; DelayedProduce).
 */
import type { ErrorName } from '../../wire/error-codes.ts'
import { raiseHighWatermark } from '../log.ts'
import type { ClusterState } from '../state.ts'
import { numberOf } from '../topic-config.ts'
import type { Context } from '../types.ts'
import { isCaughtUp, type Progress } from './progress.ts'
import type { Replica } from './replica.ts'

export interface Leadership {
  readonly is: 'leader'
  /** Where its epoch begins. */
  readonly startOffset: bigint
  /** As the controller told it last. */
  isr: readonly number[]
  /** With which it told it. */
  partitionEpoch: number
  /** By broker; empty for a lone copy. */
  readonly followers: ReadonlyMap<number, Progress>
  /** Writes that wait for the ISR, by id, in the order in which they came. */
  readonly awaited: Map<number, Awaited>
  /** Fires when followers may have been behind for too long; null: nobody has been behind since it was last looked. */
  isrTimer: number | null
}

/** A write that waits until all in-sync replicas have it; or a deletion that waits until no copy begins before it. */
export interface Awaited {
  readonly what: 'in-sync' | 'low-watermark'
  /** The log end behind the write; where logs are to begin. */
  readonly upTo: bigint
  readonly timer: number
  /** The broker that goes on then: this one, or a coordinator that has sent a marker. */
  readonly waiter: number
  readonly then: Then
}

/** Null: it is replicated. Called once, unless the broker that waits goes down: then nobody is there to go on. */
export type Then = (ctx: Context, error: ErrorName | null) => void

/** min.insync.replicas, of which there can be no more than there are copies. */
function minInSync(state: ClusterState, { topic }: Replica, { followers }: Leadership): number {
  const of = state.topics.get(topic)
  const own = of && numberOf(of, 'min.insync.replicas')
  return Math.min(own ?? state.config.minInSyncReplicas, followers.size + 1)
}

/**
 * Readers may see what all in-sync replicas have, and those who are about to join them; and nothing new at all while there are fewer
 * than min.insync.replicas. Whether it moved.
 */
export function advance(state: ClusterState, replica: Replica, nowMs: number): boolean {
  const { log, role } = replica
  if (role.is !== 'leader') return false
  let upTo = log.endOffset
  if (role.followers.size > 0) {
    if (isShort(state, replica)) return false
    for (const [broker, progress] of role.followers) {
      if (progress.endOffset >= upTo) continue
      if (role.isr.includes(broker) || joins(state, broker, progress, log.endOffset, nowMs)) upTo = progress.endOffset
    }
  }
  if (!raiseHighWatermark(log, upTo)) return false
  state.stirred.add(replica)
  state.audit.touched.add(replica)
  return true
}

function joins(state: ClusterState, broker: number, progress: Progress, endOffset: bigint, nowMs: number): boolean {
  return (
    !progress.isGone &&
    state.brokers.get(broker)?.up === true &&
    isCaughtUp(progress, endOffset, nowMs, state.config.replicaLagMs)
  )
}

/** Calls `then` once all in-sync replicas have the log up to here: now, when they have, or with what came in between. */
export function awaitInSync(
  ctx: Context,
  replica: Replica,
  upTo: bigint,
  timeoutMs: number,
  then: Then,
  waiter = replica.broker,
): void {
  const { role } = replica
  if (role.is !== 'leader') {
    then(ctx, 'NOT_LEADER_OR_FOLLOWER')
    return
  }
  if (replica.log.highWatermark >= upTo) {
    then(ctx, enough(ctx.state, replica))
    return
  }
  enqueue(ctx, replica, role, { what: 'in-sync', upTo, waiter, then }, timeoutMs)
}

function enqueue(
  ctx: Context,
  { topic, partition, broker }: Replica,
  role: Leadership,
  waiting: Omit<Awaited, 'timer'>,
  timeoutMs: number,
): void {
  const id = ctx.state.nextAwaitedId++
  const timer = ctx.arm(broker, ctx.nowMs + timeoutMs, { why: 'in-sync-awaited', topic, partition, awaited: id })
  role.awaited.set(id, { ...waiting, timer })
}

/** Where the last of the copies begins whose brokers are up (Partition.lowWatermarkIfLeader). */
export function lowWatermark({ brokers }: ClusterState, { log, role }: Replica): bigint {
  let low = log.startOffset
  if (role.is !== 'leader') return low
  for (const [broker, { startOffset }] of role.followers) {
    if (startOffset < low && brokers.get(broker)?.up === true) low = startOffset
  }
  return low
}

/** Calls `then` once no copy begins before this offset (DelayedDeleteRecords). The replica leads. */
export function awaitLowWatermark(ctx: Context, replica: Replica, upTo: bigint, timeoutMs: number, then: Then): void {
  const { role, broker: waiter } = replica
  if (role.is !== 'leader' || lowWatermark(ctx.state, replica) >= upTo) then(ctx, null)
  else enqueue(ctx, replica, role, { what: 'low-watermark', upTo, waiter, then }, timeoutMs)
}

/** Fewer are in sync than min.insync.replicas asks for. */
export function isShort(state: ClusterState, replica: Replica): boolean {
  const { role } = replica
  return role.is === 'leader' && role.isr.length < minInSync(state, replica, role)
}

function enough(state: ClusterState, replica: Replica): ErrorName | null {
  return isShort(state, replica) ? 'NOT_ENOUGH_REPLICAS_AFTER_APPEND' : null
}

/** Whether what a coordinator knows is what its log says: nothing waits for replicas, and nothing was given up that may be in it. */
export function isSettled({ partedFromLog }: { readonly partedFromLog: boolean }, by: Replica | undefined): boolean {
  if (partedFromLog || by?.role.is !== 'leader' || by.role.awaited.size > 0) return false
  return by.log.highWatermark === by.log.endOffset
}

/** Goes on with what was waited for. */
export function settleAwaited(ctx: Context, replica: Replica): void {
  const { role, log } = replica
  if (role.is !== 'leader') return
  for (const [id, { what, upTo, timer, then }] of role.awaited) {
    if (upTo > (what === 'in-sync' ? log.highWatermark : lowWatermark(ctx.state, replica))) continue
    role.awaited.delete(id)
    ctx.disarm(timer)
    then(ctx, what === 'in-sync' ? enough(ctx.state, replica) : null)
  }
}

export function awaitedTimeIsUp(ctx: Context, { role }: Replica, id: number): void {
  const waiting = role.is === 'leader' ? role.awaited.get(id) : undefined
  if (role.is !== 'leader' || waiting === undefined) return
  role.awaited.delete(id)
  waiting.then(ctx, 'REQUEST_TIMED_OUT')
}

/** Its broker goes down: only who waits on another one notices. */
export function breakAwaited(ctx: Context, { awaited }: Leadership, broker: number): void {
  const elsewhere = [...awaited.values()].filter(({ waiter }) => waiter !== broker)
  awaited.clear()
  for (const { then } of elsewhere) then(ctx, 'NETWORK_EXCEPTION')
}

/** It leads no more: whoever waits is told so. */
export function refuseAwaited(ctx: Context, { awaited }: Leadership, error: ErrorName): void {
  const waiting = [...awaited.values()]
  awaited.clear()
  for (const { timer, then } of waiting) {
    ctx.disarm(timer)
    then(ctx, error)
  }
}
