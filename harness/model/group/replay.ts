/**
 * What a partition of `__consumer_offsets` says when it is read from its start: what a new coordinator begins with, and what the
 * invariants compare a running one with (GroupMetadataManager.doLoadGroupsAndOffsets).
 */

import type { InternalRecord } from '../internal-log.ts'
import { type Committed, endPending, newOffsetCache, type OffsetCache, put, take } from './offsets.ts'
import { decodeGroupRecord, type GroupValue, type OffsetValue } from './records.ts'

export interface Replayed {
  readonly groups: Map<string, GroupValue>
  readonly offsets: Map<string, OffsetCache>
}

export function replay(log: Iterable<InternalRecord>): Replayed {
  const groups = new Map<string, GroupValue>()
  const offsets = new Map<string, OffsetCache>()
  const of = (group: string): OffsetCache => {
    const known = offsets.get(group) ?? newOffsetCache()
    offsets.set(group, known)
    return known
  }
  for (const logged of log) {
    if ('endOf' in logged) {
      for (const cache of offsets.values()) endPending(cache, logged.endOf, logged.commit)
      continue
    }
    const record = decodeGroupRecord(logged.key, logged.value)
    if (record.is === 'group') {
      if (record.value === null) groups.delete(record.group)
      else groups.set(record.group, record.value)
    } else if (record.is === 'offset') {
      const { group, topic, partition, value } = record
      const where = visibleOrPending(of(group), logged.transactionOf)
      if (value === null) take(where, topic, partition)
      else put(where, topic, partition, committedFrom(value, logged.batchOffset, logged.transactionOf))
    }
  }
  for (const [group, { committed, pending }] of offsets) {
    if (committed.size === 0 && pending.size === 0) offsets.delete(group)
  }
  return { groups, offsets }
}

function visibleOrPending(cache: OffsetCache, producerId: bigint | null): OffsetCache['committed'] {
  if (producerId === null) return cache.committed
  const pending = cache.pending.get(producerId) ?? new Map()
  cache.pending.set(producerId, pending)
  return pending
}

function committedFrom(value: OffsetValue, recordOffset: bigint, transactionOf: bigint | null): Committed {
  return {
    ...(transactionOf !== null && { transactionOf }),
    offset: value.offset,
    leaderEpoch: value.leaderEpoch,
    metadata: value.metadata,
    committedAtMs: value.commitTimestamp,
    expiresAtMs: value.expireTimestamp === -1n ? null : value.expireTimestamp,
    recordOffset,
  }
}
