/**
 * What a broker asks the coordinator before the first batch of a transaction is let into a partition: whether the partition is in that
 * transaction (KIP-890 part 1; ReplicaManager.maybeStartTransactionVerificationForPartitions, AddPartitionsToTxnManager). Without it, a
 * write that comes late begins a transaction that nobody ends, and read_committed readers stand still.
 *
 * NOT modelled: the time that the question takes. Question, answer and append are one step, so no marker can come in between.
 */

import type { ErrorName } from '../../wire/error-codes.ts'
import type { TopicPartition } from '../group/offsets.ts'
import { transactionPartition } from '../internal-log.ts'
import { transactionsTopic } from '../internal-topics.ts'
import type { Replica } from '../replication/replica.ts'
import type { Context } from '../types.ts'
import { type Claim, unknownOf, verifyPartitions } from './adding.ts'
import { transactionConfigOf } from './config.ts'

/** What shall be written; `baseSequence` -1 where there are no sequences. */
interface Unwritten {
  readonly to: Replica
  readonly baseSequence: number
}

/**
 * The error of each partition whose batch must not be appended. `knowsAbortable`: the client's request is of a version that has
 * TRANSACTION_ABORTABLE; others get INVALID_TXN_STATE.
 */
export function verify(
  ctx: Context,
  broker: number,
  of: Claim,
  writes: readonly Unwritten[],
  knowsAbortable: boolean,
): ReadonlyMap<Replica, ErrorName> {
  const errors = new Map<Replica, ErrorName>()
  if (!transactionConfigOf(ctx.state).verification) return errors
  const first: Unwritten[] = []
  for (const write of writes) {
    const { log } = write.to
    const isOpen = log.open.has(of.producerId)
    const epoch = log.producers.get(of.producerId)?.epoch
    // 4.4 looks at the epoch before anybody is asked (UnifiedLog.maybeStartTransactionVerification).
    const looksFirst = ctx.state.imitate === '4.4' && epoch !== undefined
    if (looksFirst && of.producerEpoch < epoch) errors.set(write.to, 'INVALID_PRODUCER_EPOCH')
    else if (!isOpen || (looksFirst && of.producerEpoch !== epoch)) first.push(write)
  }
  if (first.length === 0) return errors
  for (const { to, baseSequence } of first) wait(to, of, baseSequence)
  const partitions = first.map(({ to }) => to)
  const answer = ask(ctx, broker, of, partitions)
  for (const to of partitions) {
    const error = answer(to)
    if (error !== 'NONE') errors.set(to, toldAs(error, knowsAbortable))
  }
  return errors
}

/** VerificationStateEntry: the lowest sequence that waits; a new epoch begins anew. */
function wait({ log }: Replica, { producerId, producerEpoch: epoch }: Claim, baseSequence: number): void {
  const known = log.unverified.get(producerId)
  if (known === undefined || epoch > known.epoch)
    log.unverified.set(producerId, { epoch, lowestSequence: baseSequence })
  else if (epoch === known.epoch && baseSequence < known.lowestSequence) known.lowestSequence = baseSequence
}

function ask(
  ctx: Context,
  broker: number,
  of: Claim,
  partitions: readonly TopicPartition[],
): (place: TopicPartition) => ErrorName {
  const { brokers } = ctx.state
  const { image } = brokers.get(broker)!
  const coordinator =
    image.topics.get(transactionsTopic)?.partitions[transactionPartition(ctx.state, of.transactionalId)]?.leader
  if (coordinator === undefined || coordinator === null || !image.brokers.includes(coordinator)) {
    return () => 'COORDINATOR_NOT_AVAILABLE'
  }
  if (brokers.get(coordinator)?.up !== true) return () => 'NETWORK_EXCEPTION'
  return unknownOf(ctx, coordinator, partitions) ?? verifyPartitions(ctx, coordinator, of, partitions)
}

/** AddPartitionsToTxnHandler.onComplete. */
function toldAs(error: ErrorName, knowsAbortable: boolean): ErrorName {
  if (error === 'PRODUCER_FENCED') return 'INVALID_PRODUCER_EPOCH'
  return error === 'TRANSACTION_ABORTABLE' && !knowsAbortable ? 'INVALID_TXN_STATE' : error
}
