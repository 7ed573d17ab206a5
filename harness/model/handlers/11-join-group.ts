/**
 * JoinGroup (key 11), versions 0–9. After `GroupCoordinator.handleJoinGroup` of Kafka 3.9.
 *
 * Behaviour
 * - A new member begins a rebalance; the answer waits until all members have joined or the slowest one's rebalance timeout is over.
 *   Dynamic members that have not joined by then are out; static ones stay until their session ends.
 * - The first rebalance of an empty group waits out `group.initial.rebalance.delay.ms`, again while more members come.
 * - A member that rejoins: during PreparingRebalance it waits; during CompletingRebalance it gets the generation again unless its
 *   protocols changed; in Stable the leader, or a follower with changed protocols, begins a rebalance, and any other follower gets
 *   the current generation at once.
 * - A static member (KIP-345) that comes back without its member id gets a new one; the old id is fenced, a request that waits
 *   under it gets FENCED_INSTANCE_ID. In Stable that alone begins no rebalance, unless another protocol would be chosen.
 * - INVALID_GROUP_ID, NOT_COORDINATOR, COORDINATOR_LOAD_IN_PROGRESS, INVALID_SESSION_TIMEOUT (outside of the broker's bounds),
 *   INCONSISTENT_GROUP_PROTOCOL, UNKNOWN_MEMBER_ID, FENCED_INSTANCE_ID, MEMBER_ID_REQUIRED, GROUP_MAX_SIZE_REACHED.
 *
 * Version notes
 * - 0 has no rebalance timeout: the session timeout serves for both.
 * - From 4 a dynamic member without an id gets one and MEMBER_ID_REQUIRED, and comes back with it (KIP-394). It counts as pending,
 *   and a rebalance waits for it, for its session timeout.
 * - 5 brings static members. 7 answers the protocol type, and null instead of '' for no protocol (KIP-559).
 * - 8's reason is only logged. From 9 a static leader that came back to a stable group is told that it leads and that it must skip
 *   the assignment (KIP-814); before, it is told the old id of the leader so that it takes itself for a follower.
 *
 * NOT modelled: authorization, quotas. Ties between protocols and the choice of a new leader follow the order of arrival, not that
 * of a hash map. A second JoinGroup of the same member on another connection replaces the first, which is never answered: as in Kafka.
 */
import type { joinGroup } from '../../wire/apis/11-join-group.ts'
import { errorCodes } from '../../wire/error-codes.ts'
import type { RequestOf } from '../../wire/schema.ts'
import { type JoinAnswer, joined, joinRefused, settleJoin, settleSync, syncRefused } from '../group/answers.ts'
import {
  addMember,
  awaitingJoin,
  drawMemberId,
  refusal,
  renameMember,
  sameProtocols,
  selectProtocol,
  supports,
} from '../group/members.ts'
import { newOffsetCache } from '../group/offsets.ts'
import { assignmentsOf, maybePrepareRebalance, tryCompleteJoin } from '../group/rebalance.ts'
import {
  awaitPending,
  newMemberJoinTimeoutMs,
  removeMember,
  restartSession,
  stopPending,
  stopSession,
} from '../group/sessions.ts'
import { type GroupShard, shardFor } from '../group/shard.ts'
import { copyOf, type Group, type Member, newGroup, noteGroup, type Protocol } from '../group/state.ts'
import { storeGroup } from '../group/store.ts'
import type { Context, Request } from '../types.ts'

/** A JoinGroup on its way through the group that it is for. */
interface Join {
  readonly request: Request
  readonly body: RequestOf<typeof joinGroup>
  readonly shard: GroupShard
  readonly group: Group
  readonly protocols: readonly Protocol[]
}

/** Null: it waits for the others, or has been answered with them. */
type Answer = JoinAnswer | null

