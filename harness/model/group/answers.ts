/** The bodies of JoinGroup and SyncGroup answers, sent now or to whoever waits. */
import type { joinGroup } from '../../wire/apis/11-join-group.ts'
import type { syncGroup } from '../../wire/apis/14-sync-group.ts'
import { type ErrorName, errorCodes } from '../../wire/error-codes.ts'
import type { ResponseInput } from '../../wire/schema.ts'
import type { Context, Request } from '../types.ts'
import { metadataFor } from './members.ts'
import type { Group, Member, Waiting } from './state.ts'

export type JoinAnswer = ResponseInput<typeof joinGroup>
export type SyncAnswer = ResponseInput<typeof syncGroup>

const nothing = new Uint8Array(0)

export function joinRefused(request: Request, error: ErrorName, memberId = ''): JoinAnswer {
  return {
    errorCode: errorCodes[error],
    generationId: -1,
    protocolName: protocolName(request, null),
    leader: '',
    memberId,
    members: [],
  }
}

/** The current generation, with the members for the one who leads it. */
export function joined(request: Request, group: Group, memberId: string, also: Partial<JoinAnswer> = {}): JoinAnswer {
  return {
    errorCode: errorCodes.NONE,
    generationId: group.generation,
    protocolType: group.protocolType,
    protocolName: protocolName(request, group.protocol),
    leader: group.leader ?? '',
    memberId,
    members: group.leader === memberId ? membersOf(group) : [],
    ...also,
  }
}

/** Null and '' both mean none: up to version 6 the field can't be null, from 7 on Kafka's JoinGroupResponse makes it so. */
function protocolName(request: Request, protocol: string | null): string | null {
  return request.apiVersion < 7 ? (protocol ?? '') : protocol || null
}

function membersOf(group: Group): JoinAnswer['members'] {
  return [...group.members.values()].map((member) => ({
    memberId: member.memberId,
    groupInstanceId: member.instanceId,
    metadata: metadataFor(member, group.protocol),
  }))
}

export function syncRefused(error: ErrorName): SyncAnswer {
  return { errorCode: errorCodes[error], assignment: nothing }
}

export function synced(group: Group, assignment: Uint8Array): SyncAnswer {
  const { protocolType, protocol: protocolName } = group
  return { errorCode: errorCodes.NONE, protocolType, protocolName, assignment }
}

/** Answers the JoinGroup that waits, if one does. */
export function settleJoin(ctx: Context, member: Member, answer: (request: Request) => JoinAnswer): boolean {
  const waiting = member.join
  member.join = null
  return settle(ctx, waiting, answer)
}

export function settleSync(ctx: Context, member: Member, answer: () => SyncAnswer): boolean {
  const waiting = member.sync
  member.sync = null
  return settle(ctx, waiting, answer)
}

function settle(ctx: Context, waiting: Waiting | null, answer: (request: Request) => unknown): boolean {
  if (waiting === null) return false
  if (!waiting.gone) ctx.answer(waiting.request, answer(waiting.request))
  return true
}
