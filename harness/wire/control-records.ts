/**
 * The markers that end a transaction in a partition: a control batch with one record. Its key says which (version, type),
 * its value who wrote it (version, coordinator epoch). A marker takes an offset and has no sequence number.
 */
import { Reader } from './primitives.ts'
import { encodeBatch, type Record } from './record-batch.ts'
import { written } from './schema.ts'
import { WireError } from './wire-error.ts'

const types = ['abort', 'commit'] as const
export type MarkerType = (typeof types)[number]

export interface Marker {
  type: MarkerType
  coordinatorEpoch: number
}

export interface MarkerBatch extends Marker {
  producerId: bigint
  producerEpoch: number
  timestamp: bigint
  baseOffset?: bigint
  partitionLeaderEpoch?: number
}

const where = 'EndTxnMarker'

export function encodeMarkerBatch(marker: MarkerBatch): Uint8Array {
  const key = written((writer) => {
    writer.int16(0, 'version')
    writer.int16(types.indexOf(marker.type), 'type')
  })
  const value = written((writer) => {
    writer.int16(0, 'version')
    writer.int32(marker.coordinatorEpoch, 'coordinatorEpoch')
  })
  return encodeBatch({
    records: [{ key, value }],
    baseOffset: marker.baseOffset ?? 0n,
    partitionLeaderEpoch: marker.partitionLeaderEpoch ?? -1,
    isTransactional: true,
    isControl: true,
    baseTimestamp: marker.timestamp,
    producerId: marker.producerId,
    producerEpoch: marker.producerEpoch,
  })
}

/** `undefined` for control records of other kinds (leader change, snapshot header), which clients skip. */
export function decodeMarker(record: Record): Marker | undefined {
  if (record.key === null) throw new WireError(where, 'a control record without a key')
  const key = new Reader(record.key)
  key.int16(where)
  const type = types[key.int16(where)]
  if (type === undefined) return undefined
  if (record.value === null) throw new WireError(where, 'a marker without a value')
  const value = new Reader(record.value)
  value.int16(where)
  return { type, coordinatorEpoch: value.int32(where) }
}