export function handle(ctx: Context, request: Request, body: RequestOf<typeof joinGroup>): void {
  const shard = shardFor(ctx, request, body.groupId, 'membership')
  const refused = typeof shard === 'string'
  const answer = refused ? joinRefused(request, shard, body.memberId) : enter(ctx, request, body, shard)
  if (answer !== null) ctx.answer(request, answer)
  const group = refused ? undefined : shard.groups.get(body.groupId)
  if (!refused && group !== undefined) tryCompleteJoin(ctx, shard, group)
}

function enter(ctx: Context, request: Request, body: Join['body'], shard: GroupShard): Answer {
  const { groupId, memberId, protocolType, sessionTimeoutMs } = body
  const { minSessionTimeoutMs, maxSessionTimeoutMs } = shard.config
  if (sessionTimeoutMs < minSessionTimeoutMs || sessionTimeoutMs > maxSessionTimeoutMs) {
    return joinRefused(request, 'INVALID_SESSION_TIMEOUT', memberId)
  }
  const group = groupFor(ctx, shard, groupId, memberId === '')
  if (group === undefined) return joinRefused(request, 'UNKNOWN_MEMBER_ID', memberId)
  if (!hasRoom(shard, group, memberId)) {
    removeMember(ctx, group, memberId)
    return joinRefused(request, 'GROUP_MAX_SIZE_REACHED')
  }
  const protocols = body.protocols.map(({ name, metadata }) => ({ name, metadata: copyOf(metadata) }))
  if (!supports(group, protocolType, protocols)) return joinRefused(request, 'INCONSISTENT_GROUP_PROTOCOL', memberId)
  const join = { request, body, shard, group, protocols }
  return memberId === '' ? joinAnew(ctx, join) : joinAgain(ctx, join)
}

/** A member without an id creates the group; one with an id must have got it somewhere. */
function groupFor(ctx: Context, shard: GroupShard, groupId: string, create: boolean): Group | undefined {
  const known = shard.groups.get(groupId)
  if (known !== undefined || !create) return known
  const group = newGroup(ctx, groupId, newOffsetCache())
  shard.groups.set(groupId, group)
  return group
}

/** During a rebalance those count that have joined, so that the last to rejoin are turned away (acceptJoiningMember). */
function hasRoom(shard: GroupShard, group: Group, memberId: string): boolean {
  if (group.phase === 'Empty') return true
  const member = group.members.get(memberId)
  if (group.phase !== 'PreparingRebalance') return member !== undefined || group.members.size < shard.config.maxSize
  return (member !== undefined && member.join !== null) || awaitingJoin(group) < shard.config.maxSize
}

function joinAnew(ctx: Context, join: Join): Answer {
  const { request, body, shard, group } = join
  const instanceId = body.groupInstanceId
  const memberId = drawMemberId(ctx, request.clientId ?? '', instanceId)
  if (instanceId !== null) {
    const owner = group.members.get(group.instances.get(instanceId) ?? '')
    return owner === undefined ? addAndRebalance(ctx, join, memberId) : comeBack(ctx, join, owner, memberId)
  }
  if (request.apiVersion < 4) return addAndRebalance(ctx, join, memberId)
  awaitPending(ctx, shard, group, memberId, body.sessionTimeoutMs)
  return joinRefused(request, 'MEMBER_ID_REQUIRED', memberId)
}

function joinAgain(ctx: Context, join: Join): Answer {
  const { request, body, group } = join
  const { memberId, groupInstanceId } = body
  if (group.pending.has(memberId)) {
    // Kafka throws: only dynamic members are ever pending.
    return groupInstanceId === null
      ? addAndRebalance(ctx, join, memberId)
      : joinRefused(request, 'UNKNOWN_SERVER_ERROR')
  }
  const error = refusal(group, memberId, groupInstanceId)
  if (error !== null) return joinRefused(request, error, memberId)
  const member = group.members.get(memberId)!
  // It may have missed the answer. This is no sign of life: its session goes on as it was.
  if (mayKeepGeneration(group, member, join.protocols)) return joined(request, group, memberId)
  update(member, join)
  member.join = { request, gone: false }
  maybePrepareRebalance(ctx, join.shard, group)
  return null
}

