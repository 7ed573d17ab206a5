import { api, array, boolean, int8, int16, int32, string } from '../schema.ts'

// endpointType: 1 brokers, 2 controllers; MISMATCHED_ENDPOINT_TYPE, UNSUPPORTED_ENDPOINT_TYPE.
export const describeCluster = api('DescribeCluster', {
  key: 60,
  versions: '0-2',
  flexible: '0+',
  request: {
    includeClusterAuthorizedOperations: boolean(),
    endpointType: int8({ in: '1+', or: 1 }),
    includeFencedBrokers: boolean({ in: '2+' }),
  },
  response: {
    throttleTimeMs: int32({ or: 0 }),
    errorCode: int16(),
    errorMessage: string({ nullable: true, or: null }),
    endpointType: int8({ in: '1+', or: 1 }),
    clusterId: string(),
    controllerId: int32({ or: -1 }),
    brokers: array({
      brokerId: int32(),
      host: string(),
      port: int32(),
      rack: string({ nullable: true, or: null }),
      isFenced: boolean({ in: '2+' }),
    }),
    clusterAuthorizedOperations: int32({ or: -2147483648 }),
  },
})
