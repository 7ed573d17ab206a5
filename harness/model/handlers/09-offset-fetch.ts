/**
 * OffsetFetch (key 9), versions 0–9. After `KafkaApis.handleOffsetFetchRequest` and `GroupMetadataManager.getOffsets`, 3.9.
 *
 * Behaviour
 * - What the group has committed, whatever its state, asked by anyone. A partition without a commit, or one that does not exist,
 *   answers -1 without an error, and so does a group that does not exist.
 * - NOT_COORDINATOR, COORDINATOR_LOAD_IN_PROGRESS.
 * - With `requireStable` (KIP-447) a partition with an offset in an open transaction answers UNSTABLE_OFFSET_COMMIT.
 *
 * Version notes
 * - 0 was for ZooKeeper: UNSUPPORTED_VERSION for every partition, as in KRaft.
 * - From 2 no topics (null) means all that have a commit, and an error of the group is at the top; in 1 it is with each partition.
 * - 5 tells the leader epoch, 7 brings requireStable, 8 asks for several groups at once. 9 is for groups of KIP-848: member id and
 *   epoch say nothing about a classic group. 10 (topic ids) is not one of 3.9's.
 *
 * NOT modelled: authorization, quotas. Topics come in the order of the request, or of their first commit.
 */
import type { offsetFetch } from '../../wire/apis/09-offset-fetch.ts'
import { type ErrorName, errorCodes } from '../../wire/error-codes.ts'
import type { RequestOf } from '../../wire/schema.ts'
import { shardFor } from '../group-shard.ts'
import { committed, isPending, newOffsetCache, type OffsetCache } from '../offsets.ts'
import type { Context, Request } from '../types.ts'

type Body = RequestOf<typeof offsetFetch>
type Asked = readonly { readonly name: string; readonly partitionIndexes: readonly number[] }[]

export function handle(ctx: Context, request: Request, body: Body): void {
  const { requireStable } = body
  if (request.apiVersion >= 8) {
    const groups = body.groups.map(({ groupId, topics }) => {
      const cache = offsetsOf(ctx, request, groupId)
      if (typeof cache === 'string') return { groupId, errorCode: errorCodes[cache], topics: [] }
      return { groupId, errorCode: errorCodes.NONE, topics: read(cache, topics ?? allOf(cache), requireStable) }
    })
    return ctx.answer(request, { groups })
  }
  const cache = offsetsOf(ctx, request, body.groupId)
  if (typeof cache !== 'string') {
    return ctx.answer(request, { topics: read(cache, body.topics ?? allOf(cache), requireStable) })
  }
  if (request.apiVersion >= 2) return ctx.answer(request, { errorCode: errorCodes[cache], topics: [] })
  const none = read(newOffsetCache(), body.topics ?? [], false)
  const topics = none.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map((partition) => ({ ...partition, errorCode: errorCodes[cache] })),
  }))
  ctx.answer(request, { topics })
}

function offsetsOf(ctx: Context, request: Request, groupId: string): OffsetCache | ErrorName {
  if (request.apiVersion === 0) return 'UNSUPPORTED_VERSION'
  const shard = shardFor(ctx, request, groupId, 'offsets')
  if (typeof shard === 'string') return shard
  return shard.groups.get(groupId)?.offsets ?? newOffsetCache()
}

function allOf(cache: OffsetCache): Asked {
  return [...cache.committed].map(([name, partitions]) => ({ name, partitionIndexes: [...partitions.keys()] }))
}

function read(cache: OffsetCache, asked: Asked, requireStable: boolean) {
  return asked.map(({ name, partitionIndexes }) => ({
    name,
    partitions: partitionIndexes.map((partitionIndex) => {
      const unstable = requireStable && isPending(cache, name, partitionIndex)
      const known = unstable ? undefined : committed(cache, name, partitionIndex)
      return {
        partitionIndex,
        committedOffset: known?.offset ?? -1n,
        committedLeaderEpoch: known?.leaderEpoch ?? -1,
        metadata: known?.metadata ?? '',
        errorCode: errorCodes[unstable ? 'UNSTABLE_OFFSET_COMMIT' : 'NONE'],
      }
    }),
  }))
}
