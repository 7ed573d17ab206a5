import { api, array, boolean, int16, int32, string } from '../schema.ts'

// count is the new total. Fewer than there are, or as many, is INVALID_PARTITIONS.
export const createPartitions = api('CreatePartitions', {
  key: 37,
  versions: '0-3',
  flexible: '2+',
  request: {
    topics: array({
      name: string(),
      count: int32(),
      assignments: array({ brokerIds: array(int32()) }, { nullable: true }),
    }),
    timeoutMs: int32(),
    validateOnly: boolean(),
  },
  response: {
    throttleTimeMs: int32({ or: 0 }),
    results: array({ name: string(), errorCode: int16(), errorMessage: string({ nullable: true, or: null }) }),
  },
})
