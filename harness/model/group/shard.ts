/**
 * The groups of one partition of `__consumer_offsets`, in the memory of the broker that leads it: the group coordinator of those
 * groups. It is nothing but a cache of that partition's log plus what is going on right now (who waits, whose time runs).
 */

import type { ErrorName } from '../../wire/error-codes.ts'
import { commitKey } from '../context.ts'
import { coordinatorPartition, readInternal } from '../internal-log.ts'
import { offsetsTopic } from '../internal-topics.ts'
import { hasHeard } from '../metadata-faults.ts'
import { isLone } from '../replication/replica.ts'
import { loadMs } from '../transaction/config.ts'
import type { Context, Request } from '../types.ts'
import { joinRefused, settleJoin, settleSync, syncRefused } from './answers.ts'
import { type GroupConfig, groupConfigOf } from './config.ts'
import { expireOffsets } from './expiry.ts'
import { entries, newOffsetCache, type OffsetCache } from './offsets.ts'
import { prepareRebalance, stopJoining, stopSyncTimer } from './rebalance.ts'
import type { GroupValue } from './records.ts'
import { replay } from './replay.ts'
import { restartSession, stopPending, stopSession } from './sessions.ts'
import { copyOf, type Group, type Member, newGroup, noteGroup } from './state.ts'

export interface GroupShard {
  readonly partition: number
  readonly broker: number
  readonly config: GroupConfig
  /** The timer that ends the reading of the log; null: it has been read. */
  loading: number | null
  readonly groups: Map<string, Group>
  /** Groups that were deleted while they had offsets pending → which (`OffsetCache.dropped`). */
  readonly dropped: Map<string, Set<string>>
  /** When Kafka would next look for offsets that have expired. */
  nextCheckMs: number
  /** A write was given up that may be in the log all the same: the next coordinator may know more than this one. */
  partedFromLog: boolean
}

/**
 * The leader of this partition was elected or restarted: everything is rebuilt from the log, at once or after `loadMs`, and what was not
 * in it is gone. That includes every rebalance in progress: a group comes back as Stable in the last generation that was stored, or as Empty, so its
 * generation may go back. Members get fresh sessions (GroupCoordinator.onGroupLoaded).
 */
export function loadShard(ctx: Context, partition: number, broker: number): void {
  unloadShard(ctx, partition)
  const config = groupConfigOf(ctx.state)
  const nextCheckMs = ctx.nowMs + config.offsetsCheckIntervalMs
  const shard: GroupShard = {
    partition,
    broker,
    config,
    loading: null,
    groups: new Map(),
    dropped: new Map(),
    nextCheckMs,
    partedFromLog: false,
  }
  ctx.state.groupShards.set(partition, shard)
  const takesMs = loadMs(ctx.state)
  if (takesMs === 0) finishLoading(ctx, partition)
  else shard.loading = ctx.arm(broker, ctx.nowMs + takesMs, { why: 'groups-loaded', groups: partition })
}

/** The log has been read. */
export function finishLoading(ctx: Context, partition: number): void {
  const shard = ctx.state.groupShards.get(partition)
  if (shard === undefined) return
  shard.loading = null
  const { config } = shard
  const { groups, offsets } = replay(readInternal(ctx.state, offsetsTopic, partition, shard.broker))
  for (const [groupId, value] of groups) {
    shard.groups.set(groupId, restore(ctx, groupId, value, offsets.get(groupId) ?? newOffsetCache()))
  }
  // Groups that only store offsets here have no record of their own.
  for (const [groupId, cache] of offsets) {
    if (!groups.has(groupId)) shard.groups.set(groupId, newGroup(ctx, groupId, cache))
  }
  for (const group of shard.groups.values()) {
    noteGroup(ctx, group)
    tellCommitted(ctx, shard, group)
    if (group.members.size > config.maxSize) prepareRebalance(ctx, shard, group)
    for (const member of group.members.values()) restartSession(ctx, shard, group, member)
  }
}

/**
 * A commit whose coordinator went while it waited for replicas was answered with an error, or not at all, and may be in the log all the same:
 * from now on it counts.
 */
