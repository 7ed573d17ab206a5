import { api, array, boolean, int16, int32, int64, string } from '../schema.ts'

const topic = { name: string(), partitions: array(int32()) }
const topicResult = {
  name: string(),
  resultsByPartition: array({ partitionIndex: int32(), partitionErrorCode: int16() }),
}

// Versions 4 and up are batched and, with verifyOnly, what brokers ask the coordinator (KIP-890); clients send up to 3.
// When one partition fails the others answer OPERATION_NOT_ATTEMPTED, and none is added.
export const addPartitionsToTxn = api('AddPartitionsToTxn', {
  key: 24,
  versions: '0-5',
  flexible: '3+',
  request: {
    transactions: array(
      {
        transactionalId: string(),
        producerId: int64(),
        producerEpoch: int16(),
        verifyOnly: boolean({ or: false }),
        topics: array(topic),
      },
      { in: '4+' },
    ),
    v3AndBelowTransactionalId: string({ in: '0-3' }),
    v3AndBelowProducerId: int64({ in: '0-3' }),
    v3AndBelowProducerEpoch: int16({ in: '0-3' }),
    v3AndBelowTopics: array(topic, { in: '0-3' }),
  },
  response: {
    throttleTimeMs: int32({ or: 0 }),
    errorCode: int16({ in: '4+', ignorable: true }),
    resultsByTransaction: array({ transactionalId: string(), topicResults: array(topicResult) }, { in: '4+' }),
    resultsByTopicV3AndBelow: array(topicResult, { in: '0-3' }),
  },
})
