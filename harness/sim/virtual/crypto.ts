/**
 * `node:crypto`. What is a function of its input is the host's own, done at once (an allow-list: hashes, HMAC, key derivation,
 * ciphers, verification, deterministic signatures); what is random draws from the process' stream; everything else is refused:
 * OpenSSL's own randomness can't be seeded.
 */
import crypto from 'node:crypto'
import { deliver } from './deferred.ts'
import { invalidArgument, outOfRange } from './errors.ts'
import { fillRandom, randomBetween, randomUuid } from './random-bytes.ts'
import { refuse, refused } from './refused.ts'
import type { Fn, Seat } from './seat.ts'

/** Pure, and the same on every thread. */
const PURE = [
  'Certificate',
  'KeyObject',
  'X509Certificate',
  'constants',
  'createCipheriv',
  'createDecipheriv',
  'createHash',
  'createHmac',
  'createPrivateKey',
  'createPublicKey',
  'createSecretKey',
  'createVerify',
  'getCipherInfo',
  'getCiphers',
  'getCurves',
  'getFips',
  'getHashes',
  'hkdfSync',
  'pbkdf2Sync',
  'privateDecrypt',
  'publicDecrypt',
  'privateEncrypt',
  'scryptSync',
  'timingSafeEqual',
  'verify',
  'Hash',
  'Hmac',
  'Cipheriv',
  'Decipheriv',
  'Verify',
]

const RANDOM_INSIDE =
  'It takes randomness inside OpenSSL, which no seed controls. Load a fixed key, or put the call behind ctx.effects.'
const MAX_BYTES = 2 ** 31 - 1
const MAX_WEB_BYTES = 65_536

export function createCrypto(seat: Seat, webcrypto: object): object {
  const real = crypto as unknown as Record<string, Fn>

  function randomBytes(size: unknown, callback?: Fn): unknown {
    if (typeof size !== 'number') throw invalidArgument('size', 'of type number', size)
    if (!(size >= 0 && size <= MAX_BYTES)) throw outOfRange('size', `>= 0 && <= ${MAX_BYTES}`, size)
    const make = () => {
      const bytes = Buffer.alloc(size)
      fillRandom(seat, bytes)
      return bytes
    }
    return callback === undefined ? make() : deliver(seat, callback, make)
  }

  function randomFillSync<B extends ArrayBufferView | ArrayBuffer>(buffer: B, offset = 0, size?: number): B {
    const whole = viewOf(buffer)
    // Offset and size count elements of a typed array, bytes of anything else.
    const unit = (buffer as { BYTES_PER_ELEMENT?: number }).BYTES_PER_ELEMENT ?? 1
    const end = size === undefined ? whole.length : (offset + size) * unit
    if (!(offset >= 0 && end <= whole.length)) throw outOfRange('size + offset', `<= ${whole.length}`, end)
    fillRandom(seat, whole.subarray(offset * unit, end))
    return buffer
  }

  function randomFill(buffer: ArrayBufferView, ...rest: unknown[]): void {
    const callback = rest.pop()
    if (typeof callback !== 'function') throw invalidArgument('callback', 'of type function', callback)
    deliver(seat, callback as Fn, () => randomFillSync(buffer, ...(rest as [number?, number?])))
  }

  function randomInt(min: number, max?: number | Fn, callback?: Fn): unknown {
    const [from, to, done] = max === undefined || typeof max === 'function' ? [0, min, max] : [min, max, callback]
    const make = () => randomBetween(seat, from, to)
    return done === undefined ? make() : deliver(seat, done as Fn, make)
  }

  /** The asynchronous twin of a synchronous form: the callback comes last. */
  const twin =
    (sync: Fn) =>
    (...args: unknown[]) => {
      const callback = args.pop()
      if (typeof callback !== 'function') throw invalidArgument('callback', 'of type function', callback)
      deliver(seat, callback as Fn, () => sync(...args))
    }

  /** RSA in its first padding and EdDSA sign the same input to the same bytes; ECDSA, DSA and PSS don't. */
  function sign(algorithm: unknown, data: unknown, key: unknown, callback?: Fn): unknown {
    const given = key as { key?: unknown; padding?: number }
    const material = key instanceof crypto.KeyObject ? key : crypto.createPrivateKey(key as string)
    const type = material.asymmetricKeyType ?? ''
    const padded =
      typeof given === 'object' && given.padding !== undefined && given.padding !== crypto.constants.RSA_PKCS1_PADDING
    if (!['rsa', 'ed25519', 'ed448'].includes(type) || padded)
      refuse(seat, `crypto.sign with a key of type ${type}${padded ? ' and this padding' : ''}`, RANDOM_INSIDE)
    const make = () => real.sign!(algorithm, data, key)
    return callback === undefined ? make() : deliver(seat, callback, make)
  }

  const members: Record<string, unknown> = {
    randomBytes,
    pseudoRandomBytes: randomBytes,
    prng: randomBytes,
    rng: randomBytes,
    randomFill,
    randomFillSync,
    randomInt,
    sign,
    randomUUID: () => randomUuid(seat),
    getRandomValues: (array: ArrayBufferView) => getRandomValues(seat, array),
    pbkdf2: twin(crypto.pbkdf2Sync),
    scrypt: twin(crypto.scryptSync),
    hkdf: twin(crypto.hkdfSync),
    // Node 21 and later; made of what Node 20 has.
    hash: (algorithm: string, data: crypto.BinaryLike, encoding: crypto.BinaryToTextEncoding = 'hex') =>
      crypto.createHash(algorithm).update(data).digest(encoding),
    webcrypto,
    subtle: (webcrypto as { subtle: object }).subtle,
  }
  for (const name of PURE) if (real[name] !== undefined) members[name] = real[name]
  for (const name of Object.keys(real))
    if (!(name in members)) members[name] = refused(seat, `crypto.${name}`, RANDOM_INSIDE)
  return members
}

function viewOf(buffer: ArrayBufferView | ArrayBuffer): Uint8Array {
  if (ArrayBuffer.isView(buffer)) return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
  if (buffer instanceof ArrayBuffer) return new Uint8Array(buffer)
  throw invalidArgument('buf', 'an instance of ArrayBuffer or ArrayBufferView', buffer)
}

/** Of the web and of node: integers only, and not more than 64 KiB. */
export function getRandomValues<A extends ArrayBufferView>(seat: Seat, array: A): A {
  if (
    !ArrayBuffer.isView(array) ||
    array instanceof DataView ||
    array instanceof Float32Array ||
    array instanceof Float64Array
  )
    throw new DOMException('The data argument must be an integer-type TypedArray', 'TypeMismatchError')
  if (array.byteLength > MAX_WEB_BYTES)
    throw new DOMException(`The requested length exceeds ${MAX_WEB_BYTES} bytes`, 'QuotaExceededError')
  fillRandom(seat, viewOf(array))
  return array
}
