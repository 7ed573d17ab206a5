/** Random bytes and numbers from the process' own stream, one draw per four bytes. */
import { outOfRange } from './errors.ts'
import type { Seat } from './seat.ts'

const WORD = 2 ** 32

export function fillRandom(seat: Seat, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; at += 4) {
    let word = Math.floor(seat.port.draw('crypto') * WORD)
    for (let i = at; i < at + 4 && i < bytes.length; i++) {
      bytes[i] = word & 0xff
      word >>>= 8
    }
  }
}

const MAX_RANGE = 2 ** 48 - 1

export function randomBetween(seat: Seat, min: number, max: number): number {
  if (!Number.isSafeInteger(min)) throw outOfRange('min', 'a safe integer', min)
  if (!Number.isSafeInteger(max)) throw outOfRange('max', 'a safe integer', max)
  const range = max - min
  if (range <= 0) throw outOfRange('max', `greater than the value of "min" (${min})`, max)
  if (range > MAX_RANGE) throw outOfRange('max - min', `<= ${MAX_RANGE}`, range)
  if (range <= WORD) return min + Math.floor(seat.port.draw('crypto') * range)
  // A draw carries 32 bits at least; the 48 that this may need come from two, and no modulus is taken of them.
  const fraction = (Math.floor(seat.port.draw('crypto') * WORD) + seat.port.draw('crypto')) / WORD
  return min + Math.min(Math.floor(fraction * range), range - 1)
}

export function randomUuid(seat: Seat): string {
  const bytes = new Uint8Array(16)
  fillRandom(seat, bytes)
  bytes[6] = (bytes[6]! & 0x0f) | 0x40
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = Buffer.from(bytes).toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
