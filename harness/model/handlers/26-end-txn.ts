/**
 * EndTxn (key 26), versions 0–4. After TransactionCoordinator.endTransaction (3.9).
 *
 * Behaviour
 * - The decision is in the log, then it is answered; the markers that make records and offsets visible come later, partition by
 *   partition (transaction/markers.ts). Who reads read_committed right after the answer may not see them yet.
 * - Asking again for what is done is no error. While markers are on their way, and whatever is asked for: CONCURRENT_TRANSACTIONS.
 * - INVALID_TXN_STATE where there is no transaction, or the last one ended otherwise; INVALID_PRODUCER_ID_MAPPING, a fenced epoch (also of
 *   a transaction that took too long), NOT_COORDINATOR, COORDINATOR_LOAD_IN_PROGRESS, INVALID_REQUEST for ''.
 *
 * Version notes
 * - Fenced is INVALID_PRODUCER_EPOCH, from 2 on PRODUCER_FENCED. 5 (an epoch for each transaction) is not one of 3.9's.
 *
 * NOT modelled: authorization, quotas.
 */
import type { endTxn } from '../../wire/apis/26-end-txn.ts'
import { type ErrorName, errorCodes } from '../../wire/error-codes.ts'
import type { RequestOf } from '../../wire/schema.ts'
import { endByClient } from '../transaction/ending.ts'
import { transactionsFor } from '../transaction/shard.ts'
import { noteRefusal } from '../transaction/state.ts'
import type { Context, Request } from '../types.ts'

type Body = RequestOf<typeof endTxn>

export function handle(ctx: Context, request: Request, body: Body): void {
  end(ctx, request, body, (now, error) => {
    noteRefusal(now, request, 'EndTxn', body.transactionalId, error)
    const told = request.apiVersion < 2 && error === 'PRODUCER_FENCED' ? 'INVALID_PRODUCER_EPOCH' : error
    now.answer(request, { errorCode: errorCodes[told] })
  })
}

function end(
  ctx: Context,
  { broker }: Request,
  { transactionalId, producerId, producerEpoch, committed }: Body,
  then: (ctx: Context, error: ErrorName) => void,
): void {
  const shard = transactionalId === '' ? 'INVALID_REQUEST' : transactionsFor(ctx, broker, transactionalId)
  if (typeof shard === 'string') then(ctx, shard)
  else endByClient(ctx, shard, transactionalId, producerId, producerEpoch, committed, then)
}
