/**
 * DeleteGroups (key 42), versions 0–2. After `GroupCoordinator.handleDeleteGroups` of Kafka 3.9 (KIP-229).
 *
 * Behaviour
 * - An empty group goes, with its offsets: tombstones for all of them.
 * - NON_EMPTY_GROUP, GROUP_ID_NOT_FOUND, NOT_COORDINATOR, COORDINATOR_LOAD_IN_PROGRESS. A group that is named twice is answered once.
 *
 * Version notes: none that show. 3 (Kafka 4.0: error messages) is not one of 3.9's.
 *
 * NOT modelled: authorization, quotas.
 */
import type { deleteGroups } from '../../wire/apis/42-delete-groups.ts'
import { type ErrorName, errorCodes } from '../../wire/error-codes.ts'
import type { RequestOf } from '../../wire/schema.ts'
import { entries, removeOffsets } from '../group/offsets.ts'
import { shardFor } from '../group/shard.ts'
import { moveTo } from '../group/state.ts'
import { forget } from '../group/store.ts'
import type { Context, Request } from '../types.ts'

export function handle(ctx: Context, request: Request, body: RequestOf<typeof deleteGroups>): void {
  const results = [...new Set(body.groupsNames)].map((groupId) => ({
    groupId,
    errorCode: errorCodes[remove(ctx, request, groupId)],
  }))
  ctx.answer(request, { throttleTimeMs: 0, results })
}

function remove(ctx: Context, request: Request, groupId: string): ErrorName {
  const shard = shardFor(ctx, request, groupId, 'offsets')
  if (typeof shard === 'string') return shard
  const group = shard.groups.get(groupId)
  if (group === undefined) return 'GROUP_ID_NOT_FOUND'
  if (group.phase !== 'Empty') return 'NON_EMPTY_GROUP'
  moveTo(ctx, group, 'Dead')
  forget(ctx, shard, group, removeOffsets(group.offsets, [...entries(group.offsets.committed)]))
  return 'NONE'
}