function mayKeepGeneration(group: Group, member: Member, protocols: readonly Protocol[]): boolean {
  // The leader of a stable group rejoins when what it assigns has changed, which its own metadata may not show.
  if (group.phase === 'Stable' && group.leader === member.memberId) return false
  return group.phase !== 'PreparingRebalance' && sameProtocols(member.protocols, protocols)
}

function addAndRebalance(ctx: Context, join: Join, memberId: string): null {
  const { request, body, shard, group } = join
  const member: Member = {
    memberId,
    instanceId: body.groupInstanceId,
    clientId: request.clientId ?? '',
    clientHost: request.clientHost,
    ...terms(join),
    assignment: new Uint8Array(0),
    join: { request, gone: false },
    sync: null,
    isNew: true,
    expiresAtMs: null,
    timer: null,
  }
  if (group.phase === 'PreparingRebalance' && group.generation === 0) group.newMemberAdded = true
  stopPending(ctx, group, memberId)
  addMember(group, member, body.protocolType)
  restartSession(ctx, shard, group, member, newMemberJoinTimeoutMs)
  maybePrepareRebalance(ctx, shard, group)
  return null
}

type Terms = Pick<Member, 'protocols' | 'rebalanceTimeoutMs' | 'sessionTimeoutMs'>

function terms({ request, body, protocols }: Join): Terms {
  const { sessionTimeoutMs } = body
  return {
    protocols,
    sessionTimeoutMs,
    rebalanceTimeoutMs: request.apiVersion === 0 ? sessionTimeoutMs : body.rebalanceTimeoutMs,
  }
}

function update(member: Member, join: Join): void {
  Object.assign(member, terms(join))
}

/** A static member is back without its member id (updateStaticMemberAndRebalance). */
function comeBack(ctx: Context, join: Join, member: Member, memberId: string): Answer {
  const { shard, group, request } = join
  const { memberId: idBefore, protocols, rebalanceTimeoutMs, sessionTimeoutMs } = member
  const leaderBefore = group.leader ?? ''
  takeOver(ctx, shard, group, member, memberId)
  update(member, join)
  noteGroup(ctx, group)
  if (group.phase !== 'Stable' || group.protocol !== selectProtocol(group)) {
    member.join = { request, gone: false }
    // While a rebalance is prepared it just waits. Once the leader has the list of members, its assignment would be for the old id.
    maybePrepareRebalance(ctx, shard, group)
    return null
  }
  // The log has the old id, so the new one is stored before it is told.
  storeGroup(ctx, shard, group, assignmentsOf(group), (now, error) => {
    const answer = (of: Answer) => now.answer(request, of)
    if (error !== null) {
      takeOver(now, shard, group, member, idBefore)
      Object.assign(member, { protocols, rebalanceTimeoutMs, sessionTimeoutMs } satisfies Terms)
      noteGroup(now, group)
      answer(joined(request, group, '', { errorCode: errorCodes[error], leader: leaderBefore }))
    } else if (request.apiVersion < 9) {
      answer(joined(request, group, memberId, { leader: leaderBefore, members: [] }))
    } else answer(joined(request, group, memberId, { skipAssignment: group.leader === memberId }))
  })
  return null
}

/** The member goes on under another id; whatever waits under the one it had is fenced. */
function takeOver(ctx: Context, shard: GroupShard, group: Group, member: Member, memberId: string): void {
  settleJoin(ctx, member, (request) => joinRefused(request, 'FENCED_INSTANCE_ID', member.memberId))
  settleSync(ctx, member, () => syncRefused('FENCED_INSTANCE_ID'))
  stopSession(ctx, member)
  renameMember(group, member, memberId)
  restartSession(ctx, shard, group, member)
}
