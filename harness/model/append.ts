/**
 * What a leader does with a record set before any of it is in the log: LogValidator and UnifiedLog.analyzeAndValidateRecords,
 * in their order, then the producer state, then the log.
 *
 * NOT modelled: message sets (magic 0 and 1; 3.9 converts them to format 2, here they are UNSUPPORTED_FOR_MESSAGE_FORMAT); topics with
 * a compression.type of their own (nothing is compressed anew); batches of snappy, lz4 and zstd are stored unopened, so their records
 * have no identities and only their header is judged; offset deltas inside a gzip batch that don't count up, which Kafka writes anew.
 */
import type { ClusterEvent } from '../history/op.ts'
import { decodeMarker } from '../wire/control-records.ts'
import type { ErrorName } from '../wire/error-codes.ts'
import { at, type BatchHeader, decodeRecords, hasValidCrc, magicAt, parseBatchHeader } from '../wire/records.ts'
import { WireError } from '../wire/wire-error.ts'
import { canWriteOn } from './broker-life.ts'
import { identityOf } from './identities.ts'
import { type Log, type LogBatch, push } from './log.ts'
import { logConfigOf } from './log-config.ts'
import { makeRoom, noteAppended } from './log-segments.ts'
import { takeIn } from './log-transactions.ts'
import {
  expire,
  findDuplicate,
  markerRefusal,
  type Origin,
  type ProducedBatch,
  type RetainedBatch,
  refusal,
} from './producers.ts'
import { badRecords, isPlausible, latest, openBatch } from './record-validation.ts'
import { advance } from './replication/leadership.ts'
import { isDeposed, type Replica } from './replication/replica.ts'
import type { ClusterState, Topic } from './state.ts'
import { maxMessageBytes } from './topic-config.ts'

export type Appended =
  | { readonly is: 'appended'; readonly batch: LogBatch; readonly logAppendTimeMs: bigint }
  | {
      readonly is: 'duplicate'
      readonly of: RetainedBatch
      readonly header: BatchHeader
      readonly messages: readonly string[]
    }
  | Refused

export interface Refused {
  readonly is: 'refused'
  readonly error: ErrorName
  /** Of the records that are to blame, where it is them (KIP-467). */
  readonly records?: readonly { readonly batchIndex: number; readonly why: string }[]
  readonly message?: string
}

export interface Batch {
  readonly bytes: Uint8Array
  /** Where `isPacked` is 'oddly' it says 'none' of the compression. */
  readonly header: BatchHeader
  /** oddly: by a compression that there is not. Kafka notices late, and does not expect it. */
  readonly isPacked?: 'oddly'
}

export function refused(error: ErrorName, more: Omit<Refused, 'is' | 'error'> = {}): Refused {
  return { is: 'refused', error, ...more }
}

const overhead = 61
const sizeAt = 8
const upToSize = 12
const upToMagic = 17
const smallestMessage = 14
const compressionBits = 7

/**
 * The one batch that a producer may send for a partition (ProduceRequest.validateRecords, ByteBufferLogInputStream). What follows it
 * and is no whole batch is ignored.
 */
export function onlyBatch(records: Uint8Array): Batch | Refused {
  const size = nextBatchSize(records, 0)
  if (typeof size === 'object') return refused('CORRUPT_MESSAGE', size)
  if (size === undefined) return refused('INVALID_RECORD')
  if (magicAt(records) !== 2) return refused('UNSUPPORTED_FOR_MESSAGE_FORMAT')
  const next = nextBatchSize(records, size)
  if (typeof next === 'object') return refused('CORRUPT_MESSAGE', next)
  if (next !== undefined) return refused('INVALID_RECORD')
  if (size < overhead) return refused('CORRUPT_MESSAGE')
  const bytes = size === records.length ? records : records.subarray(0, size)
  try {
    return { bytes, header: parseBatchHeader(bytes) }
  } catch (error) {
    if (!(error instanceof WireError)) throw error
    const unpacked = Uint8Array.from(bytes)
    unpacked[at.attributes + 1]! &= ~compressionBits
    return { bytes, header: parseBatchHeader(unpacked), isPacked: 'oddly' }
  }
}

/** A size or magic that no batch can have: reading on from there fails, and this is what Kafka says then. */
export function corruptionAtStart(records: Uint8Array): string | undefined {
  const size = nextBatchSize(records, 0)
  return typeof size === 'object' ? size.message : undefined
}

/** Whether any batch can be read from it. */
export function beginsWithBatch(records: Uint8Array): boolean {
  return typeof nextBatchSize(records, 0) === 'number'
}

