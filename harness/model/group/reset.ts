/**
 * kafka-consumer-groups --reset-offsets --execute (ConsumerGroupCommand.resetOffsets, 3.9): an admin client commits from outside of the
 * group, for all partitions of a topic. The tool refuses unless the group is Empty or Dead (or was never heard of), and so does the
 * coordinator. An offset that lies outside of the log becomes its start or its end (checkOffsetsRange).
 */
import type { ResetTo } from '../../cluster.ts'
import type { ErrorName } from '../../wire/error-codes.ts'
import { coordinatorPartition } from '../internal-log.ts'
import { foremost, type Replica } from '../replication/replica.ts'
import type { Context, Verb } from '../types.ts'
import { type Commit, storeOffsets } from './commits.ts'
import { expireOffsets } from './expiry.ts'
import { newOffsetCache } from './offsets.ts'
import { newGroup, wallMs } from './state.ts'

export function resetOffsets(
  ctx: Context,
  { group: groupId, topic: name, to }: Extract<Verb, { readonly do: 'reset-offsets' }>,
): ErrorName | undefined {
  const topic = ctx.state.topics.get(name)
  if (topic === undefined) return 'UNKNOWN_TOPIC_OR_PARTITION'
  // The tool asks their leaders where the logs begin and end.
  if (topic.partitions.some(({ leader }) => leader === null)) return 'LEADER_NOT_AVAILABLE'
  const shard = ctx.state.groupShards.get(coordinatorPartition(ctx.state, groupId))
  if (shard === undefined) return 'COORDINATOR_NOT_AVAILABLE'
  if (shard.loading !== null) return 'COORDINATOR_LOAD_IN_PROGRESS'
  expireOffsets(ctx, shard)
  const group = shard.groups.get(groupId) ?? newGroup(ctx, groupId, newOffsetCache())
  if (group.phase !== 'Empty' && group.phase !== 'Dead') return 'NON_EMPTY_GROUP'
  shard.groups.set(groupId, group)
  const commits = topic.partitions.map((partition) => ({
    topic: name,
    partition: partition.partition,
    offset: offsetIn(foremost(partition), to),
    leaderEpoch: -1,
    metadata: '',
    committedAtMs: wallMs(ctx),
    expiresAtMs: null,
  }))
  const tellAll = (now: Context, kept: readonly Commit[]): void => {
    for (const { partition, offset } of kept) {
      now.note({
        what: 'committed',
        group: groupId,
        generation: -1,
        member: '',
        topic: name,
        partition,
        offset: String(offset),
      })
    }
  }
  let failed: ErrorName | undefined
  storeOffsets(ctx, shard, group, commits, (now, error, kept) => {
    if (error === null) tellAll(now, kept)
    else failed = error
  })
  // What replicas are waited for is done as far as the tool goes: it is told later.
  return failed
}

function offsetIn({ log }: Replica, to: ResetTo): bigint {
  if (to === 'earliest') return log.startOffset
  if (to === 'latest' || to.offset > log.highWatermark) return log.highWatermark
  return to.offset < log.startOffset ? log.startOffset : to.offset
}
