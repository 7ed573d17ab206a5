/**
 * OffsetFetch (key 9), versions 0–9. After `KafkaApis.handleOffsetFetchRequest` and `GroupMetadataManager.getOffsets`, 3.9.
 *
 * Behaviour
 * - What the group has committed, whatever its state, asked by anyone. A partition without a commit, or one that does not exist,
 *   answers -1 without an error, and so does a group that does not exist.
 * - NOT_COORDINATOR, COORDINATOR_LOAD_IN_PROGRESS.
 * - A partition that is asked for twice is told once; by 4.4, twice, as is an error of version 1.
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
import type { RequestOf, ResponseInput } from '../../wire/schema.ts'
import { committed, isPending, newOffsetCache, type OffsetCache } from '../group/offsets.ts'
import { shardFor } from '../group/shard.ts'
import type { Context, Request } from '../types.ts'

type Body = RequestOf<typeof offsetFetch>
type Answer = ResponseInput<typeof offsetFetch>
type Asked = readonly { readonly name: string; readonly partitionIndexes: readonly number[] }[]

export function handle(ctx: Context, request: Request, body: Body): void {
  ctx.answer(request, request.apiVersion >= 8 ? ofGroups(ctx, request, body) : ofGroup(ctx, request, body))
}

function ofGroups(ctx: Context, request: Request, { groups, requireStable }: Body): Answer {
  return {
    groups: groups.map(({ groupId, topics }) => {
      const cache = offsetsOf(ctx, request, groupId)
      if (typeof cache === 'string') return { groupId, errorCode: errorCodes[cache], topics: [] }
      return { groupId, topics: read(cache, asAsked(ctx, topics ?? allOf(cache)), requireStable) }
    }),
  }
}

function ofGroup(ctx: Context, request: Request, { groupId, topics, requireStable }: Body): Answer {
  const cache = offsetsOf(ctx, request, groupId)
  if (typeof cache !== 'string') return { topics: read(cache, asAsked(ctx, topics ?? allOf(cache)), requireStable) }
  const errorCode = errorCodes[cache]
  if (request.apiVersion >= 2) return { errorCode, topics: [] }
  const asked = request.apiVersion === 0 ? asAsked(ctx, topics ?? []) : (topics ?? [])
  const blamed = read(newOffsetCache(), asked, false).map(({ name, partitions }) => ({
    name,
    partitions: partitions.map((partition) => ({ ...partition, errorCode })),
  }))
  return { topics: blamed }
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

/** What is asked twice is told once, until 4.0 brought another coordinator. */
function asAsked({ state }: Context, asked: Asked): Asked {
  if (state.imitate === '4.4') return asked
  const topics = new Map<string, Set<number>>()
  for (const { name, partitionIndexes } of asked)
    topics.set(name, new Set([...(topics.get(name) ?? []), ...partitionIndexes]))
  return [...topics].map(([name, partitionIndexes]) => ({ name, partitionIndexes: [...partitionIndexes] }))
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
