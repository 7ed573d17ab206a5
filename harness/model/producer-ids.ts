/**
 * Producer ids: in blocks of 1000, which each broker gets from the controller and loses when it goes down (RPCProducerIdManager, 3.9). A
 * reset cluster begins with 0 again, so its ids may be those of producers of the old one.
 */
import type { ErrorName } from '../wire/error-codes.ts'
import type { Context } from './types.ts'

const blockSize = 1000n

/** Kafka asks for the next block when nine tenths of one are gone, so that it is there in time: only the first is waited for. */
export function claimProducerId({ state }: Context, brokerId: number): bigint | ErrorName {
  const broker = state.brokers.get(brokerId)!
  const block = broker.producerIds
  if (block !== null && block.next < block.end) return block.next++
  const next = state.nextProducerId
  state.nextProducerId += blockSize
  broker.producerIds = { next, end: state.nextProducerId }
  return block === null ? 'COORDINATOR_LOAD_IN_PROGRESS' : broker.producerIds.next++
}
