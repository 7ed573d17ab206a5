/**
 * How a group comes to its next generation (GroupCoordinator: prepareRebalance, onCompleteJoin, the pending sync).
 *
 *     Empty ──▶ PreparingRebalance ──all joined, or time is up──▶ CompletingRebalance ──the leader's sync is stored──▶ Stable
 */
import type { ErrorName } from '../../wire/error-codes.ts'
import type { Context, Request } from '../types.ts'
import { joined, joinRefused, settleJoin, settleSync, synced, syncRefused } from './answers.ts'
import { ownersOf, shared } from './assignment.ts'
import { allJoined, electJoinedLeader, rebalanceTimeoutMs, selectProtocol } from './members.ts'
import { removeMember, restartSession } from './sessions.ts'
import type { GroupShard } from './shard.ts'
import { canRebalance, type Group, type Joining, type Member, moveTo } from './state.ts'
import { storeGroup } from './store.ts'

const nothing = new Uint8Array(0)

export function maybePrepareRebalance(ctx: Context, shard: GroupShard, group: Group): void {
  if (canRebalance(group)) prepareRebalance(ctx, shard, group)
}

export function prepareRebalance(ctx: Context, shard: GroupShard, group: Group): void {
  if (group.phase === 'CompletingRebalance') refuseAssignment(ctx, shard, group, 'REBALANCE_IN_PROGRESS')
  stopSyncTimer(ctx, group)
  const first = group.phase === 'Empty'
  moveTo(ctx, group, 'PreparingRebalance')
  const delayMs = shard.config.initialRebalanceDelayMs
  if (first) awaitMoreMembers(ctx, shard, group, delayMs, Math.max(rebalanceTimeoutMs(group) - delayMs, 0))
  else awaitJoins(ctx, shard, group)
}

/** InitialDelayedJoin: the first rebalance of an empty group waits for more members, even when all known ones have joined. */
function awaitMoreMembers(ctx: Context, shard: GroupShard, group: Group, delayMs: number, remainingMs: number): void {
  wait(ctx, shard, group, 'initial-delay', delayMs, { delayMs, remainingMs })
}

/** DelayedJoin: until all have joined, at most for the slowest member's rebalance timeout. */
function awaitJoins(ctx: Context, shard: GroupShard, group: Group): void {
  if (allJoined(group)) completeJoin(ctx, shard, group)
  else wait(ctx, shard, group, 'join-complete', rebalanceTimeoutMs(group), null)
}

function wait(
  ctx: Context,
  shard: GroupShard,
  group: Group,
  why: 'initial-delay' | 'join-complete',
  waitMs: number,
  initial: Joining['initial'],
): void {
  const rebalance = ++group.rebalances
  const timer = ctx.arm(shard.broker, ctx.nowMs + waitMs, { why, group: group.groupId, rebalance })
  group.joining = { timer, initial }
}

/** Something changed that may have been the last thing missing. */
export function tryCompleteJoin(ctx: Context, shard: GroupShard, group: Group): void {
  if (group.joining !== null && group.joining.initial === null && allJoined(group)) completeJoin(ctx, shard, group)
}

/** The timer of a rebalance fired. */
export function joinTimeIsUp(ctx: Context, shard: GroupShard, group: Group, rebalance: number): void {
  if (group.joining === null || rebalance !== group.rebalances) return
  const { initial } = group.joining
  if (initial === null || !group.newMemberAdded || initial.remainingMs === 0) {
    completeJoin(ctx, shard, group)
    return
  }
  group.newMemberAdded = false
  const delayMs = Math.min(shard.config.initialRebalanceDelayMs, initial.remainingMs)
  awaitMoreMembers(ctx, shard, group, delayMs, Math.max(initial.remainingMs - initial.delayMs, 0))
}

function completeJoin(ctx: Context, shard: GroupShard, group: Group): void {
  stopJoining(ctx, group)
  // Static members stay until their session is over, rejoined or not (KIP-345).
  const missing = [...group.members.values()].filter(({ join, instanceId }) => join === null && instanceId === null)
  for (const { memberId } of missing) removeMember(ctx, group, memberId)
  if (!electJoinedLeader(group) && group.members.size > 0) {
    // Nobody rejoined: try again until sessions have removed them all. A timeout of 0 would spin at one instant.
    wait(ctx, shard, group, 'join-complete', Math.max(rebalanceTimeoutMs(group), 1), null)
    return
  }
  group.generation++
  group.peakGeneration = Math.max(group.peakGeneration, group.generation)
  group.pendingSync.clear()
  if (group.members.size === 0) becomeEmpty(ctx, shard, group)
  else tellGeneration(ctx, shard, group)
}

