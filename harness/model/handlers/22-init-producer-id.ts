/**
 * InitProducerId (key 22), versions 0–5. After TransactionCoordinator.handleInitProducerId, RPCProducerIdManager (3.9).
 *
 * Behaviour
 * - Without a transactional id: a new producer id with epoch 0, whoever asks, also who has one already.
 * - The first that ask a broker that has just started get COORDINATOR_LOAD_IN_PROGRESS: it asks the controller for a block of ids only
 *   now, and does not wait. Here the block is there when the next one asks.
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
import { controllerIsGone } from '../controller-absence.ts'
import { noProducerEpoch, noProducerId } from '../producers.ts'
import type { Context, Request } from '../types.ts'

const blockSize = 1000n

export function handle(ctx: Context, request: Request, body: RequestOf<typeof initProducerId>): void {
  const claimed = refusal(body) ?? claim(ctx, request.broker)
  ctx.answer(
    request,
    typeof claimed === 'bigint'
      ? { errorCode: 0, producerId: claimed, producerEpoch: 0 }
      : { errorCode: errorCodes[claimed], producerId: noProducerId, producerEpoch: noProducerEpoch },
  )
}

function refusal({
  transactionalId,
  producerId,
  producerEpoch,
}: RequestOf<typeof initProducerId>): ErrorName | undefined {
  if ((producerId === noProducerId) !== (producerEpoch === noProducerEpoch)) return 'INVALID_REQUEST'
  if (transactionalId === null) return undefined
  return transactionalId === '' ? 'INVALID_REQUEST' : 'NOT_COORDINATOR'
}

/** Kafka asks for the next block when nine tenths of one are gone, so that it is there in time: only the first is waited for. */
function claim({ state }: Context, id: number): bigint | ErrorName {
  const broker = state.brokers.get(id)!
  const block = broker.producerIds
  if (block !== null && block.next < block.end) return block.next++
  // The controller hands out blocks (RPCProducerIdManager).
  if (controllerIsGone(state)) return 'COORDINATOR_LOAD_IN_PROGRESS'
  const next = state.nextProducerId
  state.nextProducerId += blockSize
  broker.producerIds = { next, end: state.nextProducerId }
  return block === null ? 'COORDINATOR_LOAD_IN_PROGRESS' : broker.producerIds.next++
}
