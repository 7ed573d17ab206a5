import { api, array, boolean, int16, int32, string, uuid } from '../schema.ts'

// All topics: an empty array in version 0, null from version 1 on (there an empty array means none).
// A topic without a leader in a partition still answers: LEADER_NOT_AVAILABLE, leaderId -1.
export const metadata = api('Metadata', {
  key: 3,
  versions: '0-13',
  flexible: '9+',
  request: {
    topics: array(
      { topicId: uuid({ in: '10+', ignorable: true }), name: string({ nullable: '10+' }) },
      { nullable: '1+' },
    ),
    allowAutoTopicCreation: boolean({ in: '4+', or: true }),
    includeClusterAuthorizedOperations: boolean({ in: '8-10' }),
    includeTopicAuthorizedOperations: boolean({ in: '8+' }),
  },
  response: {
    throttleTimeMs: int32({ in: '3+', ignorable: true }),
    brokers: array({
      nodeId: int32(),
      host: string(),
      port: int32(),
      rack: string({ in: '1+', nullable: '1+', or: null, ignorable: true }),
    }),
    clusterId: string({ in: '2+', nullable: '2+', or: null, ignorable: true }),
    // Under KRaft a broker chosen at random, as controllers aren't reachable for clients.
    controllerId: int32({ in: '1+', or: -1, ignorable: true }),
    topics: array({
      errorCode: int16(),
      // Null when the request named an id that nobody knows (UNKNOWN_TOPIC_ID).
      name: string({ nullable: '12+' }),
      topicId: uuid({ in: '10+', ignorable: true }),
      isInternal: boolean({ in: '1+', or: false, ignorable: true }),
      partitions: array({
        errorCode: int16(),
        partitionIndex: int32(),
        leaderId: int32(),
        leaderEpoch: int32({ in: '7+', or: -1, ignorable: true }),
        replicaNodes: array(int32()),
        isrNodes: array(int32()),
        offlineReplicas: array(int32(), { in: '5+', ignorable: true }),
      }),
      topicAuthorizedOperations: int32({ in: '8+', or: -2147483648 }),
    }),
    clusterAuthorizedOperations: int32({ in: '8-10', or: -2147483648 }),
    // REBOOTSTRAP_REQUIRED.
    errorCode: int16({ in: '13+', ignorable: true }),
  },
})
