import { api, int16, int32, int64, string } from '../schema.ts'

// INVALID_PRODUCER_ID_MAPPING, INVALID_PRODUCER_EPOCH (PRODUCER_FENCED from version 2), INVALID_TXN_STATE,
// CONCURRENT_TRANSACTIONS while the last transaction's markers are being written.
export const addOffsetsToTxn = api('AddOffsetsToTxn', {
  key: 25,
  versions: '0-4',
  flexible: '3+',
  request: { transactionalId: string(), producerId: int64(), producerEpoch: int16(), groupId: string() },
  response: { throttleTimeMs: int32({ or: 0 }), errorCode: int16() },
})
