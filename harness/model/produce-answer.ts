/** What a Produce request is answered: at once, or when replicas have what it wrote (DelayedProduce, KafkaApis.sendResponseCallback). */
import type { produce } from '../wire/apis/00-produce.ts'
import { errorCodes } from '../wire/error-codes.ts'
import type { ResponseInput } from '../wire/schema.ts'
import { type Appended, type Refused, refused } from './append.ts'
import { type LeaderHint, leaderHint } from './leader-hint.ts'
import { awaitInSync } from './replication/leadership.ts'
import type { Replica } from './replication/replica.ts'
import type { Context, Request } from './types.ts'

type Answer = ResponseInput<typeof produce>
type PartitionAnswer = Answer['responses'][number]['partitionResponses'][number]

export type Done = { readonly appended: Exclude<Appended, Refused>; readonly to: Replica }
export type Outcome =
  | Done
  /** `kept`: it is in the log all the same, which is told too (DelayedProduce puts the error into the answer that was to be given). */
  | (Refused & { readonly logStartOffset?: bigint; readonly kept?: Done })

/** What became of one partition; with acks=all it may become an error while replicas are waited for. */
export interface Part {
  readonly name: string
  readonly index: number
  outcome: Outcome
}

/** DelayedProduce: answered when all in-sync replicas have each of them, or when it is clear that they will not in time. */
export function awaitAll(ctx: Context, request: Request, parts: Part[], timeoutMs: number): void {
  let waiting = 1
  const oneLess = (now: Context): void => {
    if (--waiting === 0) now.answer(request, answerOf(now, request, parts))
  }
  for (const part of parts) {
    const { outcome } = part
    if ('is' in outcome) continue
    waiting++
    awaitInSync(ctx, outcome.to, endOf(outcome.appended), timeoutMs, (now, error) => {
      if (error !== null) part.outcome = { ...refused(error), kept: outcome }
      oneLess(now)
    })
  }
  oneLess(ctx)
}

function endOf(appended: Done['appended']): bigint {
  return (appended.is === 'appended' ? appended.batch.lastOffset : appended.of.lastOffset) + 1n
}

export function answerOf(ctx: Context, request: Request, parts: readonly Part[]): Answer {
  const hints = new Map<number, NonNullable<LeaderHint['node']>>()
  const responses: { name: string; partitionResponses: PartitionAnswer[] }[] = []
  for (const { name, index, outcome } of parts) {
    let of = responses.at(-1)
    if (of?.name !== name) responses.push((of = { name, partitionResponses: [] }))
    if (!('is' in outcome)) {
      of.partitionResponses.push(done(index, outcome))
      continue
    }
    const answer = failed(index, outcome)
    if (outcome.error !== 'NOT_LEADER_OR_FOLLOWER' || request.apiVersion < 10) {
      of.partitionResponses.push(answer)
      continue
    }
    const { node, ...currentLeader } = leaderHint(ctx.state, request.broker, name, index)
    if (node !== undefined) hints.set(node.nodeId, node)
    of.partitionResponses.push({ ...answer, currentLeader })
  }
  return hints.size === 0 ? { responses } : { responses, nodeEndpoints: [...hints.values()] }
}

function done(index: number, { appended, to }: Done): PartitionAnswer {
  const logStartOffset = to.log.startOffset
  if (appended.is === 'appended') {
    const { batch, logAppendTimeMs } = appended
    return { index, errorCode: 0, baseOffset: batch.baseOffset, logAppendTimeMs, logStartOffset }
  }
  const { of } = appended
  return { index, errorCode: 0, baseOffset: of.firstOffset, logAppendTimeMs: of.timestamp, logStartOffset }
}

function failed(index: number, outcome: Exclude<Outcome, Done>): PartitionAnswer {
  const { error, records, message, logStartOffset, kept } = outcome
  if (kept !== undefined) return { ...done(index, kept), errorCode: errorCodes[error] }
  return {
    index,
    errorCode: errorCodes[error],
    baseOffset: -1n,
    logStartOffset: logStartOffset ?? -1n,
    recordErrors: (records ?? []).map(({ batchIndex, why }) => ({ batchIndex, batchIndexErrorMessage: why })),
    errorMessage: message ?? null,
  }
}
