/** Kafka's primitive types over bytes, both directions. */
export { Reader } from './reader.ts'
export { Writer } from './writer.ts'

/** The uuid of all zeros, in Kafka's own notation: 22 characters of base64url, as its tools print topic ids. */
export const zeroUuid = 'AAAAAAAAAAAAAAAAAAAAAA'
