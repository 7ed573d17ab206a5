/** Transcripts as JSON: 64-bit integers as decimal strings, bytes in base64, each under a name of its own. */
import type { Transcript } from './play.ts'

export function printTranscripts(transcripts: Readonly<Record<string, Transcript>>): string {
  const text = JSON.stringify(
    transcripts,
    function (this: Record<string, unknown>, key, value) {
      // A Buffer has a toJSON of its own, which is called first.
      const raw = this[key]
      if (typeof value === 'bigint') return { int64: String(value) }
      return raw instanceof Uint8Array ? { bytes: Buffer.from(raw).toString('base64') } : value
    },
    1,
  )
  return `${text}\n`
}

export function parseTranscripts(text: string): Readonly<Record<string, Transcript>> {
  return JSON.parse(text, (_, value) => {
    if (typeof value !== 'object' || value === null) return value
    if (typeof value.int64 === 'string') return BigInt(value.int64)
    return typeof value.bytes === 'string' ? new Uint8Array(Buffer.from(value.bytes, 'base64')) : value
  })
}
