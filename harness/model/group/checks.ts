/**
 * What must be true of groups between any two events. Each finding is a sentence; none of them can be a client's fault.
 *
 * Cannot see: an owner that the leader itself named twice (clients may bring any assignor), and a generation that goes back because the
 * coordinator moved before the rebalance was stored, which is what Kafka does.
 */

import { readInternal } from '../internal-log.ts'
import { offsetsTopic } from '../internal-topics.ts'
import { isSettled } from '../replication/leadership.ts'
import { replicaOn } from '../replication/replica.ts'
import type { ClusterState } from '../state.ts'
import { ownersOf, shared } from './assignment.ts'
import { metadataFor, sameBytes } from './members.ts'
import { type ByPartition, type Committed, droppedKey, entries, newOffsetCache, type OffsetCache } from './offsets.ts'
import { assignmentsOf } from './rebalance.ts'
import type { GroupValue } from './records.ts'
import { replay } from './replay.ts'
import type { GroupShard } from './shard.ts'
import type { Group, Member } from './state.ts'

type Say = (what: string) => void

/** `quick` leaves out the comparison with the log, which reads all of it. */
export function checkGroups(state: ClusterState, depth: 'quick' | 'whole' = 'whole'): string[] {
  const found: string[] = []
  for (const shard of state.groupShards.values()) {
    const sayShard: Say = (what) => found.push(`__consumer_offsets/${shard.partition}: ${what}`)
    const of = state.topics.get(offsetsTopic)?.partitions[shard.partition]
    const by = of && replicaOn(of, shard.broker)
    if (of && by?.role.is !== 'leader') sayShard(`broker ${shard.broker} coordinates, and does not lead`)
    for (const group of shard.groups.values()) {
      const say: Say = (what) => found.push(`group ${group.groupId} (${group.phase}, ${group.generation}): ${what}`)
      checkPhase(group, say)
      checkMembers(group, isSettled(shard, by), say)
      checkTimers(state, group, say)
      checkOwners(group, say)
      // A marker that waits for replicas has ended nothing yet.
      if (isSettled(shard, by)) checkPending(state, shard, group, say)
    }
    if (depth === 'whole' && shard.loading === null && isSettled(shard, by)) checkLog(state, shard, sayShard)
  }
  return found
}

function checkPhase(group: Group, say: Say): void {
  const { phase, members, joining, protocol, leader } = group
  if (phase === 'Dead') say('is dead and still there')
  if (group.generation !== group.peakGeneration) say(`its generation was ${group.peakGeneration}`)
  if (phase === 'Empty' && (members.size > 0 || protocol !== null || leader !== null)) say('is not empty')
  if ((phase === 'PreparingRebalance') !== (joining !== null)) say('prepares a rebalance, or does not')
  if (phase === 'CompletingRebalance' || phase === 'Stable') {
    if (members.size === 0) say('has no members')
    for (const member of members.values()) {
      if (!member.protocols.some(({ name }) => name === protocol)) say(`${member.memberId} does not know ${protocol}`)
    }
  }
  if (members.size > 0 && (leader === null || !members.has(leader))) say(`its leader ${leader} is no member`)
}

function checkMembers(group: Group, settled: boolean, say: Say): void {
  for (const [memberId, member] of group.members) {
    if (member.memberId !== memberId) say(`${memberId} is called ${member.memberId}`)
    if (group.pending.has(memberId)) say(`${memberId} is pending and a member`)
    if (member.instanceId !== null && group.instances.get(member.instanceId) !== memberId) {
      say(`instance ${member.instanceId} is not ${memberId}`)
    }
    if (member.join !== null && group.phase !== 'PreparingRebalance') say(`${memberId} waits for a join`)
    if (member.sync !== null) {
      if (group.phase !== 'CompletingRebalance') say(`${memberId} waits for a sync`)
      if (group.pendingSync.has(memberId)) say(`${memberId} has synced and has not`)
      // But for replicas, which are to have what it sent.
      if (group.leader === memberId && settled) say(`its leader ${memberId} waits for itself`)
    }
  }
  for (const [instanceId, memberId] of group.instances) {
    if (group.members.get(memberId)?.instanceId !== instanceId) say(`instance ${instanceId} has no member`)
  }
}

/** Nothing lasts for ever: whoever is waited for, and whoever waits, has a timer that ends it. */
function checkTimers(state: ClusterState, group: Group, say: Say): void {
  const armed = (timer: number | undefined): boolean => timer !== undefined && state.timers.has(timer)
  for (const [memberId, member] of group.members) {
    const waits = !member.isNew && (member.join !== null || member.sync !== null)
    if (!waits && !(member.expiresAtMs !== null && armed(member.timer?.id))) say(`${memberId} can't expire`)
  }
  for (const [memberId, timer] of group.pending) if (!armed(timer)) say(`${memberId} is pending for ever`)
  if (group.joining !== null && !armed(group.joining.timer)) say('its rebalance has no end')
  if (group.pendingSync.size > 0 && !armed(group.syncTimer ?? undefined)) say('waits for syncs for ever')
}

