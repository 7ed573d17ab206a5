import { api, array, int16, int32, int64, string } from '../schema.ts'

// Each broker lists those that it coordinates.
export const listTransactions = api('ListTransactions', {
  key: 66,
  versions: '0-2',
  flexible: '0+',
  request: {
    stateFilters: array(string()),
    producerIdFilters: array(int64()),
    durationFilter: int64({ in: '1+', or: -1n }),
    transactionalIdPattern: string({ in: '2+', nullable: '2+', or: null }),
  },
  response: {
    throttleTimeMs: int32({ or: 0 }),
    errorCode: int16(),
    unknownStateFilters: array(string()),
    transactionStates: array({ transactionalId: string(), producerId: int64(), transactionState: string() }),
  },
})
