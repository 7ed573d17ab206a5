/**
 * Frames: four bytes of length, a header, a body. And the one place for the exceptions of the protocol:
 *
 * 1. The response of ApiVersions always has header version 0, as the client can't know yet what the broker speaks.
 * 2. `clientId` in the request header is never compact, also where the rest of the header is flexible.
 * 3. ApiVersions of a version that the broker doesn't know is answered in version 0, with UNSUPPORTED_VERSION.
 * 4. Produce with acks=0 has no response.
 *
 * (ControlledShutdown v0 has a header without clientId. It is no API for clients; its header is still read rightly.)
 */
import { apiVersions } from './apis/18-api-versions.ts'
import { apis, byKey } from './apis/index.ts'
import { Reader, type Writer } from './primitives.ts'
import {
  type Api,
  isFlexible,
  type Message,
  type MessageInput,
  type RequestInput,
  type RequestOf,
  type ResponseInput,
  type ResponseOf,
  readMessage,
  supports,
  writeMessage,
  written,
} from './schema.ts'

export * from './frame-splitter.ts'

export interface RequestHeader {
  apiKey: number
  apiVersion: number
  correlationId: number
  clientId: string | null
  headerVersion: number
  /** Where the body starts in the frame. */
  bodyOffset: number
}

/** A frame with its header and body read; `body` is undefined where the API or its version isn't declared. */
export interface DecodedRequest {
  readonly header: RequestHeader
  readonly body: unknown
}

const controlledShutdown = 7

/** An API that isn't declared counts as not flexible: its body can't be found, but everything before it can. */
export function requestHeaderVersion(apiKey: number, apiVersion: number): 0 | 1 | 2 {
  if (apiKey === controlledShutdown && apiVersion === 0) return 0
  const api = byKey.get(apiKey)
  return api !== undefined && isFlexible(api, apiVersion) ? 2 : 1
}

export function responseHeaderVersion(api: Api, apiVersion: number): 0 | 1 {
  return api.key !== apiVersions.key && isFlexible(api, apiVersion) ? 1 : 0
}

/** The version in which a request is answered: its own, except for exception 3. */
export function responseVersion(api: Api, apiVersion: number): number {
  return api.key === apiVersions.key && !supports(api, apiVersion) ? 0 : apiVersion
}

/** Whether this request is answered at all: exception 4. */
export function hasResponse(api: Api, request: object): boolean {
  return api.key !== apis.produce.key || (request as RequestOf<typeof apis.produce>).acks !== 0
}

/** Reads the header of a frame, from which the length has been taken off. */
export function decodeRequestHeader(frame: Uint8Array): RequestHeader {
  const reader = new Reader(frame)
  const apiKey = reader.int16('RequestHeader: apiKey')
  const apiVersion = reader.int16('RequestHeader: apiVersion')
  const correlationId = reader.int32('RequestHeader: correlationId')
  const headerVersion = requestHeaderVersion(apiKey, apiVersion)
  const clientId = headerVersion === 0 ? null : reader.nullableString('RequestHeader: clientId')
  if (headerVersion === 2) skipTags(reader, 'RequestHeader: tagged fields')
  return { apiKey, apiVersion, correlationId, clientId, headerVersion, bodyOffset: reader.position }
}

/** Reads the body that follows `header`. Whoever asks has looked up the API by `header.apiKey` and checked the version. */
export function decodeRequestBody<A extends Api>(api: A, header: RequestHeader, frame: Uint8Array): RequestOf<A> {
  return body(new Reader(frame, header.bodyOffset), api.request, header.apiVersion) as RequestOf<A>
}

export function decodeResponseHeader(
  api: Api,
  apiVersion: number,
  frame: Uint8Array,
): { correlationId: number; bodyOffset: number } {
  const reader = new Reader(frame)
  const correlationId = reader.int32('ResponseHeader: correlationId')
  if (responseHeaderVersion(api, apiVersion) === 1) skipTags(reader, 'ResponseHeader: tagged fields')
  return { correlationId, bodyOffset: reader.position }
}

export interface ResponseFrame<A extends Api> {
  correlationId: number
  body: ResponseOf<A>
}

/** Reads a response whole, without its length. A client knows from its correlation id what was asked. */
export function decodeResponseFrame<A extends Api>(api: A, apiVersion: number, frame: Uint8Array): ResponseFrame<A> {
  const { correlationId, bodyOffset } = decodeResponseHeader(api, apiVersion, frame)
  const reader = new Reader(frame, bodyOffset)
  const version = api.key === apiVersions.key ? apiVersionsVersion(frame, bodyOffset, apiVersion) : apiVersion
  return { correlationId, body: body(reader, api.response, version) as ResponseOf<A> }
}

/** Exception 3, seen by the client: UNSUPPORTED_VERSION in front of the body says that the body is of version 0. */
function apiVersionsVersion(frame: Uint8Array, bodyOffset: number, asked: number): number {
  return new Reader(frame, bodyOffset).int16('ApiVersionsResponse: errorCode') === 35 ? 0 : asked
}

/** With its length in front. */
export function encodeRequestFrame<A extends Api>(
  api: A,
  apiVersion: number,
  correlationId: number,
  clientId: string | null,
  body: RequestInput<A>,
): Uint8Array {
  return framed((writer) => {
    writer.int16(api.key, 'RequestHeader: apiKey')
    writer.int16(apiVersion, 'RequestHeader: apiVersion')
    writer.int32(correlationId, 'RequestHeader: correlationId')
    const headerVersion = requestHeaderVersion(api.key, apiVersion)
    if (headerVersion > 0) writer.nullableString(clientId, 'RequestHeader: clientId')
    if (headerVersion === 2) writer.unsignedVarint(0)
    writeMessage(writer, api.request, apiVersion, body as MessageInput<Message>)
  })
}

/** With its length in front. `apiVersion` is that of the request. */
export function encodeResponseFrame<A extends Api>(
  api: A,
  apiVersion: number,
  correlationId: number,
  body: ResponseInput<A>,
): Uint8Array {
  return framed((writer) => {
    writer.int32(correlationId, 'ResponseHeader: correlationId')
    if (responseHeaderVersion(api, apiVersion) === 1) writer.unsignedVarint(0)
    writeMessage(writer, api.response, responseVersion(api, apiVersion), body as MessageInput<Message>)
  })
}

function framed(write: (writer: Writer) => void): Uint8Array {
  return written((writer) => {
    const start = writer.room(4)
    write(writer)
    writer.putInt32(start, writer.position - start - 4)
  })
}

function body(reader: Reader, message: Message, version: number): object {
  const value = readMessage(reader, message, version)
  if (reader.remaining > 0) reader.fail(`${message.name} v${version}`, `${reader.remaining} bytes follow its end`)
  return value
}

/** Headers have no tagged fields so far; a newer peer's are skipped. */
function skipTags(reader: Reader, where: string): void {
  for (let left = reader.unsignedVarint(where); left > 0; left--) {
    reader.unsignedVarint(where)
    reader.take(reader.unsignedVarint(where), where)
  }
}
