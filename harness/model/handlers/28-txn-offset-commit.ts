/**
 * TxnOffsetCommit (key 28), versions 0–4. After KafkaApis.handleTxnOffsetCommitRequest, GroupCoordinator.handleTxnCommitOffsets (3.9).
 *
 * Behaviour
 * - Offsets are written into `__consumer_offsets` as part of the producer's transaction, all or none, and wait there (group/offsets.ts):
 *   a commit marker makes them visible, an abort marker drops them. Until then OffsetFetch with `requireStable` says so.
 * - The partition must have come into the transaction by AddOffsetsToTxn: INVALID_TXN_STATE, where partitions are verified
 *   (transaction/verification.ts). INVALID_PRODUCER_EPOCH for a fenced producer.
 * - Partitions that this broker does not know get UNKNOWN_TOPIC_OR_PARTITION, metadata that is too long OFFSET_METADATA_TOO_LARGE; NOT_
 *   COORDINATOR, COORDINATOR_LOAD_IN_PROGRESS, INVALID_GROUP_ID for ''. A group that does not exist is made; by 4.4 only for who does not say
 *   that it is a member: ILLEGAL_GENERATION.
 * - Epoch -1 in a transaction that is open is UNKNOWN_SERVER_ERROR; by 4.4 INVALID_PRODUCER_EPOCH.
 * - It is no sign of life of a member, and a rebalance in progress is no error.
 *
 * Version notes
 * - From 3 on (KIP-447) who says that it is a member is checked as by OffsetCommit: UNKNOWN_MEMBER_ID, FENCED_INSTANCE_ID,
 *   ILLEGAL_GENERATION. Without that, as in older versions, only the producer is.
 * - 0 and 1 say COORDINATOR_NOT_AVAILABLE for COORDINATOR_LOAD_IN_PROGRESS. 2 adds the leader epoch. 4 knows TRANSACTION_ABORTABLE.
 *
 * NOT modelled: authorization, quotas. Topics answer in the order of the request. When only some partitions had errors Kafka lists these
 * first.
 */
import type { txnOffsetCommit } from '../../wire/apis/28-txn-offset-commit.ts'
import type { ErrorName } from '../../wire/error-codes.ts'
import type { RequestOf } from '../../wire/schema.ts'
import { answering, type Outcome, type Tell } from '../group/commit-answer.ts'
import { type Commit, storeOffsetsError, storePending } from '../group/commits.ts'
import { refusal } from '../group/members.ts'
import { type ByPartition, newOffsetCache, put, valuesOf } from '../group/offsets.ts'
import { type GroupShard, shardFor } from '../group/shard.ts'
import { type Group, newGroup, wallMs } from '../group/state.ts'
import { offsetsTopic } from '../internal-topics.ts'
import { noProducerEpoch } from '../producers.ts'
import { replicaOn } from '../replication/replica.ts'
import { verify } from '../transaction/verification.ts'
import type { Context, Request } from '../types.ts'

type Body = RequestOf<typeof txnOffsetCommit>

export function handle(ctx: Context, request: Request, body: Body): void {
  const { known, tell } = answering(ctx, request, commitsOf(ctx, body))
  const tellOld: Tell = (now, outcome) => tell(now, (each) => told(request, outcome(each)))
  if (known.length === 0) tell(ctx, () => 'NONE')
  else commit(ctx, request, body, known, tellOld)
}

/** Clients before 2.0 fall over the other one (KAFKA-7296). */
function told({ apiVersion }: Request, error: ErrorName): ErrorName {
  return apiVersion < 2 && error === 'COORDINATOR_LOAD_IN_PROGRESS' ? 'COORDINATOR_NOT_AVAILABLE' : error
}

