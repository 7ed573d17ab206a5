/** One cell of 64 bits seen as bigint, float and two halves: quicker than a DataView for each message. */
import { endianness } from 'node:os'

const cell = new ArrayBuffer(8)
export const asBigint = new BigInt64Array(cell)
export const asFloat = new Float64Array(cell)
export const asHalves = new Int32Array(cell)
export const low = endianness() === 'LE' ? 0 : 1
export const high = 1 - low
