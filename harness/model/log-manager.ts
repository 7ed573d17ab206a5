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

import { forgetOld } from './append.ts'
import type { BrokerState } from './broker.ts'
import { isInternal } from './internal-topics.ts'
import { keepUncleaned } from './invariants.ts'
import { clean } from './log-cleaner/clean.ts'
import { cleanable, cleaningDueMs } from './log-cleaner/cleanable.ts'
import type { Removed } from './log-cleaner/filter.ts'
import { type LogConfig, logConfigOf } from './log-config.ts'
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
  const wallMs = Math.min(deletionDueMs(log, of), cleaningDueMs(log, of, config.epochMs + nowMs))
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
        if (of.isCompacted) cleanAll(ctx, replica, of, state.config.epochMs + atMs)
        const { segments, by } = deleteOldSegments(replica.log, of, state.config.epochMs + atMs)
        if (segments > 0) changed(state, replica)
        if (by !== null) tellStart(ctx, replica, by)
      }
      lookLater(ctx, replica)
    }
  }
}

/** Until it is clean enough. */
function cleanAll(ctx: Context, replica: Replica, of: LogConfig, wallMs: number): void {
  const { state } = ctx
  const { log, topic } = replica
  for (;;) {
    const what = cleanable(log, of, wallMs)
    if (what === undefined) return
    forgetOld(state, replica, wallMs)
    keepUncleaned(state.audit, replica)
    const removed = clean(log, of, what, wallMs)
    changed(state, replica)
    if (removed.length > 0 && !isInternal(topic)) tellRemoved(ctx, replica, removed)
  }
}

function changed({ stirred, audit }: ClusterState, replica: Replica): void {
  stirred.add(replica)
  audit.touched.add(replica)
}

function tellStart(ctx: Context, replica: Replica, by: Breach): void {
  const { topic, topicId, partition, log } = replica
  if (!isTold(ctx, replica)) {
    log.untold.start = by
    return
  }
  log.untold.start = null
  ctx.note({ what: 'log-start', topic, topicId, partition, offset: String(log.startOffset), by })
}

function tellRemoved(ctx: Context, replica: Replica, removed: readonly Removed[]): void {
  const { topic, topicId, partition, log } = replica
  if (!isTold(ctx, replica)) {
    log.untold.removed.push(...removed)
    return
  }
  const records = removed.map(({ offset, message, why }) => ({ offset: String(offset), message, why }))
  ctx.note({ what: 'compacted', topic, topicId, partition, upTo: String(log.sparseUpTo), records })
}

/** Clients read what this copy has. */
function isTold({ state }: Context, replica: Replica): boolean {
  return replica.role.is === 'leader' && !isDeposed(state, replica)
}

/** It leads now: what it did to its copy before is true for all. */
export function tellUntold(ctx: Context, replica: Replica): void {
  const { untold } = replica.log
  if (untold.start !== null) tellStart(ctx, replica, untold.start)
  const removed = untold.removed.splice(0)
  if (removed.length > 0) tellRemoved(ctx, replica, removed)
}
