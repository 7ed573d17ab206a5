import { api, array, int16, int32, int64, records, string, struct, uuid } from '../schema.ts'

// With acks=0 the broker sends no response, and closes the connection where it would have answered with an error.
// From version 3 a partition's records are exactly one batch of format 2 (INVALID_RECORD otherwise);
// versions 0 and 1 carry message sets of format 0, version 2 those of format 1.
// Version 12 adds partitions to the transaction implicitly (transactions version 2, KIP-890).
export const produce = api('Produce', {
  key: 0,
  versions: '0-13',
  flexible: '9+',
  request: {
    transactionalId: string({ in: '3+', nullable: '3+', or: null }),
    acks: int16(),
    timeoutMs: int32(),
    topicData: array({
      name: string({ in: '0-12', ignorable: true }),
      topicId: uuid({ in: '13+', ignorable: true }),
      partitionData: array({ index: int32(), records: records({ nullable: true }) }),
    }),
  },
  response: {
    responses: array({
      name: string({ in: '0-12', ignorable: true }),
      topicId: uuid({ in: '13+', ignorable: true }),
      partitionResponses: array({
        index: int32(),
        errorCode: int16(),
        baseOffset: int64(),
        // -1 unless the topic has message.timestamp.type=LogAppendTime.
        logAppendTimeMs: int64({ in: '2+', or: -1n, ignorable: true }),
        logStartOffset: int64({ in: '5+', or: -1n, ignorable: true }),
        recordErrors: array(
          { batchIndex: int32(), batchIndexErrorMessage: string({ nullable: true, or: null }) },
          { in: '8+', ignorable: true },
        ),
        errorMessage: string({ in: '8+', nullable: '8+', or: null, ignorable: true }),
        // With NOT_LEADER_OR_FOLLOWER and FENCED_LEADER_EPOCH.
        currentLeader: struct({ leaderId: int32({ or: -1 }), leaderEpoch: int32({ or: -1 }) }, { in: '10+', tag: 0 }),
      }),
    }),
    throttleTimeMs: int32({ in: '1+', ignorable: true }),
    nodeEndpoints: array(
      { nodeId: int32(), host: string(), port: int32(), rack: string({ nullable: true, or: null }) },
      { in: '10+', tag: 0 },
    ),
  },
})
