/** One connection to a real broker, in its own protocol: requests go out as they are given, answers are told by their correlation ids. */
import { connect, type Socket } from 'node:net'
import { ClusterError } from '../cluster.ts'
import { decodeResponseFrame, encodeRequestFrame, FrameSplitter } from '../wire/frame.ts'
import type { Api, RequestInput, ResponseOf } from '../wire/schema.ts'

/** What came of a request: its answer; that the broker closed the connection; or nothing, in that time. */
export type Reply<A extends Api> =
  | { readonly is: 'answer'; readonly body: ResponseOf<A>; readonly afterMs: number }
  | { readonly is: 'closed' }
  | { readonly is: 'silent' }

interface Pending {
  readonly api: Api
  readonly version: number
  readonly sentMs: number
  settle(reply: Reply<Api>): void
}

export class WireClient {
  readonly address: string
  private readonly socket: Socket
  private readonly clientId: string
  private readonly splitter = new FrameSplitter()
  private readonly pending = new Map<number, Pending>()
  private closed = false
  private next = 1

  private constructor(socket: Socket, address: string, clientId: string) {
    this.socket = socket
    this.address = address
    this.clientId = clientId
    socket.setNoDelay(true)
    socket.on('data', (bytes) => this.take(bytes))
    socket.on('error', () => this.end())
    socket.on('close', () => this.end())
  }

  /** `host:port`. Rejects with a ClusterError when nobody answers there. */
  static open(address: string, clientId = 'ackward'): Promise<WireClient> {
    const [host = '', port] = address.split(':')
    return new Promise((resolve, reject) => {
      const socket = connect({ host, port: Number(port) })
      const fail = (error: NodeJS.ErrnoException): void =>
        reject(new ClusterError(`${address} does not answer: ${error.code ?? error.message}`))
      socket.once('error', fail)
      socket.once('connect', () => {
        socket.off('error', fail)
        resolve(new WireClient(socket, address, clientId))
      })
    })
  }

  get isClosed(): boolean {
    return this.closed
  }

  /** Never rejects. `waitMs`: after which it is taken to be silent; the answer may still come and is then dropped. */
  send<A extends Api>(api: A, version: number, body: RequestInput<A>, waitMs: number): Promise<Reply<A>> {
    const correlationId = this.next++
    return this.sendFrame(
      api,
      version,
      correlationId,
      encodeRequestFrame(api, version, correlationId, this.clientId, body),
      waitMs,
    )
  }

  private sendFrame<A extends Api>(
    api: A,
    version: number,
    correlationId: number,
    frame: Uint8Array,
    waitMs: number,
  ): Promise<Reply<A>> {
    if (this.closed) return Promise.resolve({ is: 'closed' })
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.pending.delete(correlationId)
        resolve({ is: 'silent' })
      }, waitMs)
      const settle = (reply: Reply<Api>): void => {
        clearTimeout(timer)
        resolve(reply as Reply<A>)
      }
      this.pending.set(correlationId, { api, version, sentMs: performance.now(), settle })
      this.socket.write(frame)
    })
  }

  /** The answer, or a ClusterError that says why there is none. */
  async ask<A extends Api>(api: A, version: number, body: RequestInput<A>, waitMs = 30_000): Promise<ResponseOf<A>> {
    const reply = await this.send(api, version, body, waitMs)
    if (reply.is === 'answer') return reply.body
    const why = reply.is === 'closed' ? 'closed the connection' : `did not answer within ${waitMs} ms`
    throw new ClusterError(`${this.address} ${why}, asked for ${api.name} version ${version}`)
  }

  close(): void {
    this.socket.destroy()
    this.end()
  }

  private take(bytes: Uint8Array): void {
    for (const frame of this.splitter.feed(bytes)) {
      const correlationId = Buffer.from(frame.buffer, frame.byteOffset, 4).readInt32BE()
      const one = this.pending.get(correlationId)
      if (one === undefined) continue
      this.pending.delete(correlationId)
      const { body } = decodeResponseFrame(one.api, one.version, frame)
      one.settle({ is: 'answer', body, afterMs: performance.now() - one.sentMs } as Reply<Api>)
    }
  }

  private end(): void {
    if (this.closed) return
    this.closed = true
    for (const { settle } of this.pending.values()) settle({ is: 'closed' })
    this.pending.clear()
  }
}
