/**
 * Heartbeat (key 12), versions 0–4. After `GroupCoordinator.handleHeartbeat` of Kafka 3.9.
 *
 * Behaviour
 * - A sign of life from a member of the current generation: its session starts again.
 * - REBALANCE_IN_PROGRESS while a rebalance is prepared, which tells the member to rejoin (its session starts again too); no error
 *   while the group waits for the leader's assignment.
 * - UNKNOWN_MEMBER_ID, FENCED_INSTANCE_ID, ILLEGAL_GENERATION, INVALID_GROUP_ID, NOT_COORDINATOR. No error, and nothing checked,
 *   while the coordinator loads.
 *
 * Version notes: 1 adds the throttle time, 3 the instance id of a static member.
 *
 * NOT modelled: authorization, quotas.
 */
import type { heartbeat } from '../../wire/apis/12-heartbeat.ts'
import { type ErrorName, errorCodes } from '../../wire/error-codes.ts'
import type { RequestOf } from '../../wire/schema.ts'
import { refusal } from '../group/members.ts'
import { restartSession } from '../group/sessions.ts'
import { shardFor } from '../group/shard.ts'
import type { Context, Request } from '../types.ts'

type Body = RequestOf<typeof heartbeat>

export function handle(ctx: Context, request: Request, body: Body): void {
  ctx.answer(request, { errorCode: errorCodes[beat(ctx, request, body)] })
}

function beat(ctx: Context, request: Request, { groupId, memberId, groupInstanceId, generationId }: Body): ErrorName {
  const shard = shardFor(ctx, request, groupId, 'membership')
  if (shard === 'COORDINATOR_LOAD_IN_PROGRESS') return 'NONE'
  if (typeof shard === 'string') return shard
  const group = shard.groups.get(groupId)
  if (group === undefined) return 'UNKNOWN_MEMBER_ID'
  const error = refusal(group, memberId, groupInstanceId)
  if (error !== null) return error
  if (generationId !== group.generation) return 'ILLEGAL_GENERATION'
  restartSession(ctx, shard, group, group.members.get(memberId)!)
  return group.phase === 'PreparingRebalance' ? 'REBALANCE_IN_PROGRESS' : 'NONE'
}
