/**
 * The transaction coordinator as the rest of the model sees it, beside the handlers of its APIs: timers and invariants. Shards come and
 * go in shard.ts.
 *
 *     state        one transactional id as data      records, replay, store   what is written, and read again
 *     beginning    InitProducerId                    adding                   partitions, and whether they are in
 *     ending       commit, abort, fencing            markers                  what follows, partition by partition
 *     timeouts     who takes too long                expiry                   ids that nobody uses
 *     verification what brokers ask (KIP-890)
 *
 * Compared with Apache Kafka 3.9.2, request by request: 225 answers, the bytes of `__transaction_state` and of markers among them. What
 * differed was leader epochs after a restart, which this model counts twice.
 *
 * NOT modelled: transactions version 2 (KIP-890 part 2: an epoch for each transaction), two-phase commit (KIP-939); ListTransactions, DescribeTransactions, DescribeProducers.
 */
import type { Context, TimerPurpose } from '../types.ts'
import { completeAgain, markerArrives } from './markers.ts'
import { finishLoading } from './shard.ts'
import { abortTimedOut } from './timeouts.ts'

export { checkTransactions } from './checks.ts'

type TransactionTimer = Extract<TimerPurpose, { readonly transactions: number }>

export function onTransactionTimer(ctx: Context, purpose: TransactionTimer): void {
  const shard = ctx.state.transactionShards.get(purpose.transactions)
  if (shard === undefined) return
  switch (purpose.why) {
    case 'transactions-loaded':
      finishLoading(ctx, shard)
      break
    case 'abort-timed-out':
      abortTimedOut(ctx, shard)
      break
    case 'marker-arrives': {
      const transaction = shard.transactions.get(purpose.transactionalId)
      if (transaction !== undefined) markerArrives(ctx, shard, transaction, purpose)
      break
    }
    case 'completed-again': {
      const transaction = shard.transactions.get(purpose.transactionalId)
      if (transaction !== undefined) completeAgain(ctx, shard, transaction)
    }
  }
}
