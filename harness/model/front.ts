/**
 * Between bytes and the model: what comes in on a connection becomes inputs of `step`, answers become bytes. It holds nothing but the
 * unfinished frame of its connection, so it serves in the simulation and on TCP.
 *
 * A request of an API or version that can't be decoded here goes in without a body: the broker judges versions. Bytes behind a body, in
 * the same frame, are ignored: 3.9.2 answers such a request as if they were not there.
 *
 * NOT modelled: Kafka parses a request when its turn comes. Here bytes that are no request end the connection when they come, also
 * while an earlier request is being answered.
 */
import { byKey } from '../wire/apis/index.ts'
import { type DecodedRequest, decodeRequestHeader, encodeResponseFrame, FrameSplitter } from '../wire/frame.ts'
import { Reader } from '../wire/primitives.ts'
import { type Api, type ResponseInput, readMessage, supports } from '../wire/schema.ts'
import { WireError } from '../wire/wire-error.ts'
import type { ConnectionId, Input, Output, Request } from './types.ts'

/** What comes of bytes: inputs for `step`, and, when they are no request, what the broker says and does about it. */
export type FrontItem = Input | Extract<Output, { readonly kind: 'note' | 'close' }>

/** Says what the next frame says, where it has been read before. */
export type Known = () => DecodedRequest | undefined

export class Front {
  private readonly connection: ConnectionId
  private readonly broker: number
  private readonly clientHost: string
  private readonly splitter: FrameSplitter
  private broken = false

  constructor(connection: ConnectionId, broker: number, clientHost: string, maxFrameSize?: number) {
    this.connection = connection
    this.broker = broker
    this.clientHost = clientHost
    this.splitter = new FrameSplitter(maxFrameSize)
  }

  /** Never throws. After bytes that are no request it ends with a note, a `close` and a `closed`, and takes no more. */
  feed(bytes: Uint8Array, known?: Known): FrontItem[] {
    const items: FrontItem[] = []
    if (this.broken) return items
    try {
      for (const frame of this.splitter.feed(bytes))
        items.push({ kind: 'request', request: this.requestOf(known?.() ?? decodeRequest(frame)) })
    } catch (error) {
      if (!(error instanceof WireError)) throw error
      return this.end(items, error)
    }
    return this.splitter.failure === undefined ? items : this.end(items, this.splitter.failure)
  }

  private requestOf({ header, body }: DecodedRequest): Request {
    const { connection, broker, clientHost } = this
    const { apiKey, apiVersion, correlationId, clientId } = header
    return { connection, broker, apiKey, apiVersion, correlationId, clientId, clientHost, body }
  }

  private end(items: FrontItem[], { message: why }: WireError): FrontItem[] {
    this.broken = true
    const { connection, broker } = this
    items.push(
      { kind: 'note', event: { what: 'malformed', broker, why } },
      { kind: 'close', connection, why, how: 'fin' },
      { kind: 'closed', connection },
    )
    return items
  }
}

function decodeRequest(frame: Uint8Array): DecodedRequest {
  const header = decodeRequestHeader(frame)
  const { apiKey, apiVersion, bodyOffset } = header
  const api: Api | undefined = byKey.get(apiKey)
  if (api === undefined || !supports(api, apiVersion)) return { header, body: undefined }
  return { header, body: readMessage(new Reader(frame, bodyOffset), api.request, apiVersion) }
}

/** With its length in front; null where nothing is sent (acks=0). */
export function encodeAnswer({ request, body }: Extract<Output, { readonly kind: 'answer' }>): Uint8Array | null {
  if (body === null) return null
  const api: Api | undefined = byKey.get(request.apiKey)
  if (api === undefined) throw new Error(`an answer to API ${request.apiKey}, which wire does not declare`)
  return encodeResponseFrame(api, request.apiVersion, request.correlationId, body as ResponseInput<Api>)
}
