/** The web's `crypto`: random values from the process' stream, digests done at once and delivered as an event. */
import { createHash } from 'node:crypto'
import { getRandomValues } from './crypto.ts'
import { promise } from './deferred.ts'
import { randomUuid } from './random-bytes.ts'
import { refused } from './refused.ts'
import type { Fn, Seat } from './seat.ts'

const DIGESTS: Record<string, string> = {
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
}
const REST = [
  'decrypt',
  'deriveBits',
  'deriveKey',
  'encrypt',
  'exportKey',
  'generateKey',
  'importKey',
  'sign',
  'unwrapKey',
  'verify',
  'wrapKey',
]
const INSTEAD = 'Use the synchronous forms of node:crypto (createHmac, createCipheriv, createVerify, …).'

export function createWebCrypto(seat: Seat): typeof crypto {
  const subtle: Record<string, Fn> = {
    digest: (algorithm: string | { name: string }, data: ArrayBuffer | ArrayBufferView) =>
      promise(seat, () => {
        const name = (typeof algorithm === 'string' ? algorithm : algorithm.name).toUpperCase()
        const hash = DIGESTS[name]
        if (hash === undefined) throw new DOMException(`Unrecognized algorithm name: ${name}`, 'NotSupportedError')
        const bytes = ArrayBuffer.isView(data)
          ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
          : new Uint8Array(data)
        return new Uint8Array(createHash(hash).update(bytes).digest()).buffer
      }),
  }
  for (const name of REST) subtle[name] = refused(seat, `crypto.subtle.${name}`, INSTEAD)
  const virtual = {
    subtle,
    getRandomValues: <A extends ArrayBufferView>(array: A) => getRandomValues(seat, array),
    randomUUID: () => randomUuid(seat),
  }
  Object.defineProperty(virtual, Symbol.toStringTag, { value: 'Crypto', configurable: true })
  return virtual as unknown as typeof crypto
}
