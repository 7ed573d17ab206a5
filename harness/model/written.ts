/**
 * What producers wrote into one partition, counted beside the model from the headers of batches: sequences without gaps, epochs that
 * never go back, transactions that begin with a record and end with a marker. From that follows how far read_committed readers may see,
 * and which transactions were aborted.
 */
import { isInternal } from './internal-topics.ts'
import type { Log, LogBatch } from './log.ts'
import { type Aborted, markerIn } from './log-transactions.ts'
import { follows, incrementSequence } from './producers.ts'
import type { Replica } from './replication/replica.ts'

export interface Written {
  /** Per producer id, what it sent last. */
  readonly sequences: Map<bigint, { epoch: number; last: number; offset: bigint }>
  /** Producers with a transaction open → where it began. */
  readonly open: Map<bigint, bigint>
  /** Transactions that have their marker: from where on it is shown that they are over, and where they began. */
  ended: { readonly firstOffset: bigint; readonly lastOffset: bigint }[]
  /** Offsets of the markers that aborted one. */
  aborted: bigint[]
}

type Say = (what: string) => void

export function newWritten(): Written {
  return { sequences: new Map(), open: new Map(), ended: [], aborted: [] }
}

/** A batch that is new in the log. */
export function checkProducer({ topic, log, role }: Replica, batch: LogBatch, written: Written, say: Say): void {
  const { producerId, baseOffset, isTransactional, isControl } = batch
  if (producerId < 0n) return
  if (isControl) {
    checkMarker(log, batch, written, say)
    return
  }
  if (isTransactional && !written.open.has(producerId)) written.open.set(producerId, baseOffset)
  if (!isTransactional && written.open.has(producerId)) say(`producer ${producerId} wrote beside its open transaction`)
  // Coordinators count no sequences. What a leader has let in is not for its followers to judge: they may have forgotten less.
  // Nor can it be seen of a log that was cleaned.
  const judge = role.is === 'leader' && baseOffset >= log.sparseUpTo ? say : () => {}
  if (batch.baseSequence >= 0 && !isInternal(topic)) checkSequence(log.forgotten, batch, written, judge)
}

function checkSequence(forgotten: Log['forgotten'], batch: LogBatch, { sequences }: Written, say: Say): void {
  const { producerId, producerEpoch: epoch, baseSequence, lastOffset: offset } = batch
  const known = sequences.get(producerId)
  const last = incrementSequence(baseSequence, batch.lastOffsetDelta)
  sequences.set(producerId, { epoch, last, offset })
  if (known === undefined || known.offset < (forgotten.get(producerId) ?? 0n)) return
  const name = `producer ${producerId} in epoch ${epoch}`
  if (epoch < known.epoch) say(`${name} wrote after epoch ${known.epoch}`)
  else if (epoch > known.epoch && known.epoch >= 0 && baseSequence !== 0)
    say(`${name} begins at sequence ${baseSequence}`)
  else if (epoch === known.epoch && !follows(known.last, baseSequence)) {
    say(`${name} went from sequence ${known.last} to ${baseSequence}`)
  }
}

/** It may bring a larger epoch, in which the producer begins at 0. */
function checkMarker(log: Log, batch: LogBatch, written: Written, say: Say): void {
  const { producerId, producerEpoch: epoch, lastOffset: offset } = batch
  const { sequences, open } = written
  const known = sequences.get(producerId)
  if (known !== undefined && epoch < known.epoch) say(`a marker of epoch ${epoch} came after epoch ${known.epoch}`)
  if (known === undefined || known.epoch !== epoch) sequences.set(producerId, { epoch, last: -1, offset })
  const firstOffset = open.get(producerId)
  if (firstOffset === undefined) return
  open.delete(producerId)
  written.ended.push({ firstOffset, lastOffset: offset })
  if (markerIn(log, batch)?.type === 'abort') written.aborted.push(offset)
}

/** Markers before this offset are gone, and what their log lists of them. */
export function forgetMarkers(written: Written, before: bigint): void {
  written.aborted = written.aborted.filter((offset) => offset >= before)
}

/** It was cleaned: markers of transactions of which nothing is left are listed no more. */
export function keepListed(written: Written, { aborted, cleanedUpTo }: Log): void {
  const listed = new Set(aborted.map(({ lastOffset }) => lastOffset))
  written.aborted = written.aborted.filter((offset) => offset >= cleanedUpTo || listed.has(offset))
}

/** What is open, how far read_committed readers may see, and how many aborted transactions they are told of. */
export function checkStable({ log }: Replica, written: Written, say: Say): void {
  const { open, aborted } = written
  let stable = log.highWatermark
  if (written.ended.length > 0) {
    written.ended = written.ended.filter(({ lastOffset }) => lastOffset >= log.highWatermark)
    for (const { firstOffset } of written.ended) if (firstOffset < stable) stable = firstOffset
  }
  // What is put in anew keeps its place.
  for (const [producerId, first] of open) {
    const kept = log.open.get(producerId)
    // Its records were deleted, all or some, and then another leader read the log.
    if (first < log.startOffset && kept !== first) {
      if (kept === undefined) open.delete(producerId)
      else open.set(producerId, kept)
    } else if (kept !== first)
      say(`the transaction of producer ${producerId} that began at ${first} is open from ${kept}`)
    const from = open.get(producerId)
    if (from !== undefined && from < stable) stable = from
  }
  if (stable < log.startOffset) stable = log.startOffset
  if (log.open.size !== open.size) say(`${log.open.size} transactions are open, ${open.size} were begun and not ended`)
  if (log.lastStableOffset !== stable) say(`it is stable up to ${log.lastStableOffset}, and should be up to ${stable}`)
  // Of a transaction that began in a segment that is gone, a log that is read anew doesn't say that it began.
  if (log.aborted.length === aborted.length) return
  const first = log.batches[0]?.baseOffset ?? log.endOffset
  const isSeen = (of: Aborted) => of.firstOffset >= first && of.lastOffset >= log.sparseUpTo
  const known = log.aborted.filter((of) => isSeen(of) || aborted.includes(of.lastOffset))
  if (known.length !== aborted.length) say(`it lists ${known.length} aborted transactions of ${aborted.length}`)
}
