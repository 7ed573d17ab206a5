/**
 * What can stand in the lowest three bits of a batch's attributes. Node has gzip in every supported version; the others
 * are stored and passed on as they are, which is all that a broker does with them, and can't be opened here.
 * Always the synchronous form: a thread pool finishes in real time.
 */
import { gunzipSync, gzipSync } from 'node:zlib'
import { WireError } from './wire-error.ts'

export const compressions = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const
export type Compression = (typeof compressions)[number]

/** More than this out of one batch is taken for an attack or a mistake. */
export const inflatedLimit = 256 * 1024 * 1024

export function compress(bytes: Uint8Array, compression: 'none' | 'gzip'): Uint8Array {
  return compression === 'gzip' ? gzipSync(bytes) : bytes
}

export function decompress(bytes: Uint8Array, compression: Compression, where: string): Uint8Array {
  if (compression === 'none') return bytes
  if (compression !== 'gzip') {
    throw new WireError(where, `records are compressed with ${compression}, which is stored but can't be read here`)
  }
  try {
    return gunzipSync(bytes, { maxOutputLength: inflatedLimit })
  } catch (error) {
    throw new WireError(where, `the gzip stream is damaged or too large (${(error as { code?: string }).code})`)
  }
}
