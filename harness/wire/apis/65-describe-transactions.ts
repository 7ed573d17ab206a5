import { api, array, int16, int32, int64, string } from '../schema.ts'

// While a transaction ends, only the partitions that wait for their marker are listed.
export const describeTransactions = api('DescribeTransactions', {
  key: 65,
  versions: '0',
  flexible: '0+',
  request: { transactionalIds: array(string()) },
  response: {
    throttleTimeMs: int32({ or: 0 }),
    transactionStates: array({
      errorCode: int16(),
      transactionalId: string(),
      transactionState: string(),
      transactionTimeoutMs: int32(),
      transactionStartTimeMs: int64(),
      producerId: int64(),
      producerEpoch: int16(),
      topics: array({ topic: string(), partitions: array(int32()) }),
    }),
  },
})
