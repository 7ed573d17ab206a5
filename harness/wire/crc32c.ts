/** CRC-32C (Castagnoli, reflected polynomial 0x82f63b78), eight bytes at a step ("slicing by eight"). */
const table = new Int32Array(8 * 256)
for (let byte = 0; byte < 256; byte++) {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1
  table[byte] = crc
}
for (let index = 256; index < table.length; index++) {
  const before = table[index - 256]!
  table[index] = (before >>> 8) ^ table[before & 0xff]!
}

/** As an unsigned number. */
export function crc32c(bytes: Uint8Array, start = 0, end = bytes.length): number {
  let crc = -1
  let at = start
  for (const last = end - 7; at < last; at += 8) {
    const first = crc ^ (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24))
    crc =
      table[1792 + (first & 0xff)]! ^
      table[1536 + ((first >>> 8) & 0xff)]! ^
      table[1280 + ((first >>> 16) & 0xff)]! ^
      table[1024 + (first >>> 24)]! ^
      table[768 + bytes[at + 4]!]! ^
      table[512 + bytes[at + 5]!]! ^
      table[256 + bytes[at + 6]!]! ^
      table[bytes[at + 7]!]!
  }
  for (; at < end; at++) crc = (crc >>> 8) ^ table[(crc ^ bytes[at]!) & 0xff]!
  return ~crc >>> 0
}
