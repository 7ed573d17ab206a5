/**
 * LeaveGroup (key 13), versions 0–5. After `GroupCoordinator.handleLeaveGroup` of Kafka 3.9.
 *
 * Behaviour
 * - Each member leaves at once and the others rebalance; an id that was only given out (KIP-394) is forgotten. By 4.4 all of them have left
 *   before the others rebalance, and an id that is forgotten has them rebalance too.
 * - A member id of '' with an instance id is an operator who removes a static member, whoever it is (KIP-345).
 * - Per member: UNKNOWN_MEMBER_ID (also when there is no such group), FENCED_INSTANCE_ID. At the top: INVALID_GROUP_ID,
 *   NOT_COORDINATOR, COORDINATOR_LOAD_IN_PROGRESS.
 *
 * Version notes: up to 2 one member leaves and its error is at the top; from 3 several, each with its instance id and its error.
 * 5 adds a reason, which is only logged.
 *
 * NOT modelled: authorization, quotas. A SyncGroup that waits on another connection when its member is removed is never answered:
 * as in Kafka, where removing a member answers its JoinGroup only.
 */
import type { leaveGroup } from '../../wire/apis/13-leave-group.ts'
import { type ErrorName, errorCodes } from '../../wire/error-codes.ts'
import type { RequestOf, ResponseInput } from '../../wire/schema.ts'
import { refusal } from '../group/members.ts'
import { goOnWithout, removeJoining, tryCompleteJoin } from '../group/rebalance.ts'
import { removeMember } from '../group/sessions.ts'
import { shardFor } from '../group/shard.ts'
import type { Group } from '../group/state.ts'
import type { Context, Request } from '../types.ts'

type Body = RequestOf<typeof leaveGroup>
type Leaving = Pick<Body['members'][number], 'memberId' | 'groupInstanceId'>

export function handle(ctx: Context, request: Request, body: Body): void {
  ctx.answer(request, leaveAll(ctx, request, body))
}

function leaveAll(ctx: Context, request: Request, body: Body): ResponseInput<typeof leaveGroup> {
  const shard = shardFor(ctx, request, body.groupId, 'membership')
  if (typeof shard === 'string') return { errorCode: errorCodes[shard], members: [] }
  const group = shard.groups.get(body.groupId)
  const one: Leaving = { memberId: body.memberId, groupInstanceId: null }
  const leaving: readonly Leaving[] = request.apiVersion < 3 ? [one] : body.members
  const together = ctx.state.imitate === '4.4'
  const members = leaving.map(({ memberId, groupInstanceId }) => {
    const wasPending = group?.pending.has(memberId) === true
    const error = group === undefined ? 'UNKNOWN_MEMBER_ID' : leave(ctx, group, { memberId, groupInstanceId })
    if (group !== undefined && error === 'NONE' && !together) {
      if (wasPending) tryCompleteJoin(ctx, shard, group)
      else goOnWithout(ctx, shard, group)
    }
    return { memberId, groupInstanceId, errorCode: errorCodes[error] }
  })
  const haveLeft = members.some(({ errorCode }) => errorCode === errorCodes.NONE)
  if (group !== undefined && together && haveLeft && group.phase !== 'Empty') goOnWithout(ctx, shard, group)
  return request.apiVersion < 3 ? { errorCode: members[0]!.errorCode } : { errorCode: errorCodes.NONE, members }
}

function leave(ctx: Context, group: Group, { memberId, groupInstanceId }: Leaving): ErrorName {
  if (group.pending.has(memberId)) {
    removeMember(ctx, group, memberId)
    return 'NONE'
  }
  const id = memberId === '' ? (group.instances.get(groupInstanceId ?? '') ?? '') : memberId
  const error = refusal(group, id, memberId === '' ? null : groupInstanceId)
  if (error !== null) return error
  removeJoining(ctx, group, group.members.get(id)!)
  return 'NONE'
}
