/**
 * A leader answers its followers (ReplicaManager.fetchMessages, Partition.fetchRecords, DelayedFetch): with what they lack, or with where
 * their logs part from its own. By what they ask for it knows how far they are.
 *
 * Who lacks nothing waits. Kafka answers after replica.fetch.wait.max.ms all the same, and is asked again; here the request is kept until there
 * is something to say, and what Kafka's fetches do not wait for (the high watermark, partitions that are new to the fetcher) is said when the
 * next of those empty answers would be due.
 */
import { endOfEpoch } from '../log-epochs.ts'
import { read } from '../log-read.ts'
import type { ClusterState } from '../state.ts'
import type { Context } from '../types.ts'
import { shrinkLater, tryExpand } from './isr.ts'
import { advance, type Leadership } from './leadership.ts'
import { type AskedByFollower, type Got, type PeerAnswer, type PeerFetch, send } from './peers.ts'
import { hasAsked, type Progress } from './progress.ts'
import { type Replica, replicaAt } from './replica.ts'

export interface Parked {
  readonly fetch: PeerFetch
  readonly sinceMs: number
  /** Fires when Kafka's answer would be due, where there is something to say by then. */
  timer: number | null
}

/** replica.fetch.max.bytes */
const maxBytes = 1_048_576

export function onFetch(ctx: Context, fetch: PeerFetch): void {
  const { parked } = ctx.state.brokers.get(fetch.leader)!
  unpark(ctx, fetch.leader, fetch.follower)
  const parts = partsOf(ctx.state, fetch)
  for (const asked of fetch.asked) noteProgress(ctx, fetch, asked)
  if (parts.some(isWorthTelling)) {
    answer(ctx, fetch, parts)
    return
  }
  const kept: Parked = { fetch, sinceMs: ctx.nowMs, timer: null }
  parked.set(fetch.follower, kept)
  if (isMoreToAsk(ctx.state, fetch) || fetch.asked.some((asked) => isStale(ctx.state, fetch, asked)))
    tellWhenDue(ctx, kept)
}

/** While it was on its way, the fetcher got more partitions. */
function isMoreToAsk({ brokers }: ClusterState, { follower, leader, asked }: PeerFetch): boolean {
  return (brokers.get(follower)?.fetchers.get(leader)?.replicas.size ?? 0) > asked.length
}

/** What it is answered for one partition; null: there is nothing new. */
type Part = { readonly asked: AskedByFollower; readonly got: Got }

const isWorthTelling = ({ got }: Part): boolean => typeof got === 'string' || !('bytes' in got) || got.bytes.length > 0

function partsOf(state: ClusterState, fetch: PeerFetch): Part[] {
  return fetch.asked.map((asked) => ({ asked, got: lookUp(state, fetch, asked) }))
}

function lookUp(state: ClusterState, { leader }: PeerFetch, asked: AskedByFollower): Got {
  const replica = replicaAt(state, asked, leader)
  if (replica === undefined) return 'UNKNOWN_TOPIC_OR_PARTITION'
  if (state.brokers.get(leader)!.disk === 'failed') return 'KAFKA_STORAGE_ERROR'
  if (asked.leaderEpoch < replica.leaderEpoch) return 'FENCED_LEADER_EPOCH'
  if (asked.leaderEpoch > replica.leaderEpoch) return 'UNKNOWN_LEADER_EPOCH'
  if (replica.role.is !== 'leader') return 'NOT_LEADER_OR_FOLLOWER'
  return copyFrom(replica, asked)
}

/** Partition.readRecords. */
function copyFrom({ log }: Replica, { offset, lastEpoch }: AskedByFollower): Got {
  const outOfRange = { outOfRange: { start: log.startOffset, end: log.endOffset } }
  if (lastEpoch !== -1) {
    const known = endOfEpoch(log, lastEpoch)
    if (known.epoch === -1 || offset < log.startOffset) return outOfRange
    if (known.epoch < lastEpoch || known.endOffset < offset)
      return { divergedIn: known.epoch, endOffset: known.endOffset }
  }
  const slice = read(log, offset, maxBytes, true, log.endOffset)
  if (slice === 'OFFSET_OUT_OF_RANGE') return outOfRange
  const batches = log.batches.slice(slice.first, slice.end)
  const size = batches.reduce((sum, batch) => sum + batch.size, 0)
  return {
    batches,
    bytes: slice.records.subarray(0, size),
    highWatermark: log.highWatermark,
    startOffset: log.startOffset,
  }
}

function progressOf(
  state: ClusterState,
  { leader, follower }: PeerFetch,
  asked: AskedByFollower,
): { readonly replica: Replica; readonly role: Leadership; readonly progress: Progress } | undefined {
  const replica = replicaAt(state, asked, leader)
  if (replica?.role.is !== 'leader' || replica.leaderEpoch !== asked.leaderEpoch) return undefined
  const progress = replica.role.followers.get(follower)
  return progress && { replica, role: replica.role, progress }
}

/** Partition.updateFollowerFetchState. Whose log parts from the leader's has not got so far. */
function noteProgress(ctx: Context, fetch: PeerFetch, asked: AskedByFollower): void {
  const of = progressOf(ctx.state, fetch, asked)
  if (of === undefined) return
  const got = copyFrom(of.replica, asked)
  if (typeof got === 'string' || !('bytes' in got)) return
  hasAsked(of.progress, asked.offset, of.replica.log.endOffset, ctx.nowMs)
  if (of.progress.startOffset !== asked.startOffset) {
    of.progress.startOffset = asked.startOffset
    ctx.state.stirred.add(of.replica)
  }
  tryExpand(ctx, of.replica, of.role, fetch.follower)
  advance(ctx.state, of.replica, ctx.nowMs)
}

