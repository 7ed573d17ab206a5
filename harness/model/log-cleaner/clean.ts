/**
 * One cleaning of a log: segments up to the first that can't be cleaned are written anew without what is no longer needed, several into one
 * where they fit (Cleaner.doClean, cleanSegments, groupSegmentsBySize).
 *
 * NOT modelled: the limit on index files in a group; read buffers that grow for a batch of more than 256 KB.
 */
import type { Log, LogBatch } from '../log.ts'
import type { LogConfig } from '../log-config.ts'
import { newSegment, type Segment, sizeOfSegment } from '../log-segments.ts'
import { abortedBetween, type IndexEntry, indexIntervalBytes } from '../log-transactions.ts'
import type { Cleanable } from './cleanable.ts'
import { filterBatch, type Removed, type Round } from './filter.ts'
import { latestOffsets } from './keys.ts'
import { CleanedTransactions } from './transactions.ts'

/** What is read at a time, and so appended as one: log.cleaner.io.buffer.size for one thread, half of it. */
const chunkBytes = 262_144

/** What the cleaned segments are made of. */
interface Written {
  readonly batches: LogBatch[]
  readonly bytes: Uint8Array[]
  readonly segments: Segment[]
  readonly index: IndexEntry[]
  size: number
}

/** Returns the records that are gone, in the order of their offsets. What was handed out of the buffer stays as it was. */
export function clean(
  log: Log,
  config: LogConfig,
  { firstDirtyOffset, firstUncleanableOffset }: Cleanable,
  wallMs: number,
): Removed[] {
  const round: Round = {
    log,
    latest: latestOffsets(log, firstDirtyOffset, firstUncleanableOffset),
    transactions: new CleanedTransactions(),
    wallMs,
    deleteRetentionMs: config.deleteRetentionMs,
    removed: [],
  }
  const cleaned = log.segments.findIndex(({ baseOffset }) => baseOffset >= firstUncleanableOffset)
  const into: Written = { batches: [], bytes: [], segments: [], index: [], size: 0 }
  for (const group of groups(log, cleaned, config.segmentBytes)) cleanGroup(round, group, into)
  replace(log, cleaned, into, round.transactions, firstUncleanableOffset)
  log.cleanedUpTo = firstUncleanableOffset
  if (log.sparseUpTo < firstUncleanableOffset) log.sparseUpTo = firstUncleanableOffset
  return round.removed
}

function groups(log: Log, count: number, most: number): number[][] {
  const found: number[][] = []
  let bytes = 0
  for (let index = 0; index < count; index++) {
    const size = sizeOfSegment(log, index)
    const group = found.at(-1)
    if (group !== undefined && bytes + size <= most) {
      group.push(index)
      bytes += size
    } else {
      found.push([index])
      bytes = size
    }
  }
  return found
}

function cleanGroup(round: Round, group: readonly number[], into: Written): void {
  const { log, transactions, wallMs } = round
  const segment = newSegment(log.segments[group[0]!]!.baseOffset, into.size, wallMs)
  into.segments.push(segment)
  let sinceEntry = 0
  for (const index of group) {
    const { baseOffset, position, modifiedAtMs } = log.segments[index]!
    const end = position + sizeOfSegment(log, index)
    const batches = log.batches.filter((batch) => batch.position >= position && batch.position < end)
    const upTo = (batches.at(-1)?.lastOffset ?? baseOffset - 1n) + 1n
    const next = group.includes(index + 1) ? log.segments[index + 1]!.baseOffset : upTo
    transactions.add(abortedBetween(log, baseOffset, next))
    for (const chunk of chunksOf(batches)) {
      const from = into.size
      const { latest, last } = filterChunk(round, chunk, into)
      if (into.size === from) continue
      segment.firstTimestamp ??= latest
      if (latest > segment.largestTimestamp) segment.largestTimestamp = latest
      if (sinceEntry > indexIntervalBytes) {
        into.index.push({ offset: last, position: from })
        sinceEntry = 0
      }
      sinceEntry += into.size - from
    }
    segment.modifiedAtMs = modifiedAtMs
  }
}

function* chunksOf(batches: readonly LogBatch[]): Generator<LogBatch[]> {
  let chunk: LogBatch[] = []
  let bytes = 0
  for (const batch of batches) {
    if (chunk.length > 0 && bytes + batch.size > chunkBytes) {
      yield chunk
      chunk = []
      bytes = 0
    }
    chunk.push(batch)
    bytes += batch.size
  }
  if (chunk.length > 0) yield chunk
}

/** The largest timestamp of what stays, and its last offset as the index has it: that of a record, in a batch that is written anew. */
function filterChunk(round: Round, chunk: readonly LogBatch[], into: Written): { latest: bigint; last: bigint } {
  let latest = -1n
  let last = -1n
  for (const batch of chunk) {
    const kept = filterBatch(round, batch)
    if (kept === null) continue
    const { position, size } = batch
    into.bytes.push(kept.bytes ?? round.log.buffer.subarray(position, position + size))
    into.batches.push({ ...kept.batch, position: into.size })
    into.size += kept.batch.size
    const record = kept.bytes === undefined ? undefined : kept.batch.offsets?.at(-1)
    last = record === undefined ? batch.lastOffset : batch.baseOffset + BigInt(record)
    if (kept.batch.maxTimestamp > latest) latest = kept.batch.maxTimestamp
  }
  return { latest, last }
}

/** In place of the first segments; the others stay, further to the front. */
function replace(log: Log, cleaned: number, into: Written, { listed }: CleanedTransactions, upTo: bigint): void {
  const from = log.segments[cleaned]!.position
  const shift = from - into.size
  log.buffer = Buffer.concat([...into.bytes, log.buffer.subarray(from, log.size)])
  log.size -= shift
  const behind = log.batches.filter(({ position }) => position >= from)
  log.batches.length = 0
  for (const batch of into.batches) log.batches.push(batch)
  for (const batch of behind) log.batches.push({ ...batch, position: batch.position - shift })
  log.segments.splice(0, cleaned, ...into.segments)
  for (const segment of log.segments.slice(into.segments.length)) segment.position -= shift
  const entries = log.index.entries.filter(({ position }) => position >= from)
  log.index.entries.length = 0
  for (const entry of into.index) log.index.entries.push(entry)
  for (const { offset, position } of entries) log.index.entries.push({ offset, position: position - shift })
  const later = log.aborted.filter(({ lastOffset }) => lastOffset >= upTo)
  log.aborted.splice(0, log.aborted.length, ...listed, ...later)
}
