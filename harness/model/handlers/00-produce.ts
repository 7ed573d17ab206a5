/**
 * Produce (key 0), versions 0–11. After KafkaApis.handleProduceRequest, ReplicaManager.appendToLocalLog, UnifiedLog.append (3.9).
 *
 * Behaviour
 * - Each partition stands alone: UNKNOWN_TOPIC_OR_PARTITION (also what this broker has not heard of), NOT_LEADER_OR_FOLLOWER,
 *   INVALID_TOPIC_EXCEPTION for internal topics, INVALID_RECORD unless it is exactly one batch of format 2 that counts right,
 *   MESSAGE_TOO_LARGE, CORRUPT_MESSAGE (checksum), UNKNOWN_SERVER_ERROR (a compression that there is not), INVALID_TIMESTAMP,
 *   RECORD_LIST_TOO_LARGE (it fits into no segment); then what idempotence has to say (producers.ts).
 * - KAFKA_STORAGE_ERROR where the disk is full, and for whatever lies in a log directory that failed (broker-life.ts).
 * - A duplicate answers as the first time: no error, the old offset; its logAppendTimeMs is the batch's time, an oddity of Kafka's.
 * - acks 1 answers at once. acks -1 answers when all in-sync replicas have it, REQUEST_TIMED_OUT when that took longer than timeoutMs,
 *   NOT_LEADER_OR_FOLLOWER when it leads no more meanwhile, NOT_ENOUGH_REPLICAS_AFTER_APPEND when there are too few by then: what was
 *   appended stays, and where is told beside the error. NOT_ENOUGH_REPLICAS when there are fewer than min.insync.replicas from the start: nothing is appended. acks 0 never
 *   answers; an error closes the connection. Other acks: INVALID_REQUIRED_ACKS for every partition, nothing is appended.
 * - A size or magic that no batch can have spoils the whole request: CORRUPT_MESSAGE for every partition.
 * - Records that are null: Kafka trips over them and never answers; the connection takes nothing more.
 * - A transactional batch needs a transactional id (TRANSACTIONAL_ID_AUTHORIZATION_FAILED for the whole request), and all of them in a
 *   request the same producer (INVALID_PRODUCER_ID_MAPPING for the whole request).
 * - Its partition must have come into the ongoing transaction: the first batch of each is verified (transaction/verification.ts), before
 *   anything else is looked at, duplicates too. INVALID_TXN_STATE where it is not in, INVALID_PRODUCER_EPOCH for a fenced producer,
 *   NOT_ENOUGH_REPLICAS where the coordinator could not be asked or is still ending the last transaction: clients try again.
 *   Without verification any epoch that is not too old may begin a transaction here.
 *
 * Version notes
 * - 0–2 carry message sets; batches of format 2 are taken there too.
 * - 7 allows zstd: UNSUPPORTED_COMPRESSION_TYPE below. 8 tells which records were bad (KIP-467). 10 names the leader (KIP-951). 11 knows
 *   TRANSACTION_ABORTABLE, which older ones get as INVALID_TXN_STATE.
 *
 * NOT modelled: message sets of formats 0 and 1 (UNSUPPORTED_FOR_MESSAGE_FORMAT; 3.9 converts them); quotas.
 */
import type { produce } from '../../wire/apis/00-produce.ts'
import type { ErrorName } from '../../wire/error-codes.ts'
import { at, bits, magicAt } from '../../wire/records.ts'
import type { RequestOf } from '../../wire/schema.ts'
import {
  appendAsLeader,
  appendedEvent,
  type Batch,
  beginsWithBatch,
  corruptionAtStart,
  onlyBatch,
  type Refused,
  refused,
} from '../append.ts'
import { closeConnection } from '../broker.ts'
import { identitiesIn } from '../identities.ts'
import { ledBy } from '../image.ts'
import { isInternal } from '../internal-topics.ts'
import { answerOf, awaitAll, type Done, type Outcome, type Part } from '../produce-answer.ts'
import { isShort } from '../replication/leadership.ts'
import type { Replica } from '../replication/replica.ts'
import { comesFirst, type ProducedWrite, unverifiedIn } from '../transaction/produced.ts'
import type { Context, Request } from '../types.ts'

type Body = RequestOf<typeof produce>

/** Who may write to internal topics: AdminUtils.ADMIN_CLIENT_ID. */
const adminClientId = '__admin_client'