/** It has not been told of the high watermark, or of the log start. */
function isStale(state: ClusterState, fetch: PeerFetch, asked: AskedByFollower): boolean {
  const of = progressOf(state, fetch, asked)
  if (of === undefined) return false
  const { highWatermark, startOffset } = of.replica.log
  return of.progress.toldHighWatermark < highWatermark || of.progress.toldStartOffset < startOffset
}

function answer(ctx: Context, fetch: PeerFetch, parts: readonly Part[]): void {
  const { id, follower, leader } = fetch
  const told: PeerAnswer['parts'][number][] = []
  for (const part of parts) {
    const { asked, got } = part
    const { topic, topicId, partition, leaderEpoch } = asked
    if (!isWorthTelling(part) && !isStale(ctx.state, fetch, asked)) continue
    told.push({ topic, topicId, partition, leaderEpoch, got })
    const of = progressOf(ctx.state, fetch, asked)
    if (of === undefined || typeof got === 'string' || !('bytes' in got)) continue
    of.progress.toldHighWatermark = got.highWatermark
    of.progress.toldStartOffset = got.startOffset
  }
  send(ctx, { is: 'answer', id, follower, leader, parts: told })
}

function unpark(ctx: Context, leader: number, follower: number): void {
  const { parked } = ctx.state.brokers.get(leader)!
  const kept = parked.get(follower)
  if (kept === undefined) return
  parked.delete(follower)
  if (kept.timer !== null) ctx.disarm(kept.timer)
}

/** What it was told, it may not have heard: in its next life it is told all again. */
export function followerIsGone(ctx: Context, leader: number, follower: number): void {
  unpark(ctx, leader, follower)
  for (const { partitions } of ctx.state.topics.values()) {
    for (const { replicas } of partitions) {
      for (const replica of replicas) {
        const { broker, role } = replica
        const progress = broker === leader && role.is === 'leader' ? role.followers.get(follower) : undefined
        if (role.is !== 'leader' || progress === undefined) continue
        progress.isGone = true
        progress.toldHighWatermark = progress.toldStartOffset = -1n
        // Where its log begins is waited for no more.
        if (role.awaited.size > 0) ctx.state.stirred.add(replica)
      }
    }
  }
}

/** Something happened to these copies: followers that wait for them are answered, or are told more when it is due. */
export function letFollowersGo(ctx: Context, stirred: readonly Replica[]): void {
  const leaders = new Set<number>()
  for (const { broker, topic } of stirred) {
    const parked = ctx.state.brokers.get(broker)?.parked.size ?? 0
    if (parked > 0 && ctx.state.topics.has(topic)) leaders.add(broker)
  }
  for (const leader of leaders) {
    for (const kept of [...(ctx.state.brokers.get(leader)?.parked.values() ?? [])]) lookAgain(ctx, kept)
  }
}

function lookAgain(ctx: Context, kept: Parked): void {
  const { fetch } = kept
  const parts = partsOf(ctx.state, fetch)
  if (!parts.some(isWorthTelling)) {
    if (fetch.asked.some((asked) => isStale(ctx.state, fetch, asked))) tellWhenDue(ctx, kept)
    return
  }
  finish(ctx, kept, parts)
}

function finish(ctx: Context, kept: Parked, parts: readonly Part[]): void {
  const { fetch } = kept
  unpark(ctx, fetch.leader, fetch.follower)
  for (const asked of fetch.asked) {
    const of = progressOf(ctx.state, fetch, asked)
    if (of === undefined) continue
    // While it waited it lacked nothing, and Kafka's follower would have asked again and again.
    of.progress.lastFetchMs = of.progress.caughtUpAtMs = ctx.nowMs
    shrinkLater(ctx, of.replica, of.role)
  }
  answer(ctx, fetch, parts)
}

/** The fetcher has more to ask for. */
export function wakeParked(ctx: Context, leader: number, follower: number): void {
  const kept = ctx.state.brokers.get(leader)?.parked.get(follower)
  if (kept !== undefined) tellWhenDue(ctx, kept)
}

/** Kafka's follower asks, waits, is answered and asks again: the next such answer. */
function tellWhenDue(ctx: Context, kept: Parked): void {
  if (kept.timer !== null) return
  const { leader, follower } = kept.fetch
  const { peerLatencyMs, replicaFetchWaitMs: waitMs } = ctx.state.config
  const roundMs = waitMs + 2 * peerLatencyMs
  const rounds = Math.max(0, Math.ceil((ctx.nowMs - kept.sinceMs - waitMs) / roundMs))
  kept.timer = ctx.arm(leader, kept.sinceMs + waitMs + rounds * roundMs, { why: 'peer-wait', follower })
}

/** The timer fired. */
export function peerWaitIsOver(ctx: Context, leader: number, follower: number): void {
  const kept = ctx.state.brokers.get(leader)?.parked.get(follower)
  if (kept === undefined) return
  kept.timer = null
  finish(ctx, kept, partsOf(ctx.state, kept.fetch))
}
