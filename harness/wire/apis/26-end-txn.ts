import { api, boolean, int16, int32, int64, string } from '../schema.ts'

// The answer comes when the decision is durable, before its markers are written and its offsets are visible.
// From version 5 every transaction bumps the epoch, and the answer carries it (transactions version 2, KIP-890).
export const endTxn = api('EndTxn', {
  key: 26,
  versions: '0-5',
  flexible: '3+',
  request: { transactionalId: string(), producerId: int64(), producerEpoch: int16(), committed: boolean() },
  response: {
    throttleTimeMs: int32({ or: 0 }),
    errorCode: int16(),
    producerId: int64({ in: '5+', or: -1n, ignorable: true }),
    producerEpoch: int16({ in: '5+', or: -1, ignorable: true }),
  },
})