/** Errors with which ReplicaManager.appendToLocalLog does not say where the log starts. */
const withoutLogStart: readonly ErrorName[] = ['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'CORRUPT_MESSAGE']

/** What can be appended, as far as the request itself says. */
type Ready = { readonly to: Replica | 'NOT_LEADER_OR_FOLLOWER' | 'KAFKA_STORAGE_ERROR'; readonly batch: Batch }
type Checked = {
  readonly name: string
  readonly parts: readonly { readonly index: number; readonly records: Uint8Array; readonly ready: Ready | Refused }[]
}

export function handle(ctx: Context, request: Request, { acks, timeoutMs, topicData, transactionalId }: Body): void {
  const all: Uint8Array[] = []
  for (const { partitionData } of topicData) {
    for (const { records } of partitionData) {
      if (records === null) return
      all.push(records)
    }
  }
  const checked = topicData.map(
    ({ name, partitionData }): Checked => ({
      name,
      parts: partitionData.map(({ index, records }) => ({
        index,
        records: records!,
        ready: check(ctx, request, name, index, records!),
      })),
    }),
  )
  const unverified = verifyAll(ctx, request, transactionalId, checked)
  const whole =
    refusalOfAll(transactionalId, all) ?? trippedOver(checked) ?? ('is' in unverified ? unverified : undefined)
  const parts: Part[] = checked.flatMap(({ name, parts }) =>
    parts.map(({ index, records, ready }) => {
      const outcome = whole ?? append(ctx, request, acks, name, ready, unverified)
      if ('is' in outcome) noteRefused(ctx, request, name, index, records, outcome.error)
      else noteDone(ctx, request, outcome)
      return { name, index, outcome }
    }),
  )
  if (acks === -1) awaitAll(ctx, request, parts, timeoutMs)
  else if (acks !== 0) ctx.answer(request, answerOf(ctx, request, parts))
  else {
    const errors = parts.flatMap(({ outcome }) => ('is' in outcome ? [outcome.error] : []))
    if (errors.length === 0) ctx.answer(request, null)
    else closeConnection(ctx, request.connection, `acks=0 and ${errors.join(', ')}`, 'fin')
  }
}

function noteRefused(
  ctx: Context,
  request: Request,
  topic: string,
  partition: number,
  records: Uint8Array,
  error: ErrorName,
): void {
  ctx.note({ what: 'refused', api: 'Produce', error, topic, partition, messages: identitiesIn(records) }, request)
}

/** KafkaApis looks into the records of all partitions before it takes up one (RequestUtils.hasTransactionalRecords). */
function refusalOfAll(transactionalId: string | null, all: readonly Uint8Array[]): Refused | undefined {
  const message = all.map(corruptionAtStart).find((one) => one !== undefined)
  if (message !== undefined) return refused('CORRUPT_MESSAGE', { message })
  if (!all.some(isTransactional)) return undefined
  return transactionalId === null ? refused('TRANSACTIONAL_ID_AUTHORIZATION_FAILED') : undefined
}

/** Below version 7 it looks at the compression of each partition that it knows, and has an exception that it does not expect. */
function trippedOver(checked: readonly Checked[]): Refused | undefined {
  const all = checked.flatMap(({ parts }) => parts.map(({ ready }) => ready))
  return all.find((ready): ready is Refused => 'is' in ready && ready.error === 'UNKNOWN_SERVER_ERROR')
}

function isTransactional(records: Uint8Array): boolean {
  // The low byte of the attributes.
  return (
    beginsWithBatch(records) && magicAt(records) === 2 && ((records[at.attributes + 1] ?? 0) & bits.transactional) !== 0
  )
}

/** ProduceRequest.validateRecords. */
function batchIn({ apiVersion }: Request, records: Uint8Array): Batch | Refused {
  const batch = onlyBatch(records)
  if ('is' in batch) {
    // From version 3 on the format is the client's fault.
    return batch.error === 'UNSUPPORTED_FOR_MESSAGE_FORMAT' && apiVersion >= 3 ? refused('INVALID_RECORD') : batch
  }
  if (apiVersion >= 7) return batch
  if (batch.isPacked === 'oddly') return refused('UNKNOWN_SERVER_ERROR')
  return batch.header.compression === 'zstd' ? refused('UNSUPPORTED_COMPRESSION_TYPE') : batch
}

/** KafkaApis.handleProduceRequest, before it hands over what is left. */
function check(ctx: Context, request: Request, name: string, index: number, records: Uint8Array): Ready | Refused {
  const to = ledBy(ctx.state, request.broker, name, index)
  if (to === 'UNKNOWN_TOPIC_OR_PARTITION') return refused(to)
  const batch = batchIn(request, records)
  return 'is' in batch ? batch : { to, batch }
}

const nothingUnverified: ReadonlyMap<Replica, Refused> = new Map()

function verifyAll(
  ctx: Context,
  request: Request,
  transactionalId: string | null,
  checked: readonly Checked[],
): ReturnType<typeof unverifiedIn> {
  if (transactionalId === null) return nothingUnverified
  const writes: ProducedWrite[] = []
  for (const { parts } of checked) {
    for (const { ready } of parts) {
      if (!('is' in ready)) writes.push({ to: ready.to, header: ready.batch.header })
    }
  }
  return unverifiedIn(ctx, request, transactionalId, writes)
}

function append(
  ctx: Context,
  request: Request,
  acks: number,
  name: string,
  ready: Ready | Refused,
  unverified: ReturnType<typeof unverifiedIn>,
): Outcome {
  if ('is' in ready) return ready
  const { to, batch } = ready
  const error = typeof to === 'string' || 'is' in unverified ? undefined : unverified.get(to)
  if (error !== undefined) return error
  if (typeof to === 'string' && comesFirst(ctx, batch.header)) return refused(to)
  if (acks < -1 || acks > 1) return refused('INVALID_REQUIRED_ACKS')
  if (isInternal(name) && request.clientId !== adminClientId) return refused('INVALID_TOPIC_EXCEPTION')
  if (typeof to === 'string') return refused(to)
  if (acks === -1 && isShort(ctx.state, to))
    return { ...refused('NOT_ENOUGH_REPLICAS'), logStartOffset: to.log.startOffset }
  const appended = appendAsLeader(ctx.state, ctx.state.topics.get(name)!, to, batch, 'client', ctx.nowMs)
  if (appended.is !== 'refused') return { appended, to }
  return withoutLogStart.includes(appended.error) ? appended : { ...appended, logStartOffset: to.log.startOffset }
}

function noteDone(ctx: Context, request: Request, { appended, to }: Done): void {
  if (appended.is === 'appended') {
    ctx.note(appendedEvent(ctx.state, to, appended.batch), request)
    return
  }
  const { of, header, messages } = appended
  const { producerId, producerEpoch, baseSequence } = header
  const { topic, partition } = to
  const baseOffset = String(of.firstOffset)
  const from = { producerId: String(producerId), producerEpoch, baseSequence }
  ctx.note({ what: 'duplicate', topic, partition, baseOffset, ...from, messages }, request)
}
