/**
 * The group coordinator as the rest of the model sees it, beside the handlers of its APIs: timers, connections that close, topics
 * that are deleted, invariants. Shards come and go in shard.ts.
 *
 *     state      one group as data, its states            members    who is in, votes, leaders
 *     rebalance  the way to the next generation           sessions   who is taken for dead, and when
 *     store      what is written into the log             replay     what is read from it
 *     offsets    committed and pending offsets            expiry     when they go
 *
 * NOT modelled: groups of KIP-848 and share groups (the coordinator of 3.9 answers UNSUPPORTED_VERSION).
 */

import { coordinatorPartition, readInternal } from '../internal-log.ts'
import { offsetsTopic } from '../internal-topics.ts'
import type { ConnectionId, Context, TimerPurpose } from '../types.ts'
import { expireOffsets, forgetTopic } from './expiry.ts'
import { endPending, type OffsetCache } from './offsets.ts'
import { joinTimeIsUp, loseMember, losePending, syncTimeIsUp } from './rebalance.ts'
import { replay } from './replay.ts'
import { sessionIsOver } from './sessions.ts'
import type { GroupShard } from './shard.ts'

export { checkGroups } from './checks.ts'

export type GroupTimer = Extract<TimerPurpose, { readonly group: string }>

export function onGroupTimer(ctx: Context, purpose: GroupTimer): void {
  const shard = ctx.state.groupShards.get(coordinatorPartition(ctx.state, purpose.group))
  if (shard === undefined) return
  expireOffsets(ctx, shard)
  const group = shard.groups.get(purpose.group)
  if (group === undefined) return
  switch (purpose.why) {
    case 'initial-delay':
    case 'join-complete':
      joinTimeIsUp(ctx, shard, group, purpose.rebalance)
      break
    case 'sync-expired':
      syncTimeIsUp(ctx, shard, group, purpose.generation)
      break
    case 'new-member':
      losePending(ctx, shard, group, purpose.member)
      break
    case 'session': {
      const member = group.members.get(purpose.member)
      if (member !== undefined && sessionIsOver(ctx, shard, group, member)) loseMember(ctx, shard, group, member)
    }
  }
}

/** Nobody leaves a group because a connection closed, and a JoinGroup that waits on it counts; it just can't be answered. */
export function onConnectionClosed(ctx: Context, connection: ConnectionId): void {
  for (const shard of ctx.state.groupShards.values()) {
    for (const group of shard.groups.values()) {
      for (const { join, sync } of group.members.values()) {
        if (join?.request.connection === connection) join.gone = true
        if (sync?.request.connection === connection) sync.gone = true
      }
    }
  }
}

/**
 * The marker of this producer's transaction is in this partition of `__consumer_offsets`: what it committed there is visible, or never was
 * (GroupCoordinator.scheduleHandleTxnCompletion).
 */
export function onTransactionEnded(
  ctx: Context,
  partition: number,
  { producerId, commit, offset: markedAt }: { producerId: bigint; commit: boolean; offset: bigint },
): void {
  const shard = ctx.state.groupShards.get(partition)
  if (shard === undefined) return
  if (shard.loading === null) expireOffsets(ctx, shard)
  for (const [group, cache] of shard.loading === null ? cachesOf(shard) : cachesBefore(ctx, shard, markedAt)) {
    for (const { topic, partition, value } of endPending(cache, producerId, commit)) {
      const by = { ...(value.by ?? outside), producerId: String(producerId) }
      ctx.note({ what: 'committed', group, ...by, topic, partition, offset: value.offset.toString() })
    }
  }
}

function* cachesOf({ groups }: GroupShard): Generator<[group: string, OffsetCache]> {
  for (const { groupId, offsets } of groups.values()) yield [groupId, offsets]
}

/** Who is still loading will find the marker in the log; what it ends lies there before it. */
function cachesBefore(
  { state }: Context,
  { partition, broker }: GroupShard,
  markedAt: bigint,
): Iterable<[group: string, OffsetCache]> {
  return replay(readInternal(state, offsetsTopic, partition, broker, markedAt)).offsets
}

/** Who commits in a transaction without saying that it is a member. */
const outside = { generation: -1, member: '' }

/**
 * In 3.9 every coordinator drops all groups' committed offsets of a deleted topic when it learns of the deletion, also when the topic
 * is created again at once (`BrokerMetadataPublisher` → `GroupCoordinator.handleDeletedPartitions`). What a client commits after that
 * counts for the new topic: commits name topics, not topic ids.
 */
export function onTopicDeleted(ctx: Context, topic: string): void {
  for (const shard of ctx.state.groupShards.values()) {
    if (shard.loading !== null) continue
    expireOffsets(ctx, shard)
    forgetTopic(ctx, shard, topic)
  }
}
