import { api, array, boolean, int16, int32, string } from '../schema.ts'

// Null replicas cancel a reassignment: NO_REASSIGNMENT_IN_PROGRESS when there is none.
export const alterPartitionReassignments = api('AlterPartitionReassignments', {
  key: 45,
  versions: '0-1',
  flexible: '0+',
  request: {
    timeoutMs: int32({ or: 60_000 }),
    allowReplicationFactorChange: boolean({ in: '1+', or: true }),
    topics: array({
      name: string(),
      partitions: array({ partitionIndex: int32(), replicas: array(int32(), { nullable: true, or: null }) }),
    }),
  },
  response: {
    throttleTimeMs: int32({ or: 0 }),
    allowReplicationFactorChange: boolean({ in: '1+', or: true, ignorable: true }),
    errorCode: int16(),
    errorMessage: string({ nullable: true }),
    responses: array({
      name: string(),
      partitions: array({ partitionIndex: int32(), errorCode: int16(), errorMessage: string({ nullable: true }) }),
    }),
  },
})
