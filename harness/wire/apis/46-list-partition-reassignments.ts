import { api, array, int16, int32, string } from '../schema.ts'

// Null topics mean all. A partition that isn't being moved is left out of the answer.
export const listPartitionReassignments = api('ListPartitionReassignments', {
  key: 46,
  versions: '0',
  flexible: '0+',
  request: {
    timeoutMs: int32({ or: 60_000 }),
    topics: array({ name: string(), partitionIndexes: array(int32()) }, { nullable: true, or: null }),
  },
  response: {
    throttleTimeMs: int32({ or: 0 }),
    errorCode: int16(),
    errorMessage: string({ nullable: true }),
    topics: array({
      name: string(),
      partitions: array({
        partitionIndex: int32(),
        replicas: array(int32()),
        addingReplicas: array(int32()),
        removingReplicas: array(int32()),
      }),
    }),
  },
})
