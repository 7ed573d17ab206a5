/**
 * DescribeGroups (key 15), versions 0–5. After `GroupCoordinator.handleDescribeGroup` of Kafka 3.9.
 *
 * Behaviour
 * - State, protocol and members of each group. Protocol, metadata and assignments are told of a stable group only; by 4.4 the last
 *   assignments of any.
 * - A group that this coordinator does not have is 'Dead', without an error. NOT_COORDINATOR, COORDINATOR_LOAD_IN_PROGRESS.
 *
 * Version notes: 3 may ask for the operations that the client is authorized to: all of a group's, as there is no authorizer.
 * 4 tells instance ids. 6 (Kafka 4.0: GROUP_ID_NOT_FOUND instead of 'Dead') is not one of 3.9's.
 *
 * NOT modelled: authorization, quotas.
 */
import type { describeGroups } from '../../wire/apis/15-describe-groups.ts'
import { errorCodes } from '../../wire/error-codes.ts'
import type { RequestOf, ResponseInput } from '../../wire/schema.ts'
import { metadataFor } from '../group/members.ts'
import { shardFor } from '../group/shard.ts'
import type { Group, Member } from '../group/state.ts'
import type { Context, Request } from '../types.ts'

type Described = ResponseInput<typeof describeGroups>['groups'][number]

/** The bits of READ, DELETE and DESCRIBE (`AclEntry.supportedOperations`, `AclOperation`). */
const allOperations = (1 << 3) | (1 << 6) | (1 << 8)
const nothing = new Uint8Array(0)

export function handle(ctx: Context, request: Request, body: RequestOf<typeof describeGroups>): void {
  const groups = body.groups.map((groupId) => {
    const described = describe(ctx, request, groupId)
    const told = body.includeAuthorizedOperations && described.errorCode === errorCodes.NONE
    return told ? { ...described, authorizedOperations: allOperations } : described
  })
  ctx.answer(request, { groups })
}

function describe(ctx: Context, request: Request, groupId: string): Described {
  const unknown = {
    errorCode: errorCodes.NONE,
    groupId,
    groupState: '',
    protocolType: '',
    protocolData: '',
    members: [],
  }
  const shard = shardFor(ctx, request, groupId, 'offsets')
  if (typeof shard === 'string') return { ...unknown, errorCode: errorCodes[shard] }
  const group = shard.groups.get(groupId)
  if (group === undefined) return { ...unknown, groupState: 'Dead' }
  return {
    errorCode: errorCodes.NONE,
    groupId,
    groupState: group.phase,
    protocolType: group.protocolType ?? '',
    protocolData: group.phase === 'Stable' ? (group.protocol ?? '') : '',
    members: [...group.members.values()].map((member) => memberOf(ctx, group, member)),
  }
}

function memberOf({ state }: Context, group: Group, member: Member): Described['members'][number] {
  const { memberId, instanceId: groupInstanceId, clientId, clientHost } = member
  const stable = group.phase === 'Stable'
  const memberMetadata = stable ? metadataFor(member, group.protocol) : nothing
  const memberAssignment = stable || state.imitate === '4.4' ? member.assignment : nothing
  return { memberId, groupInstanceId, clientId, clientHost, memberMetadata, memberAssignment }
}
