/**
 * One transactional id as plain data, and the moves between the states of its transaction (TransactionMetadata, 3.9).
 *
 *     Empty ──▶ Ongoing ──▶ PrepareCommit ──markers──▶ CompleteCommit ──▶ Ongoing, or Empty by InitProducerId
 *                      └──▶ PrepareAbort ───markers──▶ CompleteAbort ───▶ the same
 *
 * Kafka's two other states are not of this world: an id that expires (Dead) is gone at once, and a producer is fenced (PrepareEpochFence)
 * in the same step in which its transaction is aborted. A transition is pending while it is written and replicated (`isWriting`), and all
 * the while markers are on their way (`isPending`): the answer to all that is asked is CONCURRENT_TRANSACTIONS.
 */
import type { ErrorName } from '../../wire/error-codes.ts'
import type { TopicPartition } from '../group/offsets.ts'
import type { Context, Request } from '../types.ts'

export type TransactionPhase =
  | 'Empty'
  | 'Ongoing'
  | 'PrepareCommit'
  | 'PrepareAbort'
  | 'CompleteCommit'
  | 'CompleteAbort'

/** TransactionState.id. */
export const phaseIds: { readonly [P in TransactionPhase]: number } = {
  Empty: 0,
  Ongoing: 1,
  PrepareCommit: 2,
  PrepareAbort: 3,
  CompleteCommit: 4,
  CompleteAbort: 5,
}

const before: { readonly [P in TransactionPhase]: readonly TransactionPhase[] } = {
  Empty: ['Empty', 'CompleteCommit', 'CompleteAbort'],
  Ongoing: ['Ongoing', 'Empty', 'CompleteCommit', 'CompleteAbort'],
  PrepareCommit: ['Ongoing'],
  PrepareAbort: ['Ongoing'],
  CompleteCommit: ['PrepareCommit'],
  CompleteAbort: ['PrepareAbort'],
}

/** What of it is written into the log, and comes back from there. */
export interface Stored {
  readonly transactionalId: string
  readonly producerId: bigint
  readonly epoch: number
  readonly timeoutMs: number
  readonly phase: TransactionPhase
  /** Those of the transaction, in the order in which they were added; while markers are sent, those that wait for theirs. */
  readonly partitions: ReadonlyMap<string, TopicPartition>
  /** Wall clock; -1: no transaction was begun. */
  readonly startedAtMs: bigint
  readonly updatedAtMs: bigint
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

export interface Transaction extends Mutable<Omit<Stored, 'transactionalId' | 'partitions'>> {
  readonly transactionalId: string
  partitions: Map<string, TopicPartition>
  /** What it was before InitProducerId last changed it: a producer that asks again gets the same (KIP-360). Not in the log. */
  lastProducerId: bigint
  lastEpoch: number
  /** Markers on their way → their timers; by partition. */
  readonly markers: Map<string, number>
  /** Partitions whose marker waits for replicas. */
  readonly unreplicated: Set<string>
  /** A partition refused its marker for good: the transaction is never completed, until another coordinator tries again. */
  isStuck: boolean
  /** What the record of its completion says as its time: when the decision was made. */
  decidedAtMs: bigint
  /** A change of it waits for replicas (TransactionMetadata.pendingTransitionInProgress). */
  isWriting: boolean
  /** Fires when its completion is written again, that could not be; null: it does not have to be. */
  completing: number | null
}

const noId = -1n
export const noEpoch = -1
export const lastEpochOfAll = 0x7fff

/** TransactionMetadata.isEpochExhausted: the last epoch of all is kept for fencing. */
export function isExhausted(epoch: number): boolean {
  return epoch >= lastEpochOfAll - 1
}

export function isPending({ phase }: Pick<Stored, 'phase'>): boolean {
  return phase === 'PrepareCommit' || phase === 'PrepareAbort'
}

/** Nothing else may happen to it now. */
export function isBusy(transaction: Transaction): boolean {
  return transaction.isWriting || isPending(transaction)
}

export function isOpen(transaction: Pick<Stored, 'phase'>): boolean {
  return transaction.phase === 'Ongoing' || isPending(transaction)
}

export function mayBecome({ phase }: Pick<Stored, 'phase'>, next: TransactionPhase): boolean {
  return before[next].includes(phase)
}

export function placeOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`
}

export function newTransaction(transactionalId: string, stored: Omit<Stored, 'transactionalId'>): Transaction {
  return {
    transactionalId,
    ...stored,
    partitions: new Map(stored.partitions),
    lastProducerId: noId,
    lastEpoch: noEpoch,
    markers: new Map(),
    unreplicated: new Set(),
    isStuck: false,
    decidedAtMs: -1n,
    isWriting: false,
    completing: null,
  }
}

/** What a client asked for is not done. */
export function noteRefusal(
  ctx: Context,
  request: Request,
  api: string,
  transactionalId: string | null,
  error: ErrorName | undefined,
): void {
  if (error === undefined || error === 'NONE') return
  ctx.note({ what: 'refused', api, error, ...(transactionalId !== null && { transactionalId }) }, request)
}

/** Tells the history what it is now. */
export function noteTransaction(ctx: Context, { transactionalId, phase, producerId, epoch, partitions }: Stored): void {
  ctx.note({
    what: 'transaction',
    transactionalId,
    state: phase,
    producerId: String(producerId),
    producerEpoch: epoch,
    partitions: [...partitions.values()].map(({ topic, partition }) => ({ topic, partition })),
  })
}