function commitsOf(ctx: Context, { topics, generationIdOrMemberEpoch: generation, memberId: member }: Body): Commit[] {
  const commits: ByPartition<Commit> = new Map()
  const committedAtMs = wallMs(ctx)
  for (const { name: topic, partitions } of topics) {
    for (const { partitionIndex: partition, committedOffset, committedLeaderEpoch, committedMetadata } of partitions) {
      put(commits, topic, partition, {
        topic,
        partition,
        offset: committedOffset,
        leaderEpoch: committedLeaderEpoch,
        metadata: committedMetadata ?? '',
        committedAtMs,
        expiresAtMs: null,
        by: { generation, member },
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
  const fits = ({ metadata }: Commit): boolean => metadata.length <= shard.config.maxMetadataLength
  const stored = commits.filter(fits)
  const tellAll = (now: Context, failed: ErrorName | null): void => {
    if (failed !== null) tell(now, refuse(now, request, commits, failed))
    else tell(now, (each) => (fits(each) ? 'NONE' : 'OFFSET_METADATA_TOO_LARGE'))
  }
  if (stored.length === 0) tellAll(ctx, null)
  // Only where its transaction is open here, so that nobody was asked: 3.9 does not expect to make such a batch.
  else if (body.producerEpoch === noProducerEpoch && ctx.state.imitate !== '4.4') tellAll(ctx, 'UNKNOWN_SERVER_ERROR')
  else storePending(ctx, shard, group, stored, body, tellAll)
}

/** The group, which takes this commit; else why not. */
function readyFor(
  ctx: Context,
  request: Request,
  body: Body,
  commits: readonly Commit[],
): Outcome | { readonly shard: GroupShard; readonly group: Group } {
  const shard = shardFor(ctx, request, body.groupId, 'membership')
  if (typeof shard === 'string') return () => shard
  const error = unverified(ctx, request, shard, body)
  // By 4.4 nothing else is looked at before.
  if (error !== undefined && ctx.state.imitate === '4.4') return refuse(ctx, request, commits, error)
  const group = groupFor(ctx, shard, body)
  if (group === undefined) return refuse(ctx, request, commits, 'ILLEGAL_GENERATION')
  const refused = error ?? refusalOf(group, body)
  return refused === undefined ? { shard, group } : refuse(ctx, request, commits, refused)
}

/** By 4.4 who says that it is a member makes no group. */
function groupFor(ctx: Context, shard: GroupShard, { groupId, generationIdOrMemberEpoch }: Body): Group | undefined {
  const known = shard.groups.get(groupId)
  if (known !== undefined || (ctx.state.imitate === '4.4' && generationIdOrMemberEpoch >= 0)) return known
  const group = newGroup(ctx, groupId, newOffsetCache())
  shard.groups.set(groupId, group)
  return group
}

function unverified(ctx: Context, request: Request, { partition }: GroupShard, body: Body): ErrorName | undefined {
  const to = replicaOn(ctx.state.topics.get(offsetsTopic)!.partitions[partition]!, request.broker)!
  const knowsAbortable = request.apiVersion >= 4
  const error = verify(ctx, request.broker, body, [{ to, baseSequence: -1 }], knowsAbortable).get(to)
  return error && storeOffsetsError(error)
}

/** GroupCoordinator.validateOffsetCommit for transactions: who does not say that it is a member is not asked. */
function refusalOf(group: Group, body: Body): ErrorName | undefined {
  const { memberId, groupInstanceId, generationIdOrMemberEpoch: generation } = body
  if (generation < 0 && (group.phase === 'Empty' || (memberId === '' && groupInstanceId === null))) return undefined
  const error = refusal(group, memberId, groupInstanceId)
  if (error !== null) return error
  return generation === group.generation ? undefined : 'ILLEGAL_GENERATION'
}

function refuse(ctx: Context, request: Request, commits: readonly Commit[], error: ErrorName): Outcome {
  for (const { topic, partition } of commits) {
    ctx.note({ what: 'refused', api: 'TxnOffsetCommit', error, topic, partition }, request)
  }
  return () => error
}
