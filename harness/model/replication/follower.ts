/**
 * A follower copies the log of its leader: it asks for what comes behind its own end, takes what it gets, and cuts off what the leader has
 * not (ReplicaFetcherThread, AbstractFetcherThread; KIP-101, KIP-279, KIP-595).
 *
 * One fetcher for each leader asks for all partitions together, and again as soon as it is answered. Kafka's is answered every
 * replica.fetch.wait.max.ms at the latest; here a leader that has nothing to say keeps the request (serving.ts), and a partition that is new
 * to the fetcher is asked for when Kafka's would next ask.
 *
 * NOT modelled: num.replica.fetchers above 1; the requests in which a follower that is out of range asks where its leader's log begins and
 * ends (the answer says it).
 */
import { canWriteOn } from '../broker-life.ts'
import { forgetReplica } from '../invariants.ts'
import { type Log, type LogBatch, pushCopy, raiseHighWatermark } from '../log.ts'
import { logConfigOf } from '../log-config.ts'
import { endOfEpoch } from '../log-epochs.ts'
import { makeRoom, noteAppended } from '../log-segments.ts'
import { moveStart, startAnewAt, truncate } from '../log-truncation.ts'
import type { Context } from '../types.ts'
import { type AskedByFollower, type Got, type PeerAnswer, send } from './peers.ts'
import { type Replica, replicaAt } from './replica.ts'
import { wakeParked } from './serving.ts'

export interface Fetcher {
  readonly leader: number
  /** The request that is out; null: none is. An answer to another one is not heard. */
  out: number | null
  /** What it asks for. */
  readonly replicas: Set<Replica>
  /** Partitions whose leader answered with an error → when they are asked for again. */
  readonly delayed: Map<Replica, number>
}

/** From now on this replica is fetched from its leader. */
export function startFetching(ctx: Context, replica: Replica, leader: number): void {
  const { fetchers } = ctx.state.brokers.get(replica.broker)!
  const fetcher: Fetcher = fetchers.get(leader) ?? { leader, out: null, replicas: new Set(), delayed: new Map() }
  fetchers.set(leader, fetcher)
  fetcher.replicas.add(replica)
  askSoon(ctx, replica.broker, leader, 0)
}

export function stopFetching(ctx: Context, replica: Replica): void {
  for (const fetcher of ctx.state.brokers.get(replica.broker)!.fetchers.values()) {
    fetcher.replicas.delete(replica)
    fetcher.delayed.delete(replica)
  }
}

function askSoon(ctx: Context, broker: number, leader: number, afterMs: number): void {
  ctx.arm(broker, ctx.nowMs + afterMs, { why: 'fetch-again', leader })
}

/** Asks for what is not delayed. A request that is out without some of it is answered when one of Kafka's would be. */
export function ask(ctx: Context, broker: number, leader: number): void {
  const fetcher = ctx.state.brokers.get(broker)?.fetchers.get(leader)
  if (fetcher === undefined) return
  if (fetcher.out !== null) {
    wakeParked(ctx, leader, broker)
    return
  }
  const asked: AskedByFollower[] = []
  for (const replica of fetcher.replicas) {
    if ((fetcher.delayed.get(replica) ?? 0) > ctx.nowMs) continue
    fetcher.delayed.delete(replica)
    asked.push(askedFor(replica))
  }
  if (asked.length === 0) return
  fetcher.out = ctx.state.nextPeerFetchId++
  send(ctx, { is: 'fetch', id: fetcher.out, follower: broker, leader, asked })
}

function askedFor({ topic, topicId, partition, log, leaderEpoch }: Replica): AskedByFollower {
  const { endOffset: offset, startOffset } = log
  return { topic, topicId, partition, offset, startOffset, leaderEpoch, lastEpoch: log.epochs.at(-1)?.epoch ?? -1 }
}

/** Its leader is down: what was asked is not answered, and it tries again in a while. */
export function leaderIsGone(ctx: Context, broker: number, leader: number): void {
  const fetcher = ctx.state.brokers.get(broker)?.fetchers.get(leader)
  if (fetcher === undefined || fetcher.out === null) return
  fetcher.out = null
  askSoon(ctx, broker, leader, ctx.state.config.replicaFetchBackoffMs)
}

