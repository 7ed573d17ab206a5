/**
 * When a broker looks after its copies (LogManager.cleanupLogs, the thread of LogCleaner): every log.retention.check.interval.ms, from
 * log.initial.task.delay.ms after its start; topics that are compacted every log.cleaner.backoff.ms, from its start.
 *
 * Nothing happens to a log between two looks but what is seen here anyway, so a timer is armed for the first look at which something is to
 * be done, and none where that is further off than `horizonMs`: such a look is made up for when something next happens in the cluster, as
 * of the last moment at which Kafka would have looked. Clients can't tell, and an idle cluster with the default retention arms no timer.
 *
 * NOT modelled: the time that it takes; several cleaner threads (with no time taken, one does the same).
 */
import type { BrokerState } from './broker.ts'
import { logConfigOf } from './log-config.ts'
import { type Breach, deleteOldSegments, deletionDueMs } from './log-retention.ts'
import { isDeposed, type Replica, replicaOn } from './replication/replica.ts'
import type { ClusterState, Topic } from './state.ts'
import type { Context } from './types.ts'

/** A look that is to come; `timer` fires then. */
export interface Look {
  readonly atMs: number
  readonly timer: number
}

/** Longer than anything waits by itself. */
const horizonMs = 86_400_000

/** Something happened to this copy: it may be due earlier than was known. */
export function lookLater(ctx: Context, replica: Replica): void {
  const { state, nowMs } = ctx
  const broker = state.brokers.get(replica.broker)
  const topic = state.topics.get(replica.topic)
  if (broker === undefined || topic === undefined || topic.topicId !== replica.topicId || !isThere(broker)) return
  const atMs = dueMs(state, broker, topic, replica, nowMs)
  if (atMs === Number.POSITIVE_INFINITY || (broker.look !== null && broker.look.atMs <= atMs)) return
  if (atMs > nowMs + horizonMs) {
    if (atMs < state.lookDueMs) state.lookDueMs = atMs
    return
  }
  if (broker.look !== null) ctx.disarm(broker.look.timer)
  broker.look = { atMs, timer: ctx.arm(broker.id, atMs, { why: 'logs-looked-at' }) }
}

function isThere({ up, disk }: BrokerState): boolean {
  return up && disk !== 'failed'
}

/** The first look after now at which something is to be done; Infinity: none, unless something happens to it. */
function dueMs({ config }: ClusterState, broker: BrokerState, topic: Topic, { log }: Replica, nowMs: number): number {
  const of = logConfigOf(topic)
  const wallMs = deletionDueMs(log, of)
  if (wallMs === Number.POSITIVE_INFINITY) return wallMs
  return lookAt(looks(config, broker, of.isCompacted), Math.max(wallMs - config.epochMs, nowMs + 1))
}

interface Looks {
  readonly firstMs: number
  readonly everyMs: number
}

function looks(config: ClusterState['config'], { startedAtMs }: BrokerState, isCompacted: boolean): Looks {
  return isCompacted
    ? { firstMs: startedAtMs, everyMs: config.logCleanerBackoffMs }
    : { firstMs: startedAtMs + config.logInitialTaskDelayMs, everyMs: config.logRetentionCheckMs }
}

/** The first look then or later. */
function lookAt({ firstMs, everyMs }: Looks, thenMs: number): number {
  return firstMs + Math.max(0, Math.ceil((thenMs - firstMs) / everyMs)) * everyMs
}

/** The last look then or earlier; undefined: there was none. */
function lastLook({ firstMs, everyMs }: Looks, thenMs: number): number | undefined {
  return thenMs < firstMs ? undefined : thenMs - ((thenMs - firstMs) % everyMs)
}

/** The timer fired. */
export function look(ctx: Context, broker: BrokerState): void {
  broker.look = null
  lookAfter(ctx, broker)
}

/** Looks that no timer was armed for have passed. */
export function makeUpFor(ctx: Context): void {
  ctx.state.lookDueMs = Number.POSITIVE_INFINITY
  for (const broker of ctx.state.brokers.values()) lookAfter(ctx, broker)
}

function lookAfter(ctx: Context, broker: BrokerState): void {
  if (!isThere(broker)) return
  const { state, nowMs } = ctx
  for (const topic of state.topics.values()) {
    const of = logConfigOf(topic)
    const atMs = lastLook(looks(state.config, broker, of.isCompacted), nowMs)
    for (const partition of topic.partitions) {
      const replica = replicaOn(partition, broker.id)
      if (replica === undefined) continue
      if (atMs !== undefined) {
        const { segments, by } = deleteOldSegments(replica.log, of, state.config.epochMs + atMs)
        if (segments > 0) changed(state, replica)
        if (by !== null) tellStart(ctx, replica, by)
      }
      lookLater(ctx, replica)
    }
  }
}

function changed({ stirred, audit }: ClusterState, replica: Replica): void {
  stirred.add(replica)
  audit.touched.add(replica)
}

function tellStart(ctx: Context, replica: Replica, by: Breach): void {
  const { topic, topicId, partition, log, role } = replica
  if (role.is !== 'leader' || isDeposed(ctx.state, replica)) {
    log.untold.start = by
    return
  }
  log.untold.start = null
  ctx.note({ what: 'log-start', topic, topicId, partition, offset: String(log.startOffset), by })
}

/** It leads now: what it did to its copy before is true for all. */
export function tellUntold(ctx: Context, replica: Replica): void {
  const { start } = replica.log.untold
  if (start !== null) tellStart(ctx, replica, start)
}
