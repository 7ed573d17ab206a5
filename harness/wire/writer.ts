import { asBigint, asFloat, asHalves, high, low } from './cell.ts'
import { EncodeError } from './wire-error.ts'

const uuidForm = /^[A-Za-z0-9_-]{21}[AQgw]$/

/**
 * Writes Kafka's primitive types, and never a value that its type can't hold. Every method takes `where`, the path of the
 * field, which only an error message uses.
 */
export class Writer {
  bytes: Buffer
  position = 0

  constructor(size = 256) {
    this.bytes = Buffer.allocUnsafeSlow(size)
  }

  reset(): this {
    this.position = 0
    return this
  }

  /** What was written, as a copy of exactly its size. */
  copy(start = 0): Uint8Array {
    return new Uint8Array(this.bytes.subarray(start, this.position))
  }

  /** What was written, without copying: valid until the writer is used again. */
  view(start = 0): Uint8Array {
    return new Uint8Array(this.bytes.buffer, this.bytes.byteOffset + start, this.position - start)
  }

  /** Makes room for `size` bytes and returns where they start. It may replace `bytes`: call it before you look at them. */
  room(size: number): number {
    const at = this.position
    const next = at + size
    if (next > this.bytes.length) this.grow(next)
    this.position = next
    return at
  }

