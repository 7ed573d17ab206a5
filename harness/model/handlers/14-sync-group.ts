/**
 * SyncGroup (key 14), versions 0–5. After `GroupCoordinator.handleSyncGroup` of Kafka 3.9.
 *
 * Behaviour
 * - While the group waits for an assignment, followers wait for the leader's SyncGroup. It is written into `__consumer_offsets`,
 *   then everyone is answered and the group is Stable. A member that the leader left out gets an empty assignment.
 * - In Stable a member gets its assignment at once; a sign of life.
 * - REBALANCE_IN_PROGRESS while a rebalance is prepared, and to whoever waits when one begins.
 * - Members that have not synced within the rebalance timeout are removed and the rest rebalance (onExpirePendingSync), even in Stable.
 * - UNKNOWN_MEMBER_ID, FENCED_INSTANCE_ID, ILLEGAL_GENERATION, INCONSISTENT_GROUP_PROTOCOL, INVALID_GROUP_ID, NOT_COORDINATOR.
 *   A coordinator that loads answers REBALANCE_IN_PROGRESS: the rebalance is lost, and old clients don't know the other error here.
 *
 * Version notes: 1 adds the throttle time, 3 the instance id. From 5 protocol type and name are mandatory and must be the group's
 * (KIP-559), and both are answered.
 *
 * NOT modelled: authorization, quotas.
 */
import type { syncGroup } from '../../wire/apis/14-sync-group.ts'
import type { ErrorName } from '../../wire/error-codes.ts'
import type { RequestOf } from '../../wire/schema.ts'
import { type SyncAnswer, synced, syncRefused } from '../group/answers.ts'
import { refusal } from '../group/members.ts'
import { assignmentStored, hasSynced } from '../group/rebalance.ts'
import { restartSession } from '../group/sessions.ts'
import { type GroupShard, shardFor } from '../group/shard.ts'
import { copyOf, type Group } from '../group/state.ts'
import { storeGroup } from '../group/store.ts'
import type { Context, Request } from '../types.ts'

type Body = RequestOf<typeof syncGroup>

export function handle(ctx: Context, request: Request, body: Body): void {
  const answer = sync(ctx, request, body)
  if (answer !== null) ctx.answer(request, answer)
}

/** Null: it waits for the leader's, or has been answered with all others. */
function sync(ctx: Context, request: Request, body: Body): SyncAnswer | null {
  if (request.apiVersion >= 5 && (body.protocolType === null || body.protocolName === null)) {
    return syncRefused('INCONSISTENT_GROUP_PROTOCOL')
  }
  const shard = shardFor(ctx, request, body.groupId, 'membership')
  if (shard === 'COORDINATOR_LOAD_IN_PROGRESS') return syncRefused('REBALANCE_IN_PROGRESS')
  if (typeof shard === 'string') return syncRefused(shard)
  const group = shard.groups.get(body.groupId)
  if (group === undefined) return syncRefused('UNKNOWN_MEMBER_ID')
  const error = refusalOf(group, body)
  if (error !== null) return syncRefused(error)
  if (group.phase === 'PreparingRebalance') return syncRefused('REBALANCE_IN_PROGRESS')
  const member = group.members.get(body.memberId)!
  hasSynced(ctx, group, member.memberId)
  if (group.phase === 'Stable') {
    restartSession(ctx, shard, group, member)
    return synced(group, member.assignment)
  }
  member.sync = { request, gone: false }
  if (group.leader === member.memberId) takeAssignment(ctx, shard, group, request, body)
  return null
}

function refusalOf(
  group: Group,
  { memberId, groupInstanceId, generationId, protocolType, protocolName }: Body,
): ErrorName | null {
  const error = refusal(group, memberId, groupInstanceId)
  if (error !== null) return error
  if (generationId !== group.generation) return 'ILLEGAL_GENERATION'
  const differs = (asked: string | null, has: string | null): boolean => asked !== null && asked !== has
  const inconsistent = differs(protocolType, group.protocolType) || differs(protocolName, group.protocol)
  return inconsistent ? 'INCONSISTENT_GROUP_PROTOCOL' : null
}

function takeAssignment(ctx: Context, shard: GroupShard, group: Group, request: Request, { assignments }: Body): void {
  const assignment = new Map(assignments.map((each) => [each.memberId, copyOf(each.assignment)]))
  const { generation } = group
  storeGroup(ctx, shard, group, assignment, (now, error) => {
    assignmentStored(now, shard, group, { request, generation, assignment, error })
  })
}
