import { api, array, int16, int32, int64, string, uuid } from '../schema.ts'

// From version 3 the member is fenced as in OffsetCommit (KIP-447); before, only the producer is.
// Version 5 adds the offsets partition to the transaction implicitly (transactions version 2, KIP-890).
export const txnOffsetCommit = api('TxnOffsetCommit', {
  key: 28,
  versions: '0-6',
  flexible: '3+',
  request: {
    transactionalId: string(),
    groupId: string(),
    producerId: int64(),
    producerEpoch: int16(),
    // 3.9 calls it generationId.
    generationIdOrMemberEpoch: int32({ in: '3+', or: -1 }),
    memberId: string({ in: '3+', or: '' }),
    groupInstanceId: string({ in: '3+', nullable: '3+', or: null }),
    topics: array({
      name: string({ in: '0-5', ignorable: true }),
      topicId: uuid({ in: '6+', ignorable: true }),
      partitions: array({
        partitionIndex: int32(),
        committedOffset: int64(),
        committedLeaderEpoch: int32({ in: '2+', or: -1, ignorable: true }),
        committedMetadata: string({ nullable: true }),
      }),
    }),
  },
  response: {
    throttleTimeMs: int32({ or: 0 }),
    topics: array({
      name: string({ in: '0-5', ignorable: true }),
      topicId: uuid({ in: '6+', ignorable: true }),
      partitions: array({ partitionIndex: int32(), errorCode: int16() }),
    }),
  },
})
