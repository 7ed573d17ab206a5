/** Identities of the records in a record set, by the one rule of `clients/identity.ts`, read from the bytes. */
import { ID_HEADER, textOf } from '../clients/identity.ts'
import { batches, decodeRecords } from '../wire/records.ts'
import { WireError } from '../wire/wire-error.ts'

export function recordIdentities(bytes: Uint8Array | null): readonly string[] {
  if (bytes === null) return []
  try {
    const identities: string[] = []
    for (const { position, header } of batches(bytes)) {
      for (const { headers, key } of decodeRecords(bytes, position, header)) {
        const named = headers.find(([name]) => name === ID_HEADER)
        identities.push(textOf(named?.[1]) ?? textOf(key) ?? '')
      }
    }
    return identities
  } catch (error) {
    if (error instanceof WireError) return []
    throw error
  }
}
