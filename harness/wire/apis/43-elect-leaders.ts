import { api, array, int8, int16, int32, string } from '../schema.ts'

// electionType 0 elects the preferred replica, 1 any that lives (unclean). Null asks for all partitions.
export const electLeaders = api('ElectLeaders', {
  key: 43,
  versions: '0-2',
  flexible: '2+',
  request: {
    electionType: int8({ in: '1+' }),
    topicPartitions: array({ topic: string(), partitions: array(int32()) }, { nullable: true }),
    timeoutMs: int32({ or: 60_000 }),
  },
  response: {
    throttleTimeMs: int32({ or: 0 }),
    errorCode: int16({ in: '1+' }),
    replicaElectionResults: array({
      topic: string(),
      partitionResult: array({ partitionId: int32(), errorCode: int16(), errorMessage: string({ nullable: true }) }),
    }),
  },
})
