/**
 * Which message a record is: its header `ackward-id`, else its key as UTF-8, else ''. The same rule as in `clients/identity.ts`, which
 * sees records as applications do; the model sees them as bytes.
 */
import { decodeRecords, type Record } from '../wire/records.ts'
import { WireError } from '../wire/wire-error.ts'

const idHeader = 'ackward-id'

export function identityOf(record: Record): string {
  for (const [key, value] of record.headers) {
    if (key === idHeader && value !== null) return text(value)
  }
  return record.key === null ? '' : text(record.key)
}

/** Of the first batch, as far as it can be read: for what was refused. */
export function identitiesIn(records: Uint8Array | null): string[] {
  try {
    return records === null ? [] : decodeRecords(records).map(identityOf)
  } catch (error) {
    if (error instanceof WireError) return []
    throw error
  }
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8')
}
