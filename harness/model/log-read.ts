/** Reading a log: a fetch gets bytes of one segment (LocalLog.read, LogSegment.read). */
import { indexOf, type Log, positionOf } from './log.ts'

export interface Slice {
  /** A view; it ends where `maxBytes` is used up, which may be inside a batch. */
  readonly records: Uint8Array
  /** The batches that are whole in it: `batches.slice(first, end)`. */
  readonly first: number
  readonly end: number
  /** Where it begins in the buffer. */
  readonly position: number
}

const nothing: Slice = { records: new Uint8Array(0), first: 0, end: 0, position: 0 }

/**
 * What a fetch gets from this offset on. The first batch comes whole if it fits or if `wholeFirst` asks for it, else nothing; from
 * there on bytes are cut at `maxBytes`, as LogSegment.read does: the tail may be part of a batch, which clients skip (KIP-74). Where its
 * segment ends it ends too, however much is asked for.
 */
export function read(
  log: Log,
  offset: bigint,
  maxBytes: number,
  wholeFirst: boolean,
  upTo: bigint,
): Slice | 'OFFSET_OUT_OF_RANGE' {
  if (offset < log.startOffset || offset > log.endOffset) return 'OFFSET_OUT_OF_RANGE'
  if (offset >= upTo) return nothing
  const first = indexOf(log, offset)
  const batch = log.batches[first]
  // Nothing lies between it and the log end: what was there is gone with its segment.
  if (batch === undefined) return nothing
  const { position, size } = batch
  if (maxBytes < size && !wholeFirst) return nothing
  const readable = upTo === log.endOffset ? log.size : positionOf(log, upTo)
  const stop = Math.min(readable, endOfSegmentAt(log, position), position + Math.max(maxBytes, size))
  let end = first
  while (end < log.batches.length && log.batches[end]!.position + log.batches[end]!.size <= stop) end++
  return { records: log.buffer.subarray(position, stop), first, end, position }
}

function endOfSegmentAt({ segments, size }: Log, position: number): number {
  if (segments.length === 1) return size
  for (const segment of segments) if (segment.position > position) return segment.position
  return size
}
