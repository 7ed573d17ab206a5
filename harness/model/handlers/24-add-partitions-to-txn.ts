/**
 * AddPartitionsToTxn (key 24), versions 0–5. After KafkaApis.handleAddPartitionsToTxnRequest, TransactionCoordinator (3.9).
 *
 * Behaviour
 * - Partitions that a producer is about to write to come into its transaction, all or none; the first ones begin it. That is in the
 *   log before it is answered. What is in it already is no error.
 * - One error for all: INVALID_PRODUCER_ID_MAPPING (an unknown transactional id, or another producer's), a fenced epoch,
 *   CONCURRENT_TRANSACTIONS while the markers of the last transaction are on their way, NOT_COORDINATOR, COORDINATOR_LOAD_IN_PROGRESS,
 *   INVALID_REQUEST for ''.
 * - A partition that this broker has not heard of is UNKNOWN_TOPIC_OR_PARTITION, one of an internal topic TOPIC_AUTHORIZATION_FAILED: then
 *   all others are OPERATION_NOT_ATTEMPTED.
 *
 * Version notes
 * - Fenced is INVALID_PRODUCER_EPOCH, from 2 on PRODUCER_FENCED.
 * - 4 is for brokers (KIP-890): many transactions at once, and `verifyOnly`, which adds nothing and says TRANSACTION_ABORTABLE for what is
 *   not in; internal topics are allowed. Without an authorizer anyone may ask. No transactions at all: Kafka never answers.
 *
 * NOT modelled: authorization (but for internal topics), quotas. What this model's own brokers ask comes by no request
 * (transaction/verification.ts).
 */
import type { addPartitionsToTxn } from '../../wire/apis/24-add-partitions-to-txn.ts'
import { type ErrorName, errorCodes } from '../../wire/error-codes.ts'
import type { RequestOf } from '../../wire/schema.ts'
import type { TopicPartition } from '../group/offsets.ts'
import { isInternal } from '../internal-topics.ts'
import { addPartitions, type Claim, unknownOf, verifyPartitions } from '../transaction/adding.ts'
import { noteRefusal } from '../transaction/state.ts'
import type { Context, Request } from '../types.ts'

type Body = RequestOf<typeof addPartitionsToTxn>
type Topics = Body['v3AndBelowTopics']
type Outcome = (place: TopicPartition) => ErrorName

export function handle(ctx: Context, request: Request, body: Body): void {
  if (request.apiVersion < 4) {
    const { v3AndBelowTransactionalId: transactionalId, v3AndBelowTopics: topics } = body
    const of = { transactionalId, producerId: body.v3AndBelowProducerId, producerEpoch: body.v3AndBelowProducerEpoch }
    ofClient(ctx, request, of, topics, (now, outcome) => {
      now.answer(request, { resultsByTopicV3AndBelow: results(topics, outcome) })
    })
    return
  }
  const { transactions } = body
  if (transactions.length === 0) return
  const outcomes: Outcome[] = []
  let waiting = transactions.length
  for (const [i, { topics, verifyOnly, ...of }] of transactions.entries()) {
    ofBroker(ctx, request, of, partitionsOf(topics), verifyOnly, (now, outcome) => {
      outcomes[i] = outcome
      if (--waiting > 0) return
      const resultsByTransaction = transactions.map(({ transactionalId, topics: asked }, at) => ({
        transactionalId,
        topicResults: results(asked, outcomes[at]!),
      }))
      now.answer(request, { resultsByTransaction })
    })
  }
}

type Then = (ctx: Context, outcome: Outcome) => void

function ofClient(ctx: Context, request: Request, of: Claim, topics: Topics, then: Then): void {
  const partitions = partitionsOf(topics)
  const unknown = unknownOf(ctx, request.broker, partitions)
  if (partitions.some(({ topic }) => isInternal(topic))) {
    then(ctx, (place) =>
      isInternal(place.topic) ? 'TOPIC_AUTHORIZATION_FAILED' : (unknown?.(place) ?? 'OPERATION_NOT_ATTEMPTED'),
    )
  } else if (unknown !== undefined) then(ctx, unknown)
  else
    addPartitions(ctx, request.broker, of, partitions, (now, error) => {
      noteRefusal(now, request, 'AddPartitionsToTxn', of.transactionalId, error)
      const told = request.apiVersion < 2 && error === 'PRODUCER_FENCED' ? 'INVALID_PRODUCER_EPOCH' : error
      then(now, () => told)
    })
}

function ofBroker(
  ctx: Context,
  { broker }: Request,
  of: Claim,
  partitions: readonly TopicPartition[],
  verifyOnly: boolean,
  then: Then,
): void {
  const unknown = unknownOf(ctx, broker, partitions)
  if (unknown !== undefined) then(ctx, unknown)
  else if (verifyOnly) then(ctx, verifyPartitions(ctx, broker, of, partitions))
  else addPartitions(ctx, broker, of, partitions, (now, error) => then(now, () => error))
}

function partitionsOf(topics: Topics): TopicPartition[] {
  return topics.flatMap(({ name: topic, partitions }) => partitions.map((partition) => ({ topic, partition })))
}

function results(topics: Topics, outcome: Outcome) {
  return topics.map(({ name, partitions }) => ({
    name,
    resultsByPartition: partitions.map((partitionIndex) => ({
      partitionIndex,
      partitionErrorCode: errorCodes[outcome({ topic: name, partition: partitionIndex })],
    })),
  }))
}
