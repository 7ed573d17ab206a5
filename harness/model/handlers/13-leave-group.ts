/**
 * LeaveGroup (key 13), versions 0–5. After `GroupCoordinator.handleLeaveGroup` of Kafka 3.9.
 *
 * Behaviour
 * - Each member leaves at once and the others rebalance; an id that was only given out (KIP-394) is forgotten.
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
import { loseMember, losePending } from '../group/rebalance.ts'
import { type GroupShard, shardFor } from '../group/shard.ts'
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
  const members = leaving.map(({ memberId, groupInstanceId }) => {
    const error = group === undefined ? 'UNKNOWN_MEMBER_ID' : leave(ctx, shard, group, { memberId, groupInstanceId })
    return { memberId, groupInstanceId, errorCode: errorCodes[error] }
  })
  return request.apiVersion < 3 ? { errorCode: members[0]!.errorCode } : { errorCode: errorCodes.NONE, members }
}

function leave(ctx: Context, shard: GroupShard, group: Group, { memberId, groupInstanceId }: Leaving): ErrorName {
  if (group.pending.has(memberId)) {
    losePending(ctx, shard, group, memberId)
    return 'NONE'
  }
  const id = memberId === '' ? (group.instances.get(groupInstanceId ?? '') ?? '') : memberId
  const error = refusal(group, id, memberId === '' ? null : groupInstanceId)
  if (error !== null) return error
  loseMember(ctx, shard, group, group.members.get(id)!)
  return 'NONE'
}
