import { api, array, int16, int32, int64, string } from '../schema.ts'

// Answers where the asked epoch ends in the leader's log: FENCED_LEADER_EPOCH, UNKNOWN_LEADER_EPOCH (version 2),
// and epoch -1, offset -1 where it knows no such epoch. replicaId -1 is a consumer, -2 a debugging one.
export const offsetForLeaderEpoch = api('OffsetForLeaderEpoch', {
  key: 23,
  versions: '0-4',
  flexible: '4+',
  request: {
    replicaId: int32({ in: '3+', or: -2, ignorable: true }),
    topics: array({
      topic: string(),
      partitions: array({
        partition: int32(),
        currentLeaderEpoch: int32({ in: '2+', or: -1, ignorable: true }),
        leaderEpoch: int32(),
      }),
    }),
  },
  response: {
    throttleTimeMs: int32({ in: '2+', ignorable: true }),
    topics: array({
      topic: string(),
      partitions: array({
        errorCode: int16(),
        partition: int32(),
        leaderEpoch: int32({ in: '1+', or: -1, ignorable: true }),
        endOffset: int64({ or: -1n }),
      }),
    }),
  },
})
