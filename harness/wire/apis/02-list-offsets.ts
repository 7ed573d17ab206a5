import { api, array, int8, int16, int32, int64, string } from '../schema.ts'

// Timestamps that are questions: -1 latest (high watermark, or last stable offset for read_committed), -2 earliest,
// -3 the one with the largest timestamp (version 7), -4 earliest local (8), -5 latest tiered (9), -6 earliest pending
// upload (11). No offset for a timestamp: offset -1, timestamp -1, no error.
export const listOffsets = api('ListOffsets', {
  key: 2,
  versions: '0-11',
  flexible: '6+',
  request: {
    replicaId: int32(),
    isolationLevel: int8({ in: '2+' }),
    topics: array({
      name: string(),
      partitions: array({
        partitionIndex: int32(),
        currentLeaderEpoch: int32({ in: '4+', or: -1, ignorable: true }),
        timestamp: int64(),
        maxNumOffsets: int32({ in: '0', or: 1 }),
      }),
    }),
    timeoutMs: int32({ in: '10+', ignorable: true }),
  },
  response: {
    throttleTimeMs: int32({ in: '2+', ignorable: true }),
    topics: array({
      name: string(),
      partitions: array({
        partitionIndex: int32(),
        errorCode: int16(),
        oldStyleOffsets: array(int64(), { in: '0' }),
        timestamp: int64({ in: '1+', or: -1n }),
        offset: int64({ in: '1+', or: -1n }),
        leaderEpoch: int32({ in: '4+', or: -1 }),
      }),
    }),
  },
})
