/**
 * InitProducerId (key 22), versions 0–5. After TransactionCoordinator.handleInitProducerId, RPCProducerIdManager (3.9).
 *
 * Behaviour
 * - Without a transactional id: a new producer id with epoch 0, whoever asks, also who has one already.
 * - Ids come in blocks of 1000, which each broker gets from the controller and loses when it goes down. A reset cluster begins with 0
 *   again, so its ids may be those of producers of the old one.
 * - A producer id without an epoch, or the other way round: INVALID_REQUEST.
 *
 * Version notes
 * - 3 lets a producer come back with its id and epoch (KIP-360), which counts with a transactional id only.
 *
 * NOT modelled: transactions. With a transactional id: NOT_COORDINATOR; '' is INVALID_REQUEST.
 */
import type { initProducerId } from '../../wire/apis/22-init-producer-id.ts'
import { type ErrorName, errorCodes } from '../../wire/error-codes.ts'
import type { RequestOf } from '../../wire/schema.ts'
import { noProducerEpoch, noProducerId } from '../producers.ts'
import type { Context, Request } from '../types.ts'

const blockSize = 1000n

export function handle(ctx: Context, request: Request, body: RequestOf<typeof initProducerId>): void {
  const error = refusal(body)
  ctx.answer(
    request,
    error === undefined
      ? { errorCode: 0, producerId: nextProducerId(ctx, request.broker), producerEpoch: 0 }
      : { errorCode: errorCodes[error], producerId: noProducerId, producerEpoch: noProducerEpoch },
  )
}

function refusal(body: RequestOf<typeof initProducerId>): ErrorName | undefined {
  const { transactionalId, producerId, producerEpoch } = body
  if ((producerId === noProducerId) !== (producerEpoch === noProducerEpoch)) return 'INVALID_REQUEST'
  if (transactionalId === null) return undefined
  return transactionalId === '' ? 'INVALID_REQUEST' : 'NOT_COORDINATOR'
}

function nextProducerId({ state }: Context, broker: number): bigint {
  const block = state.brokers.get(broker)!.producerIds
  if (block.next === block.end) {
    block.next = state.nextProducerId
    block.end = state.nextProducerId += blockSize
  }
  return block.next++
}
