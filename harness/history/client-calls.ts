/** What an application asks of its client beside sending and committing: transactions, administration, and the choices that kafkajs leaves to it. */
import type { Failure, PartitionOffset } from './op.ts'

/**
 * kafkajs' `transaction()`, and what is called on what it returned. `transaction` counts those of one producer; the number of a
 * `begin-transaction` is the one that it gets. A commit or abort whose answer is missing is `unknown`: the cluster may have decided so.
 */
export type TransactionBody =
  | {
      readonly what: 'begin-transaction' | 'commit-transaction' | 'abort-transaction'
      readonly producer: number
      readonly transactionalId: string
      readonly transaction: number
      readonly error?: Failure
    }
  /** `sendOffsets()`: ok when they are part of the transaction, visible when it is committed. */
  | {
      readonly what: 'send-offsets'
      readonly producer: number
      readonly transactionalId: string
      readonly transaction: number
      readonly group: string
      readonly offsets: readonly PartitionOffset[]
      readonly error?: Failure
    }

/** A method of an admin client. One that fails says nothing of what the cluster did. */
export interface AdminBody {
  readonly what: 'admin'
  readonly client: string
  readonly method: string
  readonly error?: Failure
}

/**
 * What the application chose, with kafkajs' defaults filled in; of `subscribe` and `run` only. Not in the trace: it is the application's
 * code, and whatever follows from it is in there.
 */
export interface Options {
  readonly group: string
  /** Of `subscribe`. A pattern is written as its source. */
  readonly topics?: readonly string[]
  readonly fromBeginning?: boolean
  /** Of `run`. */
  readonly readUncommitted?: boolean
  readonly autoCommit?: boolean
  readonly eachBatchAutoResolve?: boolean
}
