/**
 * What the cleaner leaves of one batch (Cleaner.cleanInto, MemoryRecords.filterTo; KIP-534 for delete horizons).
 *
 * A record goes when a later one has its key, when its transaction was aborted, and, where it is a tombstone, some time after it was first
 * met. Offsets stay as they were, and so do the batch's first and last one, and its sequences. A batch that has lost all of its records goes,
 * unless it is the last one of a producer that is still known, or of what is cleaned: then its header stays.
 *
 * NOT modelled: records of snappy, lz4 and zstd are not opened: such a batch stays whole, and takes no older record out.
 */
import { encodeBatch, parseBatchHeader, type Record, recordOffset, recordTimestamp } from '../../wire/records.ts'
import type { Log, LogBatch } from '../log.ts'
import { keyOf, type LatestOffsets, readControl, recordsIn } from './keys.ts'
import type { CleanedTransactions } from './transactions.ts'

/** newer: a later record has its key. tombstone: it had no value, for long enough. */
export type Why = 'newer' | 'tombstone' | 'aborted' | 'no key'

export interface Removed {
  readonly offset: bigint
  readonly message: string
  readonly why: Why
}

export interface Round {
  readonly log: Log
  readonly latest: LatestOffsets
  readonly transactions: CleanedTransactions
  /** When the cleaning began, by the wall clock. */
  readonly wallMs: number
  readonly deleteRetentionMs: number
  readonly removed: Removed[]
}

/** Its bytes as they are now, and what is known of them; null: it is gone. `bytes` undefined: as they were. */
export type Filtered = { readonly batch: LogBatch; readonly bytes?: Uint8Array } | null

export function filterBatch(round: Round, batch: LogBatch): Filtered {
  const { log, transactions, wallMs } = round
  const isDone = batch.isControl
    ? transactions.onControl(batch, ...readControl(log, batch))
    : transactions.onBatch(batch)
  const header = parseBatchHeader(log.buffer, batch.position)
  const horizonMs = header.hasDeleteHorizon ? header.baseTimestamp : null
  const isDiscarded = isDone && (!batch.isControl || (horizonMs !== null && horizonMs <= BigInt(wallMs)))
  const staysEmpty = isLastOfProducer(log, batch) || batch.lastOffset + 1n === round.latest.upTo
  const records = recordsIn(log, batch)
  if (records === null && !isDiscarded) return { batch }
  const kept: Record[] = []
  for (const [index, record] of (records ?? []).entries()) {
    const offset = recordOffset(header, record)
    const why = isDiscarded ? 'aborted' : batch.isControl ? null : whyGone(round, record, offset, horizonMs)
    if (why === null) kept.push(record)
    else if (!batch.isControl) round.removed.push({ offset, message: batch.messages[index] ?? '', why })
  }
  if (kept.length === 0) {
    if (!staysEmpty) return null
    // It was empty before.
    if (records?.length === 0 && header.compression === 'none') return { batch }
    return rewritten(batch, header, [], [], null)
  }
  const isTimed = horizonMs === null && ((batch.isControl && isDone) || kept.some(({ value }) => value === null))
  if (kept.length === records!.length && !isTimed) return { batch }
  const messages = kept.map((record) => batch.messages[records!.indexOf(record)] ?? '')
  return rewritten(batch, header, kept, messages, isTimed ? BigInt(wallMs + round.deleteRetentionMs) : horizonMs)
}

/** Cleaner.shouldRetainRecord; null: it stays. */
function whyGone(
  { latest, wallMs }: Round,
  { key, value }: Record,
  offset: bigint,
  horizonMs: bigint | null,
): Why | null {
  if (offset >= latest.upTo) return null
  if (key === null) return 'no key'
  if (offset < (latest.ofKey.get(keyOf(key)) ?? -1n)) return 'newer'
  return value === null && horizonMs !== null && BigInt(wallMs) >= horizonMs ? 'tombstone' : null
}

/** It says which sequence, or at least which epoch, its producer has come to. */
function isLastOfProducer({ producers }: Log, { producerId, producerEpoch, lastOffset, isControl }: LogBatch): boolean {
  const entry = producerId < 0n ? undefined : producers.get(producerId)
  if (entry === undefined) return false
  const last = entry.batches.at(-1)?.lastOffset
  return last === undefined ? isControl && producerEpoch === entry.epoch : lastOffset === last
}

function rewritten(
  batch: LogBatch,
  header: ReturnType<typeof parseBatchHeader>,
  records: readonly Record[],
  messages: readonly string[],
  horizonMs: bigint | null,
): Filtered {
  const { baseOffset, partitionLeaderEpoch, compression, timestampType, isTransactional, isControl } = header
  const { lastOffsetDelta, producerId, producerEpoch, baseSequence } = header
  const times = records.map((record) => recordTimestamp(header, record))
  const baseTimestamp = horizonMs ?? times[0] ?? -1n
  const latest = times.reduce((one, other) => (other > one ? other : one), -1n)
  const isEmpty = records.length === 0
  const maxTimestamp = isEmpty || timestampType === 'LogAppendTime' ? header.maxTimestamp : latest
  const bytes = encodeBatch({
    records: records.map((record, index) => ({ ...record, timestampDelta: times[index]! - baseTimestamp })),
    compression: isEmpty || compression !== 'gzip' ? 'none' : 'gzip',
    hasDeleteHorizon: horizonMs !== null,
    ...{ baseOffset, partitionLeaderEpoch, timestampType, isTransactional, isControl, baseTimestamp, maxTimestamp },
    ...{ lastOffsetDelta, producerId, producerEpoch, baseSequence },
  })
  const { crc } = parseBatchHeader(bytes)
  const offsets = records.map(({ offsetDelta }) => offsetDelta)
  return { batch: { ...batch, size: bytes.length, maxTimestamp, crc, messages, offsets }, bytes }
}
