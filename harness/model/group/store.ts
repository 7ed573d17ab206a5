/** What the coordinator knows, written into its partition of `__consumer_offsets` before anyone is told. */

import type { ErrorName } from '../../wire/error-codes.ts'
import { encodeBatch, type RecordInput } from '../../wire/records.ts'
import { appendInternal, coordinatorError } from '../internal-log.ts'
import { offsetsTopic } from '../internal-topics.ts'
import { awaitInSync } from '../replication/leadership.ts'
import type { Context } from '../types.ts'
import { metadataFor } from './members.ts'
import { droppedKey, entries, hasOffsets, type TopicPartition } from './offsets.ts'
import { encodeGroupKey, encodeGroupValue, encodeOffsetKey } from './records.ts'
import type { GroupShard } from './shard.ts'
import { type Group, moveTo, wallMs } from './state.ts'

const nothing = new Uint8Array(0)

/** Whose transaction offsets are committed in. */
export interface Producer {
  readonly producerId: bigint
  readonly producerEpoch: number
}

/** Null: it is in the log and replicated; else the error, in the words of whoever asked. Called once, now or later. */
export type Then = (ctx: Context, error: ErrorName | null) => void

/**
 * Writes, and goes on once it is replicated: with where it lies, or with why it is not. Nothing more comes of it once the coordinator is none
 * any more, but an error.
 */
export function append(
  ctx: Context,
  shard: GroupShard,
  records: readonly RecordInput[],
  then: (ctx: Context, stored: bigint | ErrorName) => void,
  producer?: Producer,
): void {
  const transactional = producer && { ...producer, baseSequence: 0, isTransactional: true }
  const batch = encodeBatch({ records, baseTimestamp: wallMs(ctx), ...transactional })
  const written = appendInternal(ctx, offsetsTopic, shard.partition, shard.broker, batch)
  if (typeof written === 'string') {
    then(ctx, written)
    return
  }
  const { by, offset, upTo } = written
  awaitInSync(ctx, by, upTo, shard.config.offsetCommitTimeoutMs, (now, error) => {
    // It may come into the log, and this cache has gone on without it.
    if (error !== null) shard.partedFromLog = true
    then(now, error ?? offset)
  })
}

const isCurrent = ({ state }: Context, shard: GroupShard): boolean => state.groupShards.get(shard.partition) === shard

/**
 * In the words of the group APIs (GroupMetadataManager.storeGroup). Once the coordinator is none any more, all who waited have been told.
 */
export function storeGroup(
  ctx: Context,
  shard: GroupShard,
  group: Group,
  assignment: ReadonlyMap<string, Uint8Array>,
  then: Then,
): void {
  const value = encodeGroupValue({
    protocolType: group.protocolType ?? '',
    generation: group.generation,
    protocol: group.protocol,
    leader: group.leader,
    currentStateTimestamp: group.sinceMs ?? -1n,
    members: [...group.members.values()].map((member) => ({
      memberId: member.memberId,
      groupInstanceId: member.instanceId,
      clientId: member.clientId,
      clientHost: member.clientHost,
      rebalanceTimeout: member.rebalanceTimeoutMs,
      sessionTimeout: member.sessionTimeoutMs,
      subscription: metadataFor(member, group.protocol),
      assignment: assignment.get(member.memberId) ?? nothing,
    })),
  })
  append(ctx, shard, [{ key: encodeGroupKey(group.groupId), value }], (now, stored) => {
    now.state.audit.groups = true
    if (isCurrent(now, shard)) then(now, typeof stored === 'bigint' ? null : storeGroupError(stored))
  })
}

function storeGroupError(error: ErrorName): ErrorName {
  switch (error) {
    case 'REQUEST_TIMED_OUT':
      return 'REBALANCE_IN_PROGRESS'
    case 'MESSAGE_TOO_LARGE':
    case 'RECORD_LIST_TOO_LARGE':
    case 'INVALID_FETCH_SIZE':
      return 'UNKNOWN_SERVER_ERROR'
    default:
      return coordinatorError(error)
  }
}

/**
 * These offsets are gone from memory and now from the log; an empty group without any goes with them
 * (GroupMetadataManager.cleanupGroupMetadata). A group of generation 0 was never written, so it gets no tombstone.
 */
export function forget(ctx: Context, shard: GroupShard, group: Group, removed: readonly TopicPartition[]): void {
  if (group.phase === 'Empty' && !hasOffsets(group.offsets)) moveTo(ctx, group, 'Dead')
  const keys = removed.map(({ topic, partition }) => encodeOffsetKey(group.groupId, topic, partition))
  if (group.phase === 'Dead') {
    for (const timer of group.pending.values()) ctx.disarm(timer)
    shard.groups.delete(group.groupId)
    keepDropped(shard, group)
    if (group.generation > 0) keys.push(encodeGroupKey(group.groupId))
  }
  if (keys.length > 0)
    append(
      ctx,
      shard,
      keys.map((key) => ({ key, value: null })),
      () => {},
    )
}

/** It had offsets pending, or on their way: the log will say that it has them, once they or their markers are there. */
export function keepDropped({ dropped }: GroupShard, { groupId, offsets }: Group): void {
  const all = new Set([...(dropped.get(groupId) ?? []), ...offsets.dropped])
  for (const pending of offsets.pending.values()) {
    for (const { topic, partition, value } of entries(pending))
      all.add(droppedKey(topic, partition, value.recordOffset))
  }
  if (all.size > 0) dropped.set(groupId, all)
}
