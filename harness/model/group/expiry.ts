/**
 * Offsets that nobody wants any more (KIP-211; GroupMetadata.removeExpiredOffsets).
 *
 * Kafka looks every `offsets.retention.check.interval.ms`. Nothing of a group changes between two of its requests or timers, so
 * the model does the same work when a shard is next touched, as of the last moment at which Kafka would have looked: clients can't
 * tell, and an idle cluster arms no timer. Only the tombstones lie later in the log.
 */
import { decodeSubscription } from '../../wire/group-protocol.ts'
import type { Context } from '../types.ts'
import { metadataFor } from './members.ts'
import { type Committed, entries, removeOffsets, type TopicPartition, take, waitingIn } from './offsets.ts'
import type { GroupShard } from './shard.ts'
import type { Group } from './state.ts'
import { forget } from './store.ts'

/** Call before anything else happens to the shard. */
export function expireOffsets(ctx: Context, shard: GroupShard): void {
  if (ctx.nowMs < shard.nextCheckMs) return
  const { offsetsCheckIntervalMs, offsetsRetentionMs } = shard.config
  const missed = Math.floor((ctx.nowMs - shard.nextCheckMs) / offsetsCheckIntervalMs)
  const checkedAtMs = shard.nextCheckMs + missed * offsetsCheckIntervalMs
  shard.nextCheckMs = checkedAtMs + offsetsCheckIntervalMs
  for (const group of [...shard.groups.values()]) {
    const expired = expiredOffsets(group, BigInt(ctx.state.config.epochMs + checkedAtMs), BigInt(offsetsRetentionMs))
    // Only what is visible: what a transaction has pending on the same partition stays.
    for (const { topic, partition } of expired) take(group.offsets.committed, topic, partition)
    forget(ctx, shard, group, expired)
  }
}

function expiredOffsets(group: Group, nowMs: bigint, retentionMs: bigint): TopicPartition[] {
  const { protocolType, phase, sinceMs } = group
  // Without a protocol type it only stores offsets here: each counts from its commit. An empty group: from when it became empty.
  if (protocolType === null) return expiredSince(group, nowMs, retentionMs, ({ committedAtMs }) => committedAtMs)
  if (phase === 'Empty') {
    return expiredSince(group, nowMs, retentionMs, ({ committedAtMs }) => sinceMs ?? committedAtMs)
  }
  // A stable consumer group loses the offsets of topics that it reads no longer.
  const topics = protocolType === 'consumer' && phase === 'Stable' ? subscribedTopics(group) : null
  if (topics === null) return []
  const unread = expiredSince(group, nowMs, retentionMs, ({ committedAtMs }) => committedAtMs)
  return unread.filter(({ topic }) => !topics.has(topic))
}

function expiredSince(
  group: Group,
  nowMs: bigint,
  retentionMs: bigint,
  since: (commit: Committed) => bigint,
): TopicPartition[] {
  const expired: TopicPartition[] = []
  for (const { topic, partition, value } of entries(group.offsets.committed)) {
    const atMs = value.expiresAtMs ?? since(value) + retentionMs
    if (nowMs >= atMs) expired.push({ topic, partition })
  }
  return expired
}

/** Null where a member's metadata is not what the consumer protocol says: then nothing is known, and nothing expires. */
function subscribedTopics(group: Group): Set<string> | null {
  const topics = new Set<string>()
  try {
    for (const member of group.members.values()) {
      for (const topic of decodeSubscription(metadataFor(member, group.protocol)).topics) topics.add(topic)
    }
  } catch {
    return null
  }
  return topics
}

/** Committed offsets go with their topic, whatever the group is doing (GroupCoordinator.handleDeletedPartitions). */
export function forgetTopic(ctx: Context, shard: GroupShard, topic: string): void {
  for (const group of [...shard.groups.values()]) {
    const lost: TopicPartition[] = []
    for (const partition of group.offsets.committed.get(topic)?.keys() ?? []) lost.push({ topic, partition })
    for (const pending of group.offsets.pending.values()) {
      for (const partition of pending.get(topic)?.keys() ?? []) lost.push({ topic, partition })
    }
    for (const partition of waitingIn(group.offsets, topic)) lost.push({ topic, partition })
    forget(ctx, shard, group, removeOffsets(group.offsets, lost))
  }
}
