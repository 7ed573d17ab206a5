import { asBigint, asFloat, asHalves, high, low } from './cell.ts'
import { WireError } from './wire-error.ts'

/**
 * Reads Kafka's primitive types, and never past its end. Every method takes `where`, the path of the field, which only an
 * error message uses. Byte strings that it returns are views: they share memory with what it reads from.
 */
export class Reader {
  readonly bytes: Buffer
  position: number
  end: number

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.bytes = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    this.position = start
    this.end = end
  }

  get remaining(): number {
    return this.end - this.position
  }

  fail(where: string, what: string): never {
    throw new WireError(where, `${what} (at byte ${this.position})`)
  }

  /** Moves over `size` bytes and returns where they start. */
  take(size: number, where: string): number {
    const at = this.position
    if (size > this.end - at) this.fail(where, `needs ${size} bytes, ${this.end - at} are left`)
    this.position = at + size
    return at
  }

  boolean(where: string): boolean {
    return this.bytes[this.take(1, where)] !== 0
  }

  int8(where: string): number {
    return (this.bytes[this.take(1, where)]! << 24) >> 24
  }

  int16(where: string): number {
    const at = this.take(2, where)
    const bytes = this.bytes
    return (((bytes[at]! << 8) | bytes[at + 1]!) << 16) >> 16
  }

  uint16(where: string): number {
    return this.int16(where) & 0xffff
  }

  int32(where: string): number {
    const at = this.take(4, where)
    const bytes = this.bytes
    return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!
  }

  uint32(where: string): number {
    return this.int32(where) >>> 0
  }

  int64(where: string): bigint {
    asHalves[high] = this.int32(where)
    asHalves[low] = this.int32(where)
    return asBigint[0]!
  }

  float64(where: string): number {
    asHalves[high] = this.int32(where)
    asHalves[low] = this.int32(where)
    return asFloat[0]!
  }

  /** Seven bits a byte, the lowest first; at most 32 bits. */
  unsignedVarint(where: string): number {
    const bytes = this.bytes
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = bytes[this.take(1, where)]!
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) {
        if (shift === 28 && byte > 0x0f) break
        return value >>> 0
      }
    }
    return this.fail(where, 'a varint of more than 32 bits')
  }

  /** Zigzag: the sign is the lowest bit. */
  varint(where: string): number {
    const value = this.unsignedVarint(where)
    return (value >>> 1) ^ -(value & 1)
  }

  varlong(where: string): bigint {
    const bytes = this.bytes
    let small = 0
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = bytes[this.take(1, where)]!
      small |= (byte & 0x7f) << shift
      if (byte < 0x80) return BigInt((small >>> 1) ^ -(small & 1))
    }
    let value = BigInt(small)
    for (let shift = 28n; shift < 70n; shift += 7n) {
      const byte = bytes[this.take(1, where)]!
      if (shift === 63n && byte > 1) break
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return (value >> 1n) ^ -(value & 1n)
    }
    return this.fail(where, 'a varint of more than 64 bits')
  }

  uuid(where: string): string {
    const at = this.take(16, where)
    return this.bytes.toString('base64url', at, at + 16)
  }

  /** Reads `size` bytes of UTF-8. What isn't UTF-8 becomes U+FFFD, as in Java. */
  text(size: number, where: string): string {
    const at = this.take(size, where)
    return this.bytes.toString('utf8', at, at + size)
  }

  view(size: number, where: string): Uint8Array {
    const at = this.take(size, where)
    return new Uint8Array(this.bytes.buffer, this.bytes.byteOffset + at, size)
  }

  // Lengths. A negative one means null; each is checked against what remains before anything is allocated.

  length16(where: string): number {
    return this.checkedLength(this.int16(where), where)
  }

  length32(where: string): number {
    return this.checkedLength(this.int32(where), where)
  }

  compactLength(where: string): number {
    return this.checkedLength(this.unsignedVarint(where) - 1, where)
  }

  private checkedLength(length: number, where: string): number {
    if (length < -1) this.fail(where, `a negative length, ${length}`)
    if (length > this.end - this.position) this.fail(where, `is ${length} bytes long, ${this.remaining} are left`)
    return length
  }

  string(where: string): string {
    const length = this.length16(where)
    return length < 0 ? this.unexpectedNull(where) : this.text(length, where)
  }

  nullableString(where: string): string | null {
    const length = this.length16(where)
    return length < 0 ? null : this.text(length, where)
  }

  compactString(where: string): string {
    const length = this.compactLength(where)
    return length < 0 ? this.unexpectedNull(where) : this.text(length, where)
  }

  compactNullableString(where: string): string | null {
    const length = this.compactLength(where)
    return length < 0 ? null : this.text(length, where)
  }

  byteString(where: string): Uint8Array {
    const length = this.length32(where)
    return length < 0 ? this.unexpectedNull(where) : this.view(length, where)
  }

  nullableByteString(where: string): Uint8Array | null {
    const length = this.length32(where)
    return length < 0 ? null : this.view(length, where)
  }

  compactByteString(where: string): Uint8Array {
    const length = this.compactLength(where)
    return length < 0 ? this.unexpectedNull(where) : this.view(length, where)
  }

  compactNullableByteString(where: string): Uint8Array | null {
    const length = this.compactLength(where)
    return length < 0 ? null : this.view(length, where)
  }

  /** The number of elements, -1 for null. `elementSize` is the least that one of them can take. */
  arrayLength(elementSize: number, where: string): number {
    return this.checkedCount(this.int32(where), elementSize, where)
  }

  compactArrayLength(elementSize: number, where: string): number {
    return this.checkedCount(this.unsignedVarint(where) - 1, elementSize, where)
  }

  private checkedCount(count: number, elementSize: number, where: string): number {
    if (count < -1) this.fail(where, `a negative number of elements, ${count}`)
    if (count * elementSize > this.remaining) {
      this.fail(where, `has ${count} elements of at least ${elementSize} bytes, ${this.remaining} bytes are left`)
    }
    return count
  }

  unexpectedNull(where: string): never {
    return this.fail(where, 'is null, but is not nullable in this version')
  }

  /** Narrows the reader to the next `size` bytes; `leave` with the returned end widens it again. */
  enter(size: number, where: string): number {
    const outer = this.end
    if (size > this.remaining) this.fail(where, `a tagged field of ${size} bytes, ${this.remaining} are left`)
    this.end = this.position + size
    return outer
  }

  leave(outer: number, where: string): void {
    if (this.position !== this.end) this.fail(where, `${this.remaining} bytes of a tagged field were not read`)
    this.end = outer
  }
}
