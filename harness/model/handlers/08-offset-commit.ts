/**
 * OffsetCommit (key 8), versions 0–9. After `KafkaApis.handleOffsetCommitRequest` and `GroupCoordinator.handleCommitOffsets`, 3.9.
 *
 * Behaviour
 * - Partitions that this broker does not know get UNKNOWN_TOPIC_OR_PARTITION, metadata that is too long OFFSET_METADATA_TOO_LARGE;
 *   the others are written in one batch into `__consumer_offsets` and then visible, all or none.
 * - A member commits with its id and the current generation, in Stable or while a rebalance is prepared; a sign of life. While the
 *   group waits for an assignment: REBALANCE_IN_PROGRESS. Otherwise UNKNOWN_MEMBER_ID, FENCED_INSTANCE_ID, ILLEGAL_GENERATION.
 * - Generation -1 commits from outside: while the group is empty, which creates it where it does not exist. A group that does not
 *   exist answers any other generation with ILLEGAL_GENERATION; by 4.4, GROUP_ID_NOT_FOUND from version 9 on.
 * - NOT_COORDINATOR, COORDINATOR_LOAD_IN_PROGRESS, and the errors of the write, per partition: there is no other place.
 * - Any offset is taken, also one that goes back or lies past the log.
 *
 * Version notes
 * - 0 was for ZooKeeper: UNSUPPORTED_VERSION for every partition, as in KRaft.
 * - 1 may say when it committed, which then counts for the retention; 2 to 4 may say for how long the offset is kept.
 * - 6 adds the leader epoch, 7 the instance id of a static member. 10 (topic ids) is not one of 3.9's.
 *
 * NOT modelled: authorization, quotas. Commits in a transaction come by TxnOffsetCommit. Topics answer in the order of the request.
 */
import type { offsetCommit } from '../../wire/apis/08-offset-commit.ts'
import type { ErrorName } from '../../wire/error-codes.ts'
import type { RequestOf } from '../../wire/schema.ts'
import { answering, type Outcome, type Tell } from '../group/commit-answer.ts'
import { type Commit, storeOffsets, type ThenKept } from '../group/commits.ts'
import { refusal } from '../group/members.ts'
import { type ByPartition, newOffsetCache, put, valuesOf } from '../group/offsets.ts'
import { restartSession } from '../group/sessions.ts'
import { type GroupShard, shardFor } from '../group/shard.ts'
import { type Group, newGroup, wallMs } from '../group/state.ts'
import type { Context, Request } from '../types.ts'

type Body = RequestOf<typeof offsetCommit>

export function handle(ctx: Context, request: Request, body: Body): void {
  const { known, tell } = answering(ctx, request, commitsOf(ctx, body))
  if (known.length === 0) tell(ctx, () => 'NONE')
  else commit(ctx, request, body, known, tell)
}

/** A partition that is named twice is committed once, as it was named last. */
function commitsOf(ctx: Context, { topics, retentionTimeMs }: Body): Commit[] {
  const commits: ByPartition<Commit> = new Map()
  const nowMs = wallMs(ctx)
  const expiresAtMs = retentionTimeMs === -1n ? null : BigInt.asIntN(64, nowMs + retentionTimeMs)
  for (const { name: topic, partitions } of topics) {
    for (const asked of partitions) {
      put(commits, topic, asked.partitionIndex, {
        topic,
        partition: asked.partitionIndex,
        offset: asked.committedOffset,
        leaderEpoch: asked.committedLeaderEpoch,
        metadata: asked.committedMetadata ?? '',
        committedAtMs: asked.commitTimestamp === -1n ? nowMs : asked.commitTimestamp,
        expiresAtMs,
      })
    }
  }
  return valuesOf(commits)
}

function commit(ctx: Context, request: Request, body: Body, commits: readonly Commit[], tell: Tell): void {
  const ready = readyFor(ctx, request, body, commits)
  if (typeof ready === 'function') {
    tell(ctx, ready)
    return
  }
  const { shard, group } = ready
  const member = group.members.get(body.memberId)
  if (member !== undefined) restartSession(ctx, shard, group, member)
  const fits = ({ metadata }: Commit): boolean => metadata.length <= shard.config.maxMetadataLength
  const stored = commits.filter(fits)
  // A group is made by its first commit; by 4.4 one of which nothing is stored makes none.
  if (stored.length > 0 || ctx.state.imitate !== '4.4') shard.groups.set(group.groupId, group)
  const tellAll: ThenKept = (now, failed, kept) => {
    for (const each of kept) noteCommitted(now, request, body, each)
    tell(now, (each) => (fits(each) ? (failed ?? 'NONE') : 'OFFSET_METADATA_TOO_LARGE'))
  }
  if (stored.length === 0) tellAll(ctx, null, [])
  else storeOffsets(ctx, shard, group, stored, tellAll)
}

/** The group, which takes this commit; else why not. */
function readyFor(
  ctx: Context,
  request: Request,
  body: Body,
  commits: readonly Commit[],
): Outcome | { readonly shard: GroupShard; readonly group: Group } {
  if (request.apiVersion === 0) return () => 'UNSUPPORTED_VERSION'
  const shard = shardFor(ctx, request, body.groupId, 'offsets')
  if (typeof shard === 'string') return () => shard
  const group = groupFor(ctx, shard, body)
  const error = group === undefined ? unknownGroup(ctx, request) : refusalOf(group, body)
  if (group !== undefined && error === null) return { shard, group }
  return refuse(ctx, request, commits, error ?? 'ILLEGAL_GENERATION')
}

/** Whoever only stores offsets here needs no membership. */
function groupFor(ctx: Context, shard: GroupShard, { groupId, generationIdOrMemberEpoch }: Body): Group | undefined {
  const known = shard.groups.get(groupId)
  return known !== undefined || generationIdOrMemberEpoch >= 0 ? known : newGroup(ctx, groupId, newOffsetCache())
}

/** KIP-848: clients of 9 know the better name. */
function unknownGroup({ state }: Context, { apiVersion }: Request): ErrorName {
  return state.imitate === '4.4' && apiVersion >= 9 ? 'GROUP_ID_NOT_FOUND' : 'ILLEGAL_GENERATION'
}

/** GroupCoordinator.validateOffsetCommit, and what doCommitOffsets adds. */
function refusalOf(group: Group, { memberId, groupInstanceId, generationIdOrMemberEpoch }: Body): ErrorName | null {
  if (generationIdOrMemberEpoch < 0 && group.phase === 'Empty') return null
  const outside = generationIdOrMemberEpoch < 0 && memberId === '' && groupInstanceId === null
  const error = outside ? 'UNKNOWN_MEMBER_ID' : refusal(group, memberId, groupInstanceId)
  if (error !== null) return error
  if (generationIdOrMemberEpoch !== group.generation) return 'ILLEGAL_GENERATION'
  return group.phase === 'CompletingRebalance' ? 'REBALANCE_IN_PROGRESS' : null
}

function refuse(ctx: Context, request: Request, commits: readonly Commit[], error: ErrorName): Outcome {
  for (const { topic, partition } of commits) {
    ctx.note({ what: 'refused', api: 'OffsetCommit', error, topic, partition }, request)
  }
  return () => error
}

function noteCommitted(ctx: Context, request: Request, body: Body, { topic, partition, offset }: Commit): void {
  const { groupId: group, generationIdOrMemberEpoch: generation, memberId: member } = body
  ctx.note({ what: 'committed', group, generation, member, topic, partition, offset: offset.toString() }, request)
}
