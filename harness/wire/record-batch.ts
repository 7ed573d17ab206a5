/** The records inside a batch of format 2, both directions. Its outside (header, checksum, stamping) is in batch-header.ts. */
import { at, type BatchHeader, bits, parseBatchHeader } from './batch-header.ts'
import { compress, compressions, decompress } from './compression.ts'
import { crc32c } from './crc32c.ts'
import { Reader, type Writer } from './primitives.ts'
import { written } from './schema.ts'

/** In order, with repetitions: a key may come twice. */
export type RecordHeaders = [key: string, value: Uint8Array | null][]

export interface Record {
  /** Unused by Kafka so far. */
  attributes: number
  timestampDelta: bigint
  offsetDelta: number
  key: Uint8Array | null
  value: Uint8Array | null
  headers: RecordHeaders
}

export interface RecordInput {
  key?: Uint8Array | null
  value: Uint8Array | null
  headers?: readonly (readonly [key: string, value: Uint8Array | null])[]
  attributes?: number
  /** Default: 0. */
  timestampDelta?: bigint
  /** Default: its index. */
  offsetDelta?: number
}

export interface BatchInput {
  records: readonly RecordInput[]
  baseOffset?: bigint
  partitionLeaderEpoch?: number
  compression?: 'none' | 'gzip'
  timestampType?: BatchHeader['timestampType']
  isTransactional?: boolean
  isControl?: boolean
  hasDeleteHorizon?: boolean
  baseTimestamp?: bigint
  /** Default: of the latest record. */
  maxTimestamp?: bigint
  /** Default: of the last record. Compaction keeps it when that record goes. */
  lastOffsetDelta?: number
  producerId?: bigint
  producerEpoch?: number
  baseSequence?: number
}

const where = 'RecordBatch: records'

/** A record is at least: length, attributes, two deltas, key, value and the number of headers, a byte each. */
const leastRecordSize = 7

/** The records of the batch that starts at `offset`. Keys and values are views of it (or of what was inflated). */
export function decodeRecords(bytes: Uint8Array, offset = 0, header = parseBatchHeader(bytes, offset)): Record[] {
  const stored = bytes.subarray(offset + at.records, offset + header.sizeInBytes)
  const reader = new Reader(decompress(stored, header.compression, where))
  const { recordCount } = header
  if (recordCount < 0) reader.fail(where, `a negative number of records, ${recordCount}`)
  if (recordCount * leastRecordSize > reader.remaining) {
    reader.fail(where, `${recordCount} records can't fit into ${reader.remaining} bytes`)
  }
  const records: Record[] = []
  for (let index = 0; index < recordCount; index++) records.push(readRecord(reader))
  if (reader.remaining > 0) reader.fail(where, `${reader.remaining} bytes follow the last record`)
  return records
}

function readRecord(reader: Reader): Record {
  const size = reader.varint(where)
  if (size < 0) reader.fail(where, `a record of negative size, ${size}`)
  const outer = reader.enter(size, where)
  const record = {
    attributes: reader.int8(where),
    timestampDelta: reader.varlong(where),
    offsetDelta: reader.varint(where),
    key: readBytes(reader),
    value: readBytes(reader),
    headers: readHeaders(reader),
  }
  reader.leave(outer, where)
  return record
}

function readBytes(reader: Reader): Uint8Array | null {
  const size = reader.varint(where)
  if (size < -1) reader.fail(where, `a key or value of negative size, ${size}`)
  return size < 0 ? null : reader.view(size, where)
}

function readHeaders(reader: Reader): RecordHeaders {
  const count = reader.varint(where)
  if (count < 0) reader.fail(where, `a negative number of headers, ${count}`)
  if (count * 2 > reader.remaining) reader.fail(where, `${count} headers can't fit into ${reader.remaining} bytes`)
  const headers: RecordHeaders = []
  for (let index = 0; index < count; index++) {
    const size = reader.varint(where)
    if (size < 0) reader.fail(where, `a header's key of negative size, ${size}`)
    headers.push([reader.text(size, where), readBytes(reader)])
  }
  return headers
}

export function recordOffset(header: BatchHeader, record: Record): bigint {
  return header.baseOffset + BigInt(record.offsetDelta)
}

/** With LogAppendTime all records have the time of the append. */
export function recordTimestamp(header: BatchHeader, record: Record): bigint {
  return header.timestampType === 'LogAppendTime' ? header.maxTimestamp : header.baseTimestamp + record.timestampDelta
}

/** A batch with its checksum. */
export function encodeBatch(batch: BatchInput): Uint8Array {
  const { records, baseTimestamp = 0n, compression = 'none' } = batch
  const packed =
    compression === 'none'
      ? undefined
      : compress(
          written((w) => writeRecords(w, records)),
          compression,
        )
  let latest = 0n
  for (const { timestampDelta = 0n } of records) if (timestampDelta > latest) latest = timestampDelta
  const last = records.at(-1)?.offsetDelta ?? Math.max(0, records.length - 1)
  return written((writer) => {
    const start = writer.position
    writer.int64(batch.baseOffset ?? 0n, 'baseOffset')
    writer.int32(0, 'batchLength')
    writer.int32(batch.partitionLeaderEpoch ?? -1, 'partitionLeaderEpoch')
    writer.int8(2, 'magic')
    writer.int32(0, 'crc')
    writer.int16(attributesOf(batch), 'attributes')
    writer.int32(batch.lastOffsetDelta ?? last, 'lastOffsetDelta')
    writer.int64(baseTimestamp, 'baseTimestamp')
    writer.int64(batch.maxTimestamp ?? baseTimestamp + latest, 'maxTimestamp')
    writer.int64(batch.producerId ?? -1n, 'producerId')
    writer.int16(batch.producerEpoch ?? -1, 'producerEpoch')
    writer.int32(batch.baseSequence ?? -1, 'baseSequence')
    writer.int32(records.length, 'recordCount')
    if (packed === undefined) writeRecords(writer, records)
    else writer.raw(packed)
    const size = writer.position - start
    writer.putInt32(start + at.batchLength, size - at.partitionLeaderEpoch)
    writer.putInt32(start + at.crc, crc32c(writer.bytes, start + at.attributes, writer.position))
  })
}

function attributesOf(batch: BatchInput): number {
  return (
    compressions.indexOf(batch.compression ?? 'none') |
    (batch.timestampType === 'LogAppendTime' ? bits.logAppendTime : 0) |
    (batch.isTransactional ? bits.transactional : 0) |
    (batch.isControl ? bits.control : 0) |
    (batch.hasDeleteHorizon ? bits.deleteHorizon : 0)
  )
}

function writeRecords(writer: Writer, records: readonly RecordInput[]): void {
  for (let index = 0; index < records.length; index++) {
    const record = records[index]!
    const start = writer.position
    writer.int8(record.attributes ?? 0, where)
    writer.varlong(record.timestampDelta ?? 0n, where)
    writer.varint(record.offsetDelta ?? index, where)
    writeBytes(writer, record.key ?? null)
    writeBytes(writer, record.value)
    const headers = record.headers ?? []
    writer.varint(headers.length, where)
    for (const [key, value] of headers) {
      writer.varintString(key, where)
      writeBytes(writer, value)
    }
    writer.prefixVarintSize(start)
  }
}

function writeBytes(writer: Writer, value: Uint8Array | null): void {
  if (value === null) {
    writer.varint(-1, where)
  } else {
    writer.varint(value.length, where)
    writer.raw(value)
  }
}
