/** What OffsetCommit and TxnOffsetCommit answer: partition by partition, those that the broker has not heard of first. */
import { type ErrorName, errorCodes } from '../../wire/error-codes.ts'
import type { Context, Request } from '../types.ts'
import type { Commit } from './commits.ts'
import { type ByPartition, put } from './offsets.ts'

export type Outcome = (commit: Commit) => ErrorName
export type Tell = (ctx: Context, outcome: Outcome) => void

/** Which of the commits the broker can take at all, and how all of them are answered once it is clear what became of those. */
export function answering(
  ctx: Context,
  request: Request,
  asked: readonly Commit[],
): { readonly known: readonly Commit[]; readonly tell: Tell } {
  const image = ctx.state.brokers.get(request.broker)?.image
  const isKnown = ({ topic, partition }: Commit): boolean =>
    image?.topics.get(topic)?.partitions[partition] !== undefined
  const known = asked.filter(isKnown)
  const tell: Tell = (now, outcome) => {
    const errors: ByPartition<ErrorName> = new Map()
    for (const each of asked) put(errors, each.topic, each.partition, 'UNKNOWN_TOPIC_OR_PARTITION')
    for (const each of known) put(errors, each.topic, each.partition, outcome(each))
    const topics = [...errors].map(([name, partitions]) => ({
      name,
      partitions: [...partitions].map(([partitionIndex, error]) => ({ partitionIndex, errorCode: errorCodes[error] })),
    }))
    now.answer(request, { topics })
  }
  return { known, tell }
}
