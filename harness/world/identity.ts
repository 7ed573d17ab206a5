/** Identities of the records in a record set. */
import { identityOf } from '../model/identities.ts'
import { batches, decodeRecords } from '../wire/records.ts'
import { WireError } from '../wire/wire-error.ts'

export function recordIdentities(bytes: Uint8Array | null): readonly string[] {
  if (bytes === null) return []
  try {
    const identities: string[] = []
    for (const { position, header } of batches(bytes))
      for (const record of decodeRecords(bytes, position, header)) identities.push(identityOf(record))
    return identities
  } catch (error) {
    if (error instanceof WireError) return []
    throw error
  }
}
