import { api, array, boolean, int16, int32, int64, string, uuid } from '../schema.ts'

// Null topics mean all (from version 2). Nothing committed: offset -1, leader epoch -1, empty metadata, no error.
// With requireStable a partition with a pending transactional commit answers UNSTABLE_OFFSET_COMMIT.
// Version 0 read from ZooKeeper.
export const offsetFetch = api('OffsetFetch', {
  key: 9,
  versions: '0-10',
  flexible: '6+',
  request: {
    groupId: string({ in: '0-7' }),
    topics: array({ name: string(), partitionIndexes: array(int32()) }, { in: '0-7', nullable: '2-7' }),
    groups: array(
      {
        groupId: string(),
        memberId: string({ in: '9+', nullable: '9+', or: null, ignorable: true }),
        memberEpoch: int32({ in: '9+', or: -1, ignorable: true }),
        topics: array(
          {
            name: string({ in: '8-9', ignorable: true }),
            topicId: uuid({ in: '10+', ignorable: true }),
            partitionIndexes: array(int32()),
          },
          { nullable: true },
        ),
      },
      { in: '8+' },
    ),
    requireStable: boolean({ in: '7+', or: false }),
  },
  response: {
    throttleTimeMs: int32({ in: '3+', ignorable: true }),
    topics: array(
      {
        name: string(),
        partitions: array({
          partitionIndex: int32(),
          committedOffset: int64(),
          committedLeaderEpoch: int32({ in: '5-7', or: -1, ignorable: true }),
          metadata: string({ nullable: true }),
          errorCode: int16(),
        }),
      },
      { in: '0-7' },
    ),
    errorCode: int16({ in: '2-7', or: 0, ignorable: true }),
    groups: array(
      {
        groupId: string(),
        topics: array({
          name: string({ in: '8-9', ignorable: true }),
          topicId: uuid({ in: '10+', ignorable: true }),
          partitions: array({
            partitionIndex: int32(),
            committedOffset: int64(),
            committedLeaderEpoch: int32({ or: -1, ignorable: true }),
            metadata: string({ nullable: true }),
            errorCode: int16(),
          }),
        }),
        errorCode: int16({ or: 0 }),
      },
      { in: '8+' },
    ),
  },
})
