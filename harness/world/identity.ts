/** Identities of the records in a record set, by the one rule of `clients/identity.ts`, read from the bytes. */
import { ID_HEADER, textOf } from '../clients/identity.ts'
import { batches, decodeRecords } from '../wire/records.ts'
import { WireError } from '../wire/wire-error.ts'

export function recordIdentities(bytes: Uint8Array | null): readonly string[] {
  if (bytes === null) return []
  try {
    return [...batches(bytes)].flatMap((batch) =>
      decodeRecords(bytes, batch.position, batch.header).map((record) => {
        const header = record.headers.find(([name]) => name === ID_HEADER)
        return textOf(header?.[1]) ?? textOf(record.key) ?? ''
      }),
    )
  } catch (error) {
    if (error instanceof WireError) return []
    throw error
  }
}