/** Everyone who joined learns of the generation, and the leader of the members; now they have to sync. */
function tellGeneration(ctx: Context, shard: GroupShard, group: Group): void {
  group.protocol = selectProtocol(group)
  moveTo(ctx, group, 'CompletingRebalance')
  for (const member of group.members.values()) {
    settleJoin(ctx, member, (request) => joined(request, group, member.memberId))
    restartSession(ctx, shard, group, member)
    member.isNew = false
    group.pendingSync.add(member.memberId)
  }
  const fire = { why: 'sync-expired', group: group.groupId, generation: group.generation } as const
  group.syncTimer = ctx.arm(shard.broker, ctx.nowMs + rebalanceTimeoutMs(group), fire)
}

function becomeEmpty(ctx: Context, shard: GroupShard, group: Group): void {
  group.protocol = null
  moveTo(ctx, group, 'Empty')
  // Should the write fail, the last stored generation comes back with a move of the coordinator, and times out.
  storeGroup(ctx, shard, group, new Map(), (_, error) => {
    group.stored = error === null
  })
}

export function stopJoining(ctx: Context, group: Group): void {
  if (group.joining !== null) ctx.disarm(group.joining.timer)
  group.joining = null
}

/** What the leader sent, and whether it could be stored. */
export interface StoredAssignment {
  readonly request: Request
  readonly generation: number
  readonly assignment: ReadonlyMap<string, Uint8Array>
  readonly error: ErrorName | null
}

/** Between the leader's request and here the group may have gone on: then this changes nothing. */
export function assignmentStored(ctx: Context, shard: GroupShard, group: Group, stored: StoredAssignment): void {
  if (group.phase !== 'CompletingRebalance' || group.generation !== stored.generation) return
  if (stored.error !== null) {
    refuseAssignment(ctx, shard, group, stored.error)
    maybePrepareRebalance(ctx, shard, group)
    return
  }
  group.stored = true
  for (const member of group.members.values()) member.assignment = stored.assignment.get(member.memberId) ?? nothing
  const owners = ownersOf(group, assignmentsOf(group))
  group.sharedByLeader = shared(owners).length > 0
  ctx.note({ what: 'assignment', group: group.groupId, generation: group.generation, owners }, stored.request)
  moveTo(ctx, group, 'Stable')
  for (const member of group.members.values()) {
    if (settleSync(ctx, member, () => synced(group, member.assignment))) restartSession(ctx, shard, group, member)
  }
}

export function assignmentsOf(group: Group): Map<string, Uint8Array> {
  return new Map([...group.members.values()].map(({ memberId, assignment }) => [memberId, assignment]))
}

/** Whoever waits for an assignment gets the error instead. */
function refuseAssignment(ctx: Context, shard: GroupShard, group: Group, error: ErrorName): void {
  for (const member of group.members.values()) {
    member.assignment = nothing
    if (settleSync(ctx, member, () => syncRefused(error))) restartSession(ctx, shard, group, member)
  }
}

/** This member has synced; the timer ends with the last one. */
export function hasSynced(ctx: Context, group: Group, memberId: string): void {
  group.pendingSync.delete(memberId)
  if (group.pendingSync.size === 0) stopSyncTimer(ctx, group)
}

export function stopSyncTimer(ctx: Context, group: Group): void {
  group.pendingSync.clear()
  if (group.syncTimer !== null) ctx.disarm(group.syncTimer)
  group.syncTimer = null
}

/** Who has not synced within the rebalance timeout is out, also when the others are stable meanwhile (onExpirePendingSync). */
export function syncTimeIsUp(ctx: Context, shard: GroupShard, group: Group, generation: number): void {
  if (group.syncTimer === null || generation !== group.generation) return
  group.syncTimer = null
  if (group.phase !== 'CompletingRebalance' && group.phase !== 'Stable') return
  if (group.pendingSync.size === 0) return
  for (const memberId of [...group.pendingSync]) removeMember(ctx, group, memberId)
  prepareRebalance(ctx, shard, group)
}

/** A member died or left (GroupCoordinator.removeMemberAndUpdateGroup). */
export function loseMember(ctx: Context, shard: GroupShard, group: Group, member: Member): void {
  removeJoining(ctx, group, member)
  goOnWithout(ctx, shard, group)
}

/** Whoever waits for its join is told. */
export function removeJoining(ctx: Context, group: Group, member: Member): void {
  settleJoin(ctx, member, (request) => joinRefused(request, 'UNKNOWN_MEMBER_ID'))
  removeMember(ctx, group, member.memberId)
}

/** Members are gone: the others rebalance, or are complete now. */
export function goOnWithout(ctx: Context, shard: GroupShard, group: Group): void {
  if (group.phase === 'PreparingRebalance') tryCompleteJoin(ctx, shard, group)
  else maybePrepareRebalance(ctx, shard, group)
}

/** An id that was given out did not come back, or left before it came. */
export function losePending(ctx: Context, shard: GroupShard, group: Group, memberId: string): void {
  removeMember(ctx, group, memberId)
  tryCompleteJoin(ctx, shard, group)
}
