import { api, array, boolean, int8, int16, int32, string, uuid } from '../schema.ts'

// numPartitions and replicationFactor are -1 with explicit assignments, and from version 4 also for the broker's
// defaults. TOPIC_ALREADY_EXISTS, INVALID_TOPIC_EXCEPTION, INVALID_PARTITIONS, INVALID_REPLICATION_FACTOR,
// INVALID_REPLICA_ASSIGNMENT, INVALID_CONFIG; NOT_CONTROLLER for all of them.
export const createTopics = api('CreateTopics', {
  key: 19,
  versions: '0-7',
  flexible: '5+',
  request: {
    topics: array({
      name: string(),
      numPartitions: int32(),
      replicationFactor: int16(),
      assignments: array({ partitionIndex: int32(), brokerIds: array(int32()) }),
      configs: array({ name: string(), value: string({ nullable: true }) }),
    }),
    timeoutMs: int32({ or: 60_000 }),
    validateOnly: boolean({ in: '1+', or: false }),
  },
  response: {
    throttleTimeMs: int32({ in: '2+', ignorable: true }),
    topics: array({
      name: string(),
      topicId: uuid({ in: '7+', ignorable: true }),
      errorCode: int16(),
      errorMessage: string({ in: '1+', nullable: true, ignorable: true }),
      // TOPIC_AUTHORIZATION_FAILED where the caller may not see the configuration.
      topicConfigErrorCode: int16({ in: '5+', tag: 0, ignorable: true }),
      numPartitions: int32({ in: '5+', or: -1, ignorable: true }),
      replicationFactor: int16({ in: '5+', or: -1, ignorable: true }),
      configs: array(
        {
          name: string(),
          value: string({ nullable: true }),
          readOnly: boolean(),
          configSource: int8({ or: -1, ignorable: true }),
          isSensitive: boolean(),
        },
        { in: '5+', nullable: '5+', ignorable: true },
      ),
    }),
  },
})
