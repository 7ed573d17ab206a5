/**
 * InitProducerId (key 22), versions 0–5. After TransactionCoordinator.handleInitProducerId, RPCProducerIdManager (3.9).
 *
 * Behaviour
 * - Without a transactional id: a new producer id with epoch 0, whoever asks, also who has one already.
 * - The first that ask a broker that has just started get COORDINATOR_LOAD_IN_PROGRESS: it asks the controller for a block of ids only
 *   now, and does not wait. Here the block is there when the next one asks (producer-ids.ts).
 * - With a transactional id, which only its coordinator serves (NOT_COORDINATOR, COORDINATOR_LOAD_IN_PROGRESS): the same producer id again
 *   with the next epoch, so that whoever had it before is fenced; another producer id when epochs are used up.
 * - A transaction that is open is aborted, in an epoch that nobody is told: CONCURRENT_TRANSACTIONS, and while its markers are on their
 *   way. INVALID_TRANSACTION_TIMEOUT above transaction.max.timeout.ms, or not above 0. '' is INVALID_REQUEST.
 * - A producer id without an epoch, or the other way round: INVALID_REQUEST.
 *
 * Version notes
 * - 3 lets a producer come back with its id and epoch (KIP-360): it gets the next epoch if nobody has been there in between, the same one
 *   if it has asked before and was not told; else it is fenced.
 * - Fenced is INVALID_PRODUCER_EPOCH, from 4 on PRODUCER_FENCED. 6 (two-phase commit) is not one of 3.9's.
 *
 * NOT modelled: what KIP-360 remembers is in memory only, as in 3.9: a coordinator that has moved fences who asks again.
 */
import type { initProducerId } from '../../wire/apis/22-init-producer-id.ts'
import { type ErrorName, errorCodes } from '../../wire/error-codes.ts'
import type { RequestOf } from '../../wire/schema.ts'
import { claimProducerId } from '../producer-ids.ts'
import { noProducerEpoch, noProducerId } from '../producers.ts'
import { initProducer, type ProducerIdAndEpoch } from '../transaction/beginning.ts'
import { noteRefusal } from '../transaction/state.ts'
import type { Context, Request } from '../types.ts'

type Body = RequestOf<typeof initProducerId>

export function handle(ctx: Context, request: Request, body: Body): void {
  init(ctx, request, body, (now, given) => {
    if (typeof given === 'string') {
      noteRefusal(now, request, 'InitProducerId', body.transactionalId, given)
      const error = given === 'PRODUCER_FENCED' && request.apiVersion < 4 ? 'INVALID_PRODUCER_EPOCH' : given
      const nobody = { producerId: noProducerId, producerEpoch: noProducerEpoch }
      now.answer(request, { errorCode: errorCodes[error], ...nobody })
      return
    }
    now.note(
      {
        what: 'producer',
        transactionalId: body.transactionalId,
        producerId: String(given.producerId),
        producerEpoch: given.epoch,
        timeoutMs: body.transactionalId === null ? 0 : body.transactionTimeoutMs,
        comesBack: body.producerId !== noProducerId,
      },
      request,
    )
    now.answer(request, { errorCode: 0, producerId: given.producerId, producerEpoch: given.epoch })
  })
}

function init(
  ctx: Context,
  { broker }: Request,
  { transactionalId, transactionTimeoutMs, producerId, producerEpoch: epoch }: Body,
  then: (ctx: Context, given: ProducerIdAndEpoch | ErrorName) => void,
): void {
  if ((producerId === noProducerId) !== (epoch === noProducerEpoch)) {
    then(ctx, 'INVALID_REQUEST')
  } else if (transactionalId !== null) {
    const expected = producerId === noProducerId ? null : { producerId, epoch }
    initProducer(ctx, broker, transactionalId, transactionTimeoutMs, expected, then)
  } else {
    const claimed = claimProducerId(ctx, broker)
    then(ctx, typeof claimed === 'string' ? claimed : { producerId: claimed, epoch: 0 })
  }
}
