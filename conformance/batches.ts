import { decodeMarker, decodeRecords, parseBatchHeader } from '../harness/wire/records.ts'

/** What a reader sees of batches: their offsets, their producers and their records. */
export function batchesOf(records: unknown): unknown {
  if (!(records instanceof Uint8Array)) return records
  const batches: unknown[] = []
  const view = Buffer.from(records.buffer, records.byteOffset, records.length)
  for (let at = 0; at < records.length; ) {
    const left = records.length - at
    // A fetch is cut where it is full.
    if (left < 12 || view.readInt32BE(at + 8) + 12 > left) {
      batches.push({ cutAfter: left })
      break
    }
    const header = parseBatchHeader(records, at)
    const { sizeInBytes, crc: _, baseTimestamp, maxTimestamp, ...rest } = header
    const inside = decodeRecords(records, at, header)
    batches.push({
      ...rest,
      // Of a marker it is the broker's wall clock.
      ...(header.isControl ? {} : { baseTimestamp, maxTimestamp, sizeInBytes }),
      records: undefined,
      inside: header.isControl ? inside.map((record) => decodeMarker(record)) : inside,
    })
    at += sizeInBytes
  }
  return batches
}
