/** Values to bytes and back, in a version: what runs the declarations of schema.ts, from where all of it is imported. */
import { type Codec, compile } from './codec.ts'
import { Reader, Writer } from './primitives.ts'
import type {
  Api,
  Message,
  MessageInput,
  MessageOf,
  RequestInput,
  RequestOf,
  ResponseInput,
  ResponseOf,
} from './schema.ts'
import { covers } from './versions.ts'
import { EncodeError, WireError } from './wire-error.ts'

function codecOf(message: Message, version: number): Codec | undefined {
  const known = message.codecs[version]
  if (known !== undefined || !covers(message.versions, version)) return known
  return (message.codecs[version] = compile(message, version))
}

/** Appends the encoded message; nothing is copied. */
export function writeMessage<M extends Message>(writer: Writer, message: M, version: number, value: MessageInput<M>) {
  const codec = codecOf(message, version)
  if (codec === undefined) throw new EncodeError(message.name, `has no version ${version}`)
  codec.encode(writer, value)
}

/** Reads the message from where the reader stands; byte strings are views of what it reads from. */
export function readMessage<M extends Message>(reader: Reader, message: M, version: number): MessageOf<M> {
  const codec = codecOf(message, version)
  if (codec === undefined) throw new WireError(message.name, `has no version ${version}`)
  return codec.decode(reader) as MessageOf<M>
}

// Encoding is synchronous and never nests, so one buffer serves everyone; what a very large message left is dropped.
let scratch = new Writer(16_384)
const keepAtMost = 4_194_304

/** Runs `write` on a shared writer and returns a copy of exactly what it wrote. */
export function written(write: (writer: Writer) => void): Uint8Array {
  const writer = scratch.reset()
  write(writer)
  if (writer.bytes.length > keepAtMost) scratch = new Writer(16_384)
  return writer.copy()
}

export function encodeMessage<M extends Message>(message: M, version: number, value: MessageInput<M>): Uint8Array {
  return written((writer) => writeMessage(writer, message, version, value))
}

/** The bytes must be the message and nothing more. */
export function decodeMessage<M extends Message>(message: M, version: number, bytes: Uint8Array): MessageOf<M> {
  const reader = new Reader(bytes)
  const value = readMessage(reader, message, version)
  if (reader.remaining > 0) reader.fail(`${message.name} v${version}`, `${reader.remaining} bytes follow its end`)
  return value
}

export function encodeRequest<A extends Api>(api: A, version: number, value: RequestInput<A>): Uint8Array {
  return encodeMessage(api.request, version, value as MessageInput<Message>)
}

export function decodeRequest<A extends Api>(api: A, version: number, bytes: Uint8Array): RequestOf<A> {
  return decodeMessage(api.request, version, bytes) as RequestOf<A>
}

export function encodeResponse<A extends Api>(api: A, version: number, value: ResponseInput<A>): Uint8Array {
  return encodeMessage(api.response, version, value as MessageInput<Message>)
}

export function decodeResponse<A extends Api>(api: A, version: number, bytes: Uint8Array): ResponseOf<A> {
  return decodeMessage(api.response, version, bytes) as ResponseOf<A>
}