  private grow(needed: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.bytes.length * 2))
    larger.set(this.bytes)
    this.bytes = larger
  }

  fail(where: string, what: string): never {
    throw new EncodeError(where, what)
  }

  /** A field that this version lacks has a value that it would lose. */
  lacks(where: string, value: unknown): never {
    return this.fail(where, `this version has no such field, and its value ${show(value)} is not the default`)
  }

  private wrong(where: string, value: unknown, wanted: string): never {
    return this.fail(where, `${show(value)} is not ${wanted}`)
  }

  boolean(value: boolean, where: string): void {
    if (typeof value !== 'boolean') this.wrong(where, value, 'a boolean')
    const at = this.room(1)
    this.bytes[at] = value ? 1 : 0
  }

  int8(value: number, where: string): void {
    if ((value << 24) >> 24 !== value) this.wrong(where, value, 'an int8')
    const at = this.room(1)
    this.bytes[at] = value
  }

  int16(value: number, where: string): void {
    if ((value << 16) >> 16 !== value) this.wrong(where, value, 'an int16')
    const at = this.room(2)
    this.bytes[at] = value >> 8
    this.bytes[at + 1] = value
  }

  uint16(value: number, where: string): void {
    if ((value & 0xffff) !== value) this.wrong(where, value, 'a uint16')
    const at = this.room(2)
    this.bytes[at] = value >> 8
    this.bytes[at + 1] = value
  }

  int32(value: number, where: string): void {
    if ((value | 0) !== value) this.wrong(where, value, 'an int32')
    this.putInt32(this.room(4), value)
  }

  uint32(value: number, where: string): void {
    if (value >>> 0 !== value) this.wrong(where, value, 'a uint32')
    this.putInt32(this.room(4), value)
  }

  /** Overwrites four bytes that were written before (a length that is known only now). */
  putInt32(at: number, value: number): void {
    const bytes = this.bytes
    bytes[at] = value >> 24
    bytes[at + 1] = value >> 16
    bytes[at + 2] = value >> 8
    bytes[at + 3] = value
  }

  int64(value: bigint, where: string): void {
    if (typeof value !== 'bigint') this.wrong(where, value, 'an int64 (a bigint)')
    asBigint[0] = value
    if (asBigint[0] !== value) this.wrong(where, value, 'an int64')
    const at = this.room(8)
    this.putInt32(at, asHalves[high]!)
    this.putInt32(at + 4, asHalves[low]!)
  }

  float64(value: number, where: string): void {
    if (typeof value !== 'number') this.wrong(where, value, 'a float64')
    asFloat[0] = value
    const at = this.room(8)
    this.putInt32(at, asHalves[high]!)
    this.putInt32(at + 4, asHalves[low]!)
  }

  unsignedVarint(value: number): void {
    let rest = value >>> 0
    const at = this.room(5)
    const bytes = this.bytes
    let next = at
    while (rest > 0x7f) {
      bytes[next++] = (rest & 0x7f) | 0x80
      rest >>>= 7
    }
    bytes[next++] = rest
    this.position = next
  }

  varint(value: number, where: string): void {
    if ((value | 0) !== value) this.wrong(where, value, 'a varint of 32 bits')
    this.unsignedVarint((value << 1) ^ (value >> 31))
  }

  varlong(value: bigint, where: string): void {
    if (typeof value !== 'bigint') this.wrong(where, value, 'a varint of 64 bits (a bigint)')
    if (value >= -0x40000000n && value < 0x40000000n) {
      this.varint(Number(value), where)
      return
    }
    if (BigInt.asIntN(64, value) !== value) this.wrong(where, value, 'a varint of 64 bits')
    let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n))
    while (rest > 0x7fn) {
      const at = this.room(1)
      this.bytes[at] = Number(rest & 0x7fn) | 0x80
      rest >>= 7n
    }
    const at = this.room(1)
    this.bytes[at] = Number(rest)
  }

  uuid(value: string, where: string): void {
    if (typeof value !== 'string' || !uuidForm.test(value)) this.wrong(where, value, "a uuid in Kafka's notation")
    const at = this.room(16)
    this.bytes.write(value, at, 'base64url')
  }

  /** Writes raw bytes, without a length. */
  raw(value: Uint8Array): void {
    const at = this.room(value.length)
    this.bytes.set(value, at)
  }

  string(value: string, where: string): void {
    if (typeof value !== 'string') this.wrong(where, value, 'a string')
    const at = this.room(2)
    const size = this.text(value)
    if (size > 0x7fff) this.fail(where, `a string of ${size} bytes; at most 32767 fit`)
    this.bytes[at] = size >> 8
    this.bytes[at + 1] = size
  }

  nullableString(value: string | null, where: string): void {
    if (value === null) this.int16(-1, where)
    else this.string(value, where)
  }

  compactString(value: string, where: string): void {
    if (typeof value !== 'string') this.wrong(where, value, 'a string')
    this.unsignedVarint(Buffer.byteLength(value) + 1)
    this.text(value)
  }

  compactNullableString(value: string | null, where: string): void {
    if (value === null) this.unsignedVarint(0)
    else this.compactString(value, where)
  }

  /** Writes UTF-8 without a length and returns how many bytes it took. */
  private text(value: string): number {
    const at = this.room(value.length * 3)
    const size = this.bytes.write(value, at)
    this.position = at + size
    return size
  }

  byteString(value: Uint8Array, where: string): void {
    if (!(value instanceof Uint8Array)) this.wrong(where, value, 'a Uint8Array')
    this.int32(value.length, where)
    this.raw(value)
  }

  nullableByteString(value: Uint8Array | null, where: string): void {
    if (value === null) this.int32(-1, where)
    else this.byteString(value, where)
  }

  compactByteString(value: Uint8Array, where: string): void {
    if (!(value instanceof Uint8Array)) this.wrong(where, value, 'a Uint8Array')
    this.unsignedVarint(value.length + 1)
    this.raw(value)
  }

  compactNullableByteString(value: Uint8Array | null, where: string): void {
    if (value === null) this.unsignedVarint(0)
    else this.compactByteString(value, where)
  }

  /** The number of elements, or null, of what must be an array. */
  arrayLength(value: readonly unknown[], where: string): void {
    if (!Array.isArray(value)) this.wrong(where, value, 'an array')
    this.int32(value.length, where)
  }

  compactArrayLength(value: readonly unknown[], where: string): void {
    if (!Array.isArray(value)) this.wrong(where, value, 'an array')
    this.unsignedVarint(value.length + 1)
  }

  /** A nullable struct is preceded by one byte: 1, or -1 for null. */
  present(value: unknown, where: string): void {
    if (typeof value !== 'object') this.wrong(where, value, 'an object')
    this.int8(value === null ? -1 : 1, where)
  }

  struct(value: unknown, where: string): void {
    if (typeof value !== 'object' || value === null) this.wrong(where, value, 'an object')
  }

  varintString(value: string, where: string): void {
    if (typeof value !== 'string') this.wrong(where, value, 'a string')
    this.varint(Buffer.byteLength(value), where)
    this.text(value)
  }

  /** Puts the size of what was written since `start` before it, as an unsigned varint. */
  prefixSize(start: number): void {
    this.insertVarint(start, this.position - start)
  }

  /** The same as a zigzag varint, which is how records carry their size. */
  prefixVarintSize(start: number): void {
    this.insertVarint(start, (this.position - start) << 1)
  }

  private insertVarint(start: number, value: number): void {
    const end = this.position
    this.unsignedVarint(value)
    const width = this.position - end
    const bytes = this.bytes
    bytes.copyWithin(start + width, start, end)
    let rest = value
    let next = start
    while (rest > 0x7f) {
      bytes[next++] = (rest & 0x7f) | 0x80
      rest >>>= 7
    }
    bytes[next] = rest
  }
}

function show(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'string') return JSON.stringify(value)
  if (value instanceof Uint8Array) return `a byte string of ${value.length}`
  if (Array.isArray(value)) return `an array of ${value.length}`
  return typeof value === 'object' && value !== null ? 'an object' : String(value)
}