function checkOwners(group: Group, say: Say): void {
  if (group.phase !== 'Stable' || group.sharedByLeader) return
  for (const twice of shared(ownersOf(group, assignmentsOf(group)))) say(`two own ${twice}`)
}

/** What is pending is part of a transaction that is open in this very partition. */
function checkPending(state: ClusterState, { partition, broker }: GroupShard, { offsets }: Group, say: Say): void {
  if (offsets.pending.size === 0) return
  const of = state.topics.get(offsetsTopic)?.partitions[partition]
  const open = of && replicaOn(of, broker)?.log.open
  for (const producerId of offsets.pending.keys()) {
    if (open?.has(producerId) !== true)
      say(`offsets of producer ${producerId} are pending, and it has no transaction open`)
  }
}

/** The cache is the log replayed, but for what was never written: rebalances in progress, and groups before their first. */
function checkLog(state: ClusterState, shard: GroupShard, say: Say): void {
  const { groups, offsets } = replay(readInternal(state, offsetsTopic, shard.partition, shard.broker))
  for (const [groupId, group] of shard.groups) {
    const value = groups.get(groupId)
    if (group.stored && value === undefined) say(`${groupId} is not in the log`)
    if (value !== undefined) checkStored(group, value, say)
    const logged = offsets.get(groupId) ?? newOffsetCache()
    checkOffsets(groupId, group.offsets, logged, shard, say)
  }
  for (const groupId of groups.keys()) if (!shard.groups.has(groupId)) say(`${groupId} is only in the log`)
  for (const [groupId, logged] of offsets) {
    if (!shard.groups.has(groupId)) checkOffsets(groupId, newOffsetCache(), logged, shard, say)
  }
}

function checkStored(group: Group, value: GroupValue, say: Say): void {
  const { groupId, generation, phase } = group
  if (value.generation > generation) say(`${groupId} is at ${generation}, its log at ${value.generation}`)
  if (phase === 'Empty' && group.stored && (value.generation !== generation || value.members.length > 0)) {
    say(`${groupId} is empty at ${generation}, its log is not`)
  }
  if (phase !== 'Stable') return
  if (value.generation !== generation || value.protocol !== group.protocol || value.leader !== group.leader) {
    say(`${groupId} is not what its log says`)
  }
  if (value.members.length !== group.members.size)
    say(`${groupId} has ${group.members.size} members, its log ${value.members.length}`)
  for (const stored of value.members) {
    const member = group.members.get(stored.memberId)
    if (member === undefined || !sameMember(member, stored, group))
      say(`${groupId}: ${stored.memberId} differs from its log`)
  }
}

function sameMember(member: Member, stored: GroupValue['members'][number], { protocol }: Group): boolean {
  return (
    member.instanceId === stored.groupInstanceId &&
    member.sessionTimeoutMs === stored.sessionTimeout &&
    sameBytes(member.assignment, stored.assignment) &&
    sameBytes(metadataFor(member, protocol), stored.subscription)
  )
}

function checkOffsets(
  groupId: string,
  known: OffsetCache,
  logged: OffsetCache,
  { dropped }: GroupShard,
  say: Say,
): void {
  const wasDropped = (key: string): boolean => known.dropped.has(key) || dropped.get(groupId)?.has(key) === true
  const compare = (kind: string, one: ByPartition<Committed>, other: ByPartition<Committed>): void => {
    for (const { topic, partition, value } of entries(one)) {
      if (other.get(topic)?.get(partition)?.offset === value.offset) continue
      say(`${groupId}: the log has not ${topic}/${partition} at ${value.offset}${kind}`)
    }
    for (const { topic, partition, value } of entries(other)) {
      if (one.get(topic)?.get(partition)?.offset === value.offset) continue
      if (wasDropped(droppedKey(topic, partition, value.recordOffset))) continue
      say(`${groupId}: only the log has ${topic}/${partition} at ${value.offset}${kind}`)
    }
  }
  compare('', known.committed, logged.committed)
  for (const producerId of new Set([...known.pending.keys(), ...logged.pending.keys()])) {
    const [one, other] = [known.pending.get(producerId), logged.pending.get(producerId)]
    compare(`, pending in a transaction of ${producerId}`, one ?? new Map(), other ?? new Map())
  }
}
