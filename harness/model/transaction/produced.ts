/** Verification of what a Produce request writes in a transaction, and how its errors are told (ReplicaManager.handleProduceAppend, 3.9). */
import type { ErrorName } from '../../wire/error-codes.ts'
import type { BatchHeader } from '../../wire/records.ts'
import { type Refused, refused } from '../append.ts'
import type { Replica } from '../replication/replica.ts'
import type { Context, Request } from '../types.ts'
import { transactionConfigOf } from './config.ts'
import { verify } from './verification.ts'

/** One batch, and the partition that it is for; or why it cannot be written here, whatever it is. */
export interface ProducedWrite {
  readonly to: Replica | ErrorName
  readonly header: BatchHeader
}

/** From this version on clients know TRANSACTION_ABORTABLE. */
const firstWithAbortable = 11

/** Whether its partition is looked for, and its coordinator asked, before anything else is looked at. */
export function comesFirst({ state }: Context, { isTransactional, producerId }: BatchHeader): boolean {
  return isTransactional && producerId >= 0n && transactionConfigOf(state).verification
}

/** What must not be appended, and why; or why nothing must. */
export function unverifiedIn(
  ctx: Context,
  request: Request,
  transactionalId: string,
  writes: readonly ProducedWrite[],
): ReadonlyMap<Replica, Refused> | Refused {
  const transactional = writes.filter(({ header }) => header.isTransactional && header.producerId >= 0n)
  const refusals = new Map<Replica, Refused>()
  const first = transactional[0]?.header
  if (first === undefined) return refusals
  const { producerId, producerEpoch } = first
  if (
    transactional.some(
      ({ header: { producerId: id, producerEpoch: epoch } }) => id !== producerId || epoch !== producerEpoch,
    )
  ) {
    return refused('INVALID_PRODUCER_ID_MAPPING', {
      message: 'Transactional records contained more than one producer ID',
    })
  }
  const of = { transactionalId, producerId, producerEpoch }
  const unwritten = transactional.flatMap(({ to, header: { baseSequence } }) =>
    typeof to === 'string' ? [] : [{ to, baseSequence }],
  )
  for (const [to, error] of verify(ctx, request.broker, of, unwritten, request.apiVersion >= firstWithAbortable)) {
    refusals.set(to, toldAs(error))
  }
  return refusals
}

/** Old clients do not try again on some of these; NOT_ENOUGH_REPLICAS makes them, and does not send them for metadata. */
function toldAs(error: ErrorName): Refused {
  switch (error) {
    case 'INVALID_TXN_STATE':
      return refused(error, { message: 'Replica was not added to the transaction' })
    case 'CONCURRENT_TRANSACTIONS':
    case 'NETWORK_EXCEPTION':
    case 'COORDINATOR_LOAD_IN_PROGRESS':
    case 'COORDINATOR_NOT_AVAILABLE':
    case 'NOT_COORDINATOR':
      return refused('NOT_ENOUGH_REPLICAS', {
        message: `Unable to verify the partition has been added to the transaction. Underlying error: ${error}`,
      })
    default:
      return refused(error)
  }
}
