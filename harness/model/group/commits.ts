/** Commits on their way into the log, and from there into what readers get: at once, or with the marker of their transaction. */
import type { ErrorName } from '../../wire/error-codes.ts'
import type { RecordInput } from '../../wire/records.ts'
import { coordinatorError } from '../internal-log.ts'
import type { Context } from '../types.ts'
import {
  type Committed,
  droppedKey,
  nowWaiting,
  setCommitted,
  setPending,
  type TopicPartition,
  waitsNoMore,
} from './offsets.ts'
import { encodeOffsetKey, encodeOffsetValue } from './records.ts'
import type { GroupShard } from './shard.ts'
import type { Group } from './state.ts'
import { append, keepDropped, type Producer, type Then } from './store.ts'

export type Commit = TopicPartition & Omit<Committed, 'recordOffset'>

/** `kept`: those that count. One whose topic or group went while it waited for replicas is in the log and nowhere else. */
export type ThenKept = (ctx: Context, error: ErrorName | null, kept: readonly Commit[]) => void

const none: readonly Commit[] = []

/** All in one batch, so all or none; then they are visible (GroupMetadataManager.storeOffsets). */
export function storeOffsets(
  ctx: Context,
  shard: GroupShard,
  group: Group,
  commits: readonly Commit[],
  then: ThenKept,
): void {
  const { offsets } = group
  appendCommits(ctx, shard, group, commits, then, (commit, recordOffset) => {
    setCommitted(offsets, commit.topic, commit.partition, committedIn(commit, recordOffset))
  })
}

/** The same in a transaction of this producer: visible when its marker comes. */
export function storePending(
  ctx: Context,
  shard: GroupShard,
  group: Group,
  commits: readonly Commit[],
  producer: Producer,
  then: Then,
): void {
  const { offsets } = group
  const taken = (commit: Commit, recordOffset: bigint): void => {
    setPending(offsets, producer.producerId, commit, committedIn(commit, recordOffset))
  }
  appendCommits(
    ctx,
    shard,
    group,
    commits,
    (now, error) => {
      now.state.audit.groups = true
      then(now, error)
    },
    taken,
    producer,
  )
}

function appendCommits(
  ctx: Context,
  shard: GroupShard,
  group: Group,
  commits: readonly Commit[],
  then: ThenKept,
  take: (commit: Commit, recordOffset: bigint) => void,
  producer?: Producer,
): void {
  const { offsets } = group
  let waits = false
  let isTold = false
  const told = (now: Context, recordOffset: bigint | ErrorName): void => {
    isTold = true
    const wanted = waits ? commits.filter((commit) => waitsNoMore(offsets, commit)) : commits
    const kept = group.phase === 'Dead' ? none : wanted
    if (typeof recordOffset !== 'bigint') {
      then(now, storeOffsetsError(recordOffset), none)
      return
    }
    for (const commit of kept) take(commit, recordOffset)
    if (kept.length < commits.length) {
      // The log will say that they are committed, as Kafka's does.
      for (const commit of commits)
        if (!kept.includes(commit)) offsets.dropped.add(droppedKey(commit.topic, commit.partition, recordOffset))
      if (group.phase === 'Dead') keepDropped(shard, group)
    }
    then(now, null, kept)
  }
  append(ctx, shard, recordsOf(group, commits), told, producer)
  if (isTold) return
  waits = true
  for (const commit of commits) nowWaiting(offsets, commit)
}

function committedIn(commit: Commit, recordOffset: bigint): Committed {
  const { offset, leaderEpoch, metadata, committedAtMs, expiresAtMs, by } = commit
  return {
    offset,
    leaderEpoch,
    metadata,
    committedAtMs,
    expiresAtMs,
    recordOffset,
    ...(by === undefined ? {} : { by }),
  }
}

function recordsOf({ groupId }: Group, commits: readonly Commit[]): RecordInput[] {
  return commits.map((commit) => ({
    key: encodeOffsetKey(groupId, commit.topic, commit.partition),
    value: encodeOffsetValue({
      offset: commit.offset,
      leaderEpoch: commit.leaderEpoch,
      metadata: commit.metadata,
      commitTimestamp: commit.committedAtMs,
      expireTimestamp: commit.expiresAtMs ?? -1n,
    }),
  }))
}

/** GroupMetadataManager.maybeConvertOffsetCommitError. */
export function storeOffsetsError(error: ErrorName): ErrorName {
  switch (error) {
    case 'NETWORK_EXCEPTION':
      return 'COORDINATOR_LOAD_IN_PROGRESS'
    case 'MESSAGE_TOO_LARGE':
    case 'RECORD_LIST_TOO_LARGE':
    case 'INVALID_FETCH_SIZE':
      return 'INVALID_COMMIT_OFFSET_SIZE'
    default:
      return coordinatorError(error)
  }
}