/** ByteBufferLogInputStream.nextBatchSize, and what it says of a size or magic that no batch has. */
function nextBatchSize(bytes: Uint8Array, start: number): number | { readonly message: string } | undefined {
  const left = bytes.length - start
  if (left < upToSize) return undefined
  const at = start + sizeAt
  const size = (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!
  if (size < smallestMessage)
    return { message: `Record size ${size} is less than the minimum record overhead (${smallestMessage})` }
  if (left < upToMagic) return undefined
  const magic = magicAt(bytes, start)!
  if (magic < 0 || magic > 2) return { message: `Invalid magic found in record: ${magic}` }
  return left < size + upToSize ? undefined : size + upToSize
}

/**
 * Appends as the leader of the partition. `origin` client: everything is checked. What a coordinator writes was encoded here a moment ago:
 * it is not opened, and its records have no identities. (Its checksum is looked at by the invariants, as everybody's.)
 */
export function appendAsLeader(
  state: ClusterState,
  topic: Topic,
  replica: Replica,
  { bytes, header, isPacked }: Batch,
  origin: Origin,
  nowMs: number,
): Appended {
  const { log } = replica
  const wallMs = state.config.epochMs + nowMs
  if (origin === 'client' && header.baseOffset !== 0n) return refused('INVALID_RECORD')
  if (bytes.length > maxMessageBytes(state, topic)) return refused('MESSAGE_TOO_LARGE')
  if (origin === 'client' && !hasValidCrc(bytes, 0, header)) return refused('CORRUPT_MESSAGE')
  if (isPacked === 'oddly') return refused('UNKNOWN_SERVER_ERROR')
  if (origin === 'client' && !isPlausible(header)) return refused('INVALID_RECORD')
  const records = origin === 'client' ? openBatch(bytes, header) : null
  if (records === 'damaged') return refused('INVALID_RECORD')
  const messages = header.isControl ? [] : (records?.map(identityOf) ?? new Array<string>(header.recordCount).fill(''))
  const logAppendTime = topic.config.get('message.timestamp.type') === 'LogAppendTime'
  const bad = records && badRecords(state, topic, header, records, logAppendTime, wallMs)
  if (bad) return bad
  const maxTimestamp = logAppendTime ? BigInt(wallMs) : records === null ? header.maxTimestamp : latest(header, records)

  const of = logConfigOf(topic)
  if (bytes.length > of.segmentBytes) return refused('RECORD_LIST_TOO_LARGE')
  makeRoom(log, bytes.length, maxTimestamp, of, wallMs)
  if (header.producerId >= 0n) {
    forgetOld(state, replica, wallMs)
    const batch = producedBatch(header, log.endOffset, maxTimestamp)
    const known = origin === 'client' ? findDuplicate(log.producers, batch) : undefined
    if (known !== undefined) return { is: 'duplicate', of: known, header, messages }
    const why = header.isControl
      ? refusalOfMarker(log, bytes, header)
      : refusal(log.producers, batch, origin, log.unverified.get(batch.producerId)?.lowestSequence)
    if (why !== undefined) return refused(why)
  }
  if (!canWriteOn(state, replica.broker)) return refused('KAFKA_STORAGE_ERROR')
  const stamp = { leaderEpoch: replica.leaderEpoch, maxTimestamp, logAppendTime, writtenAtMs: nowMs }
  const batch = push(log, bytes, header, stamp, messages)
  if (header.producerId >= 0n) takeIn(log, batch)
  noteAppended(log, maxTimestamp, wallMs)
  state.stirred.add(replica)
  state.audit.touched.add(replica)
  advance(state, replica, nowMs)
  return { is: 'appended', batch, logAppendTimeMs: logAppendTime ? maxTimestamp : -1n }
}

function producedBatch(header: BatchHeader, baseOffset: bigint, maxTimestamp: bigint): ProducedBatch {
  const { producerId, producerEpoch, baseSequence, lastOffsetDelta, isTransactional } = header
  return { producerId, producerEpoch, baseSequence, lastOffsetDelta, isTransactional, baseOffset, maxTimestamp }
}

/** Control records of other kinds than markers say nothing of their producer. */
function refusalOfMarker(log: Log, bytes: Uint8Array, header: BatchHeader): ErrorName | undefined {
  const [record] = decodeRecords(bytes, 0, header)
  const marker = record === undefined ? undefined : decodeMarker(record)
  if (marker === undefined) return undefined
  const { producerId, producerEpoch, maxTimestamp: timestamp } = header
  const { coordinatorEpoch } = marker
  return markerRefusal(log.producers, { producerId, producerEpoch, coordinatorEpoch, timestamp })
}

export function appendedEvent(state: ClusterState, replica: Replica, batch: LogBatch): ClusterEvent {
  const { topic, topicId, partition } = replica
  return {
    what: 'appended',
    topic,
    topicId,
    partition,
    baseOffset: String(batch.baseOffset),
    messages: batch.messages,
    leaderEpoch: batch.leaderEpoch,
    producerId: String(batch.producerId),
    producerEpoch: batch.producerEpoch,
    baseSequence: batch.baseSequence,
    crc: batch.crc.toString(16).padStart(8, '0'),
    ...(batch.isTransactional ? { transactional: true as const } : {}),
    ...(isDeposed(state, replica) ? { deposed: true as const } : {}),
  }
}

/**
 * Kafka looks every ten minutes (producer.id.expiration.check.interval.ms). Nothing happens to a producer between two of its batches,
 * so it is looked at when the next one comes, as of the last moment at which Kafka would have looked.
 */
export function forgetOld({ config }: ClusterState, { log }: Replica, wallMs: number): void {
  const checkedAtMs = wallMs - (wallMs % config.producerIdCheckMs)
  if (checkedAtMs <= log.expiredAtMs) return
  log.expiredAtMs = checkedAtMs
  for (const id of expire(log.producers, BigInt(checkedAtMs), BigInt(config.producerIdExpirationMs))) {
    log.forgotten.set(id, log.endOffset)
  }
}