export function takeAnswer(ctx: Context, { id, follower, leader, parts }: PeerAnswer): void {
  const fetcher = ctx.state.brokers.get(follower)?.fetchers.get(leader)
  if (fetcher?.out !== id) return
  fetcher.out = null
  for (const { leaderEpoch, got, ...place } of parts) {
    const replica = replicaAt(ctx.state, place, follower)
    // It has another leader meanwhile, or the same one in another epoch.
    if (replica === undefined || !fetcher.replicas.has(replica) || replica.leaderEpoch !== leaderEpoch) continue
    take(ctx, fetcher, replica, got)
  }
  ask(ctx, follower, leader)
}

function take(ctx: Context, fetcher: Fetcher, replica: Replica, got: Got): void {
  if (typeof got === 'string') {
    const { replicaFetchBackoffMs } = ctx.state.config
    fetcher.delayed.set(replica, ctx.nowMs + replicaFetchBackoffMs)
    askSoon(ctx, replica.broker, fetcher.leader, replicaFetchBackoffMs)
  } else if ('divergedIn' in got) {
    cutOff(ctx, replica, truncationPoint(replica.log, got.divergedIn, got.endOffset))
  } else if ('outOfRange' in got) {
    outOfRange(ctx, replica, got.outOfRange)
  } else {
    append(ctx, fetcher, replica, got)
  }
}

/** AbstractFetcherThread.getOffsetTruncationState. Where the epoch that the leader named is not known here, the next fetch says more. */
function truncationPoint(log: Log, epoch: number, leaderEnd: bigint): bigint {
  const own = endOfEpoch(log, epoch)
  if (own.epoch === -1) return least(leaderEnd, log.endOffset)
  return own.epoch === epoch ? least(own.endOffset, leaderEnd, log.endOffset) : least(own.endOffset, log.endOffset)
}

function least(first: bigint, ...others: bigint[]): bigint {
  return others.reduce((one, other) => (other < one ? other : one), first)
}

/** AbstractFetcherThread.fetchOffsetAndTruncate. */
function outOfRange(ctx: Context, replica: Replica, of: { readonly start: bigint; readonly end: bigint }): void {
  const { log } = replica
  if (of.end < log.endOffset) cutOff(ctx, replica, of.end)
  else if (of.start > log.endOffset) {
    startAnewAt(log, of.start, ctx.state.config.epochMs + ctx.nowMs)
    forgetReplica(ctx.state.audit, replica)
    touched(ctx, replica)
  }
}

function cutOff(ctx: Context, replica: Replica, to: bigint): void {
  const { topic, topicId, partition, broker, log } = replica
  const from = log.endOffset
  if (!truncate(log, to)) return
  forgetReplica(ctx.state.audit, replica)
  ctx.note({ what: 'truncated', topic, topicId, partition, broker, from: String(from), to: String(log.endOffset) })
  touched(ctx, replica)
}

function append(
  ctx: Context,
  fetcher: Fetcher,
  replica: Replica,
  got: Extract<Got, { readonly bytes: Uint8Array }>,
): void {
  const { log, broker } = replica
  const topic = ctx.state.topics.get(replica.topic)
  const wallMs = ctx.state.config.epochMs + ctx.nowMs
  const latest = got.batches.reduce((one, { maxTimestamp }) => (maxTimestamp > one ? maxTimestamp : one), -1n)
  const room = (first: LogBatch): void => {
    if (topic !== undefined) makeRoom(log, got.bytes.length, latest, logConfigOf(topic), wallMs, first.baseOffset)
  }
  let at = 0
  for (const batch of got.batches) {
    const bytes = got.bytes.subarray(at, at + batch.size)
    at += batch.size
    // The leader's may have been cleaned, and begin further on.
    if (batch.baseOffset < log.endOffset) break
    if (!canWriteOn(ctx.state, broker)) {
      // Its log directory is offline now (markPartitionFailed).
      fetcher.replicas.delete(replica)
      return
    }
    // All of an answer is appended as one.
    if (batch === got.batches[0]) room(batch)
    pushCopy(log, bytes, batch, ctx.nowMs)
    noteAppended(log, latest, wallMs)
  }
  raiseHighWatermark(log, least(got.highWatermark, log.endOffset))
  if (got.startOffset > log.startOffset) moveStart(log, least(got.startOffset, log.highWatermark))
  touched(ctx, replica)
}

function touched({ state }: Context, replica: Replica): void {
  state.stirred.add(replica)
  state.audit.touched.add(replica)
}
