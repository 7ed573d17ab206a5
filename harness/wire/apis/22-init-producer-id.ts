import { api, boolean, int16, int32, int64, string } from '../schema.ts'

// From version 3 a producer that comes back with its id and epoch gets its epoch bumped (KIP-360). A stale epoch is
// INVALID_PRODUCER_EPOCH, and PRODUCER_FENCED from version 4. CONCURRENT_TRANSACTIONS while an older one ends.
// Version 6 (two-phase commit, KIP-939) is not served by default in 4.4.
export const initProducerId = api('InitProducerId', {
  key: 22,
  versions: '0-6',
  flexible: '2+',
  request: {
    transactionalId: string({ nullable: true }),
    transactionTimeoutMs: int32(),
    producerId: int64({ in: '3+', or: -1n }),
    producerEpoch: int16({ in: '3+', or: -1 }),
    enable2Pc: boolean({ in: '6+', or: false }),
    keepPreparedTxn: boolean({ in: '6+', or: false }),
  },
  response: {
    throttleTimeMs: int32({ or: 0, ignorable: true }),
    errorCode: int16(),
    producerId: int64({ or: -1n }),
    producerEpoch: int16(),
    ongoingTxnProducerId: int64({ in: '6+', or: -1n }),
    ongoingTxnProducerEpoch: int16({ in: '6+', or: -1 }),
  },
})
