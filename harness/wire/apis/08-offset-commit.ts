import { api, array, int16, int32, int64, string, uuid } from '../schema.ts'

// Generation -1 with an empty member id is a commit from outside the group: allowed while the group is empty
// (UNKNOWN_MEMBER_ID otherwise). ILLEGAL_GENERATION, UNKNOWN_MEMBER_ID, REBALANCE_IN_PROGRESS, FENCED_INSTANCE_ID;
// STALE_MEMBER_EPOCH from version 9 (groups of KIP-848). OFFSET_METADATA_TOO_LARGE per partition.
export const offsetCommit = api('OffsetCommit', {
  key: 8,
  versions: '0-10',
  flexible: '8+',
  request: {
    groupId: string(),
    generationIdOrMemberEpoch: int32({ in: '1+', or: -1, ignorable: true }),
    memberId: string({ in: '1+', ignorable: true }),
    groupInstanceId: string({ in: '7+', nullable: '7+', or: null }),
    retentionTimeMs: int64({ in: '2-4', or: -1n, ignorable: true }),
    topics: array({
      name: string({ in: '0-9', ignorable: true }),
      topicId: uuid({ in: '10+', ignorable: true }),
      partitions: array({
        partitionIndex: int32(),
        committedOffset: int64(),
        committedLeaderEpoch: int32({ in: '6+', or: -1, ignorable: true }),
        commitTimestamp: int64({ in: '1', or: -1n }),
        committedMetadata: string({ nullable: true }),
      }),
    }),
  },
  response: {
    throttleTimeMs: int32({ in: '3+', ignorable: true }),
    topics: array({
      name: string({ in: '0-9', ignorable: true }),
      topicId: uuid({ in: '10+', ignorable: true }),
      partitions: array({ partitionIndex: int32(), errorCode: int16() }),
    }),
  },
})
