/**
 * Record batches of format 2 seen from outside: their headers, their checksum, where each one ends. A broker needs no more:
 * it stores what a producer sent and stamps its own two fields on it.
 *
 * The older message sets (magic 0 and 1) are recognised, as their magic is at the same place, and refused with a clear
 * error: they are not modelled yet.
 */
import { type Compression, compressions } from './compression.ts'
import { crc32c } from './crc32c.ts'
import { Reader } from './primitives.ts'
import { WireError } from './wire-error.ts'

export interface BatchHeader {
  baseOffset: bigint
  /** Of what follows this field. */
  batchLength: number
  partitionLeaderEpoch: number
  magic: number
  /** Unsigned; covers everything from the attributes on. */
  crc: number
  attributes: number
  compression: Compression
  timestampType: 'CreateTime' | 'LogAppendTime'
  isTransactional: boolean
  isControl: boolean
  /** Compaction has put the delete horizon into baseTimestamp. */
  hasDeleteHorizon: boolean
  lastOffsetDelta: number
  baseTimestamp: bigint
  maxTimestamp: bigint
  producerId: bigint
  producerEpoch: number
  baseSequence: number
  recordCount: number
  /** Of the whole batch: 12 + batchLength. */
  sizeInBytes: number
}

/** Where the fields are, from the start of a batch. */
export const at = {
  batchLength: 8,
  partitionLeaderEpoch: 12,
  magic: 16,
  crc: 17,
  attributes: 21,
  lastOffsetDelta: 23,
  baseTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  producerEpoch: 51,
  baseSequence: 53,
  recordCount: 57,
  records: 61,
} as const

export const bits = { compression: 0x07, logAppendTime: 0x08, transactional: 0x10, control: 0x20, deleteHorizon: 0x40 }

const where = 'RecordBatch'

/** The magic of the batch or message at `offset`; `undefined` when there is too little to tell. */
export function magicAt(bytes: Uint8Array, offset = 0): number | undefined {
  const magic = bytes[offset + at.magic]
  return magic === undefined ? undefined : (magic << 24) >> 24
}

/** Reads the header of the batch that starts at `offset`, all of which must be there. Records and CRC are not looked at. */
export function parseBatchHeader(bytes: Uint8Array, offset = 0): BatchHeader {
  const reader = new Reader(bytes, offset)
  const magic = magicAt(bytes, offset)
  if (magic === 0 || magic === 1) {
    throw new WireError(where, `a message set of format ${magic} at byte ${offset}; only format 2 is supported`)
  }
  if (magic !== undefined && magic !== 2) throw new WireError(where, `unknown magic ${magic} at byte ${offset}`)
  const baseOffset = reader.int64(where)
  const batchLength = reader.int32(where)
  const sizeInBytes = batchLength + at.partitionLeaderEpoch
  if (sizeInBytes < at.records) reader.fail(where, `a length of ${batchLength} is less than a header`)
  if (sizeInBytes > bytes.length - offset) {
    reader.fail(where, `is ${sizeInBytes} bytes long, ${bytes.length - offset} are there`)
  }
  const partitionLeaderEpoch = reader.int32(where)
  reader.int8(where)
  const crc = reader.uint32(where)
  const attributes = reader.int16(where)
  const compression = compressions[attributes & bits.compression]
  if (compression === undefined) throw new WireError(where, `unknown compression ${attributes & bits.compression}`)
  return {
    baseOffset,
    batchLength,
    partitionLeaderEpoch,
    magic: 2,
    crc,
    attributes,
    compression,
    timestampType: attributes & bits.logAppendTime ? 'LogAppendTime' : 'CreateTime',
    isTransactional: (attributes & bits.transactional) !== 0,
    isControl: (attributes & bits.control) !== 0,
    hasDeleteHorizon: (attributes & bits.deleteHorizon) !== 0,
    lastOffsetDelta: reader.int32(where),
    baseTimestamp: reader.int64(where),
    maxTimestamp: reader.int64(where),
    producerId: reader.int64(where),
    producerEpoch: reader.int16(where),
    baseSequence: reader.int32(where),
    recordCount: reader.int32(where),
    sizeInBytes,
  }
}

/** The offset of the batch's last record; it stays when compaction removes that record. */
export function lastOffset(header: BatchHeader): bigint {
  return header.baseOffset + BigInt(header.lastOffsetDelta)
}

/** The sequence number of the last record; sequences wrap from 2^31 - 1 to 0. */
export function lastSequence(header: BatchHeader): number {
  return header.baseSequence < 0 ? -1 : (header.baseSequence + header.lastOffsetDelta) & 0x7fffffff
}

export interface StoredBatch {
  header: BatchHeader
  /** Where it starts in the record set. */
  position: number
  /** A view of the whole batch. */
  bytes: Uint8Array
}

/** The batches of a record set. A cut tail is an error, unless `cutTail` allows it: a fetch may end inside a batch. */
export function* batches(recordSet: Uint8Array, options: { cutTail?: boolean } = {}): Generator<StoredBatch> {
  let position = 0
  while (position < recordSet.length) {
    if (options.cutTail && isCut(recordSet, position)) return
    const header = parseBatchHeader(recordSet, position)
    const bytes = recordSet.subarray(position, position + header.sizeInBytes)
    yield { header, position, bytes }
    position += header.sizeInBytes
  }
}

function isCut(bytes: Uint8Array, position: number): boolean {
  const left = bytes.length - position
  return left < at.records || new Reader(bytes, position + at.batchLength).int32(where) + at.partitionLeaderEpoch > left
}

/** Whether the checksum of the batch that starts at `offset` is right. */
export function hasValidCrc(bytes: Uint8Array, offset = 0, header = parseBatchHeader(bytes, offset)): boolean {
  return crc32c(bytes, offset + at.attributes, offset + header.sizeInBytes) === header.crc
}

export interface Stamp {
  baseOffset: bigint
  partitionLeaderEpoch: number
  /** For a topic with message.timestamp.type=LogAppendTime. The checksum covers it, so it is made anew. */
  logAppendTime?: bigint | undefined
}

/** What a leader appends: a copy of the batch with its own offset and epoch. Neither is covered by the checksum. */
export function stampBatch(batch: Uint8Array, stamp: Stamp): Uint8Array {
  const copy = new Uint8Array(batch)
  const view = new DataView(copy.buffer)
  view.setBigInt64(0, stamp.baseOffset)
  view.setInt32(at.partitionLeaderEpoch, stamp.partitionLeaderEpoch)
  if (stamp.logAppendTime !== undefined) {
    view.setInt16(at.attributes, view.getInt16(at.attributes) | bits.logAppendTime)
    view.setBigInt64(at.maxTimestamp, stamp.logAppendTime)
    view.setUint32(at.crc, crc32c(copy, at.attributes))
  }
  return copy
}