function tellCommitted(ctx: Context, { partition }: GroupShard, { groupId, offsets }: Group): void {
  if (isLone(ctx.state.topics.get(offsetsTopic)!.partitions[partition]!)) return
  for (const { topic, partition: index, value } of entries(offsets.committed)) {
    const offset = value.offset.toString()
    if (ctx.state.toldCommits.get(commitKey(groupId, topic, index)) === offset) continue
    const by = { generation: -1, member: '' }
    const of = value.transactionOf === undefined ? by : { ...by, producerId: String(value.transactionOf) }
    ctx.note({ what: 'committed', group: groupId, ...of, topic, partition: index, offset })
  }
}

function restore(ctx: Context, groupId: string, value: GroupValue, offsets: OffsetCache): Group {
  const group = newGroup(ctx, groupId, offsets)
  group.phase = value.members.length === 0 ? 'Empty' : 'Stable'
  group.sinceMs = value.currentStateTimestamp === -1n ? null : value.currentStateTimestamp
  group.generation = group.peakGeneration = value.generation
  group.protocolType = value.protocolType || null
  group.protocol = value.protocol
  group.leader = value.leader
  group.stored = true
  for (const stored of value.members) {
    const member: Member = {
      memberId: stored.memberId,
      instanceId: stored.groupInstanceId,
      clientId: stored.clientId,
      clientHost: stored.clientHost,
      rebalanceTimeoutMs: value.version === 0 ? stored.sessionTimeout : stored.rebalanceTimeout,
      sessionTimeoutMs: stored.sessionTimeout,
      // Of the protocols that it offered only the chosen one was stored.
      protocols: [{ name: value.protocol ?? '', metadata: copyOf(stored.subscription) }],
      assignment: copyOf(stored.assignment),
      join: null,
      sync: null,
      isNew: false,
      expiresAtMs: null,
      timer: null,
    }
    group.members.set(member.memberId, member)
    if (member.instanceId !== null) group.instances.set(member.instanceId, member.memberId)
  }
  return group
}

/** Leadership is lost, or the broker goes down: who waits is sent elsewhere, where its connection lives, and no timer is left. */
export function unloadShard(ctx: Context, partition: number, broker?: number): void {
  const shard = ctx.state.groupShards.get(partition)
  if (shard === undefined || (broker !== undefined && broker !== shard.broker)) return
  ctx.state.groupShards.delete(partition)
  if (shard.loading !== null) ctx.disarm(shard.loading)
  for (const group of shard.groups.values()) {
    stopJoining(ctx, group)
    stopSyncTimer(ctx, group)
    for (const memberId of [...group.pending.keys()]) stopPending(ctx, group, memberId)
    for (const member of group.members.values()) {
      settleJoin(ctx, member, (request) => joinRefused(request, 'NOT_COORDINATOR', member.memberId))
      settleSync(ctx, member, () => syncRefused('NOT_COORDINATOR'))
      stopSession(ctx, member)
    }
  }
}

/** APIs that also serve whoever stores offsets or looks at groups without being in one: for these '' is a group. */
type Use = 'membership' | 'offsets'

/** What every group API asks first (GroupCoordinator.validateGroupStatus): the shard, or why not. */
export function shardFor(ctx: Context, request: Request, groupId: string, use: Use): GroupShard | ErrorName {
  if (groupId === '' && use === 'membership') return 'INVALID_GROUP_ID'
  const shard = ctx.state.groupShards.get(coordinatorPartition(ctx.state, groupId))
  if (shard === undefined || shard.broker !== request.broker) return 'NOT_COORDINATOR'
  const self = ctx.state.brokers.get(request.broker)
  if (self !== undefined && !hasHeard(self, offsetsTopic, shard.partition)) return 'NOT_COORDINATOR'
  if (shard.loading !== null) return 'COORDINATOR_LOAD_IN_PROGRESS'
  expireOffsets(ctx, shard)
  return shard
}

/** Every shard of this broker, for what a client asks of a broker and not of a group. */
export function* shardsOf(ctx: Context, broker: number): Generator<GroupShard> {
  for (const shard of ctx.state.groupShards.values()) {
    if (shard.broker !== broker) continue
    if (shard.loading === null) expireOffsets(ctx, shard)
    yield shard
  }
}
