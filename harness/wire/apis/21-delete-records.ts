import { api, array, int16, int32, int64, string } from '../schema.ts'

// Offset -1 means up to the high watermark; beyond it is OFFSET_OUT_OF_RANGE. On error lowWatermark is -1.
export const deleteRecords = api('DeleteRecords', {
  key: 21,
  versions: '0-2',
  flexible: '2+',
  request: {
    topics: array({ name: string(), partitions: array({ partitionIndex: int32(), offset: int64() }) }),
    timeoutMs: int32(),
  },
  response: {
    throttleTimeMs: int32({ or: 0 }),
    topics: array({
      name: string(),
      partitions: array({ partitionIndex: int32(), lowWatermark: int64(), errorCode: int16() }),
    }),
  },
})
