/**
 * When a member is taken for dead.
 *
 * Every sign of life moves a deadline; the timer stays where it is and, if it fires too early, is armed again for the rest. So a
 * heartbeat costs one assignment, and an idle group wakes the clock about once per session instead of once per heartbeat.
 */

import type { Context } from '../types.ts'
import { dropMember } from './members.ts'
import type { GroupShard } from './shard.ts'
import type { Group, Member } from './state.ts'

/** A new member can't send heartbeats, and its JoinGroup may outlive its connection (GroupCoordinator.NewMemberJoinTimeoutMs). */
export const newMemberJoinTimeoutMs = 300_000

/** A sign of life (GroupCoordinator.completeAndScheduleNextHeartbeatExpiration). */
export function restartSession(
  ctx: Context,
  shard: GroupShard,
  group: Group,
  member: Member,
  timeoutMs = member.sessionTimeoutMs,
): void {
  member.expiresAtMs = ctx.nowMs + timeoutMs
  if (member.timer !== null) {
    if (member.timer.atMs <= member.expiresAtMs) return
    ctx.disarm(member.timer.id)
  }
  armSession(ctx, shard, group, member, member.expiresAtMs)
}

function armSession(ctx: Context, shard: GroupShard, group: Group, member: Member, atMs: number): void {
  const fire = { why: 'session', group: group.groupId, member: member.memberId } as const
  member.timer = { id: ctx.arm(shard.broker, atMs, fire), atMs }
}

export function stopSession(ctx: Context, member: Member): void {
  if (member.timer !== null) ctx.disarm(member.timer.id)
  member.timer = null
  member.expiresAtMs = null
}

/** The timer of this member fired. True: it is dead. */
export function sessionIsOver(ctx: Context, shard: GroupShard, group: Group, member: Member): boolean {
  member.timer = null
  if (member.expiresAtMs === null) return false
  if (member.expiresAtMs > ctx.nowMs) {
    armSession(ctx, shard, group, member, member.expiresAtMs)
    return false
  }
  member.expiresAtMs = null
  // Who waits for others can't send heartbeats; the answer starts a new session (MemberMetadata.hasSatisfiedHeartbeat).
  return member.isNew || (member.join === null && member.sync === null)
}

/** The id was given out and must come back within the session timeout (GroupCoordinator.addPendingMemberExpiration). */
export function awaitPending(ctx: Context, shard: GroupShard, group: Group, memberId: string, timeoutMs: number): void {
  const fire = { why: 'new-member', group: group.groupId, member: memberId } as const
  group.pending.set(memberId, ctx.arm(shard.broker, ctx.nowMs + timeoutMs, fire))
}

/** Forgets a member or a pending id, with its timer. */
export function removeMember(ctx: Context, group: Group, memberId: string): void {
  const member = group.members.get(memberId)
  if (member !== undefined) stopSession(ctx, member)
  stopPending(ctx, group, memberId)
  dropMember(group, memberId)
}

export function stopPending(ctx: Context, group: Group, memberId: string): void {
  const timer = group.pending.get(memberId)
  if (timer !== undefined) ctx.disarm(timer)
  group.pending.delete(memberId)
}
