/**
 * `net.Socket` on the simulated network: what clients of a Kafka cluster use of it, with Node's events in Node's order.
 *
 * It is an EventEmitter and not a real Duplex, for two reasons: a stream's inner ticks differ between versions of Node, so the
 * order of its events among promises would too; and each chunk through a Duplex costs more than all else that the simulated
 * network does with it. What only a stream has (pipe, read, async iteration) is refused by name.
 *
 * Writing never waits: what is handed in is on its way. `write` still answers false from the high-water mark on and `drain`
 * follows in the next tick, as for a real socket whose kernel buffer took all of it. Data that comes before anybody listens is
 * kept, as is data that comes while the socket is paused.
 */
import { StringDecoder } from 'node:string_decoder'
import type { Port, SocketEnd } from '../port.ts'
import { invalidArgument, outOfRange, streamError, systemError } from './errors.ts'
import { hostTick } from './microtasks.ts'
import { refuse } from './refused.ts'
import { type Fn, inContext, run, type Seat } from './seat.ts'
import { bytesOf, type ConnectOptions, connectArguments, UNSUPPORTED } from './socket-arguments.ts'
import { HIGH_WATER_MARK, SocketState } from './socket-state.ts'
import type { Timers } from './timers.ts'

interface Address {
  readonly host: string
  readonly port: number
}

const STREAM_ONLY = [
  ...'pipe unpipe read unshift wrap cork uncork compose iterator map filter forEach toArray setDefaultEncoding'.split(
    ' ',
  ),
  Symbol.asyncIterator,
]
const AS_EVENTS =
  "Listen to its events ('data', 'end', 'close') and call write(); the simulated socket is not a stream."

/** Waiting until connected. */
interface Pending {
  readonly bytes: Uint8Array
  readonly done: Fn | undefined
}

/** What `node:net` here makes of it; to the application it is much more. */
type SocketClass = new (options?: ConnectOptions) => { connect(...args: unknown[]): unknown }

export function createSocketClass(seat: Seat, timers: Timers): SocketClass {
  class Socket extends SocketState {
    readonly #port: Port = seat.port
    #end: SocketEnd | null = null
    #target: Address | null = null
    readonly #waiting: Pending[] = []
    #received: Uint8Array[] = []
    #peerEnded = false
    #decoder: StringDecoder | null = null
    #idle: { refresh(): void; unref(): void } | null = null
    #closing = false

    constructor(options: ConnectOptions = {}) {
      super()
      for (const name of UNSUPPORTED)
        if (options[name] !== undefined) refuse(seat, `net.Socket with the option ${name}`, AS_EVENTS)
      this.allowHalfOpen = options.allowHalfOpen === true
      options.signal?.addEventListener('abort', () => this.destroy(new Error('The operation was aborted')), {
        once: true,
      })
    }

    connect(...args: unknown[]): this {
      const [options, connected] = connectArguments(args)
      const port = Number(options.port)
      if (options.path !== undefined) refuse(seat, 'net.connect to a path', 'Connect to a host and a port.')
      if (this.#end !== null || this.destroyed) refuse(seat, 'net.Socket.connect a second time', 'Make a new socket.')
      if (!Number.isInteger(port) || port < 0 || port > 65_535)
        throw Object.assign(outOfRange('options.port', '>= 0 and < 65536', options.port), {
          code: 'ERR_SOCKET_BAD_PORT',
        })
      if (connected !== undefined) this.once('connect', connected)
      if (options.timeout !== undefined) this.setTimeout(options.timeout)
      this.#target = { host: options.host ?? 'localhost', port }
      this.connecting = true
      const event = <A extends unknown[]>(take: (...args: A) => void) =>
        inContext(seat, (...given: A) => run(this.#port, () => this.destroyed || take(...given)))
      this.#end = this.#port.connect(this.#target.host, port, {
        connect: event((local: Address, remote: Address) => this.#connected(local, remote)),
        data: event((bytes: Uint8Array) => this.#data(bytes)),
        end: event(() => this.#ended()),
        error: event((code: string) => this.#failed(code)),
      })
      return this
    }

    #connected(local: Address, remote: Address): void {
      this.connecting = false
      this.pending = false
      this.localAddress = local.host
      this.localPort = local.port
      this.remoteAddress = remote.host
      this.remotePort = remote.port
      if (this.readableFlowing === false) this.#end!.pause()
      this.#touch()
      // What was written before goes first, whatever a listener writes now.
      for (const { bytes, done } of this.#waiting.splice(0)) this.#send(bytes, done)
      this.writableLength = 0
      const ended = this.writableEnded
      this.emit('connect')
      this.emit('ready')
      if (this.destroyed) return
      if (this.writableNeedDrain) this.#drain()
      if (ended) this.#finish()
    }

    #data(bytes: Uint8Array): void {
      this.bytesRead += bytes.byteLength
      this.#touch()
      if (this.readableFlowing && this.#received.length === 0) this.#emitData(bytes)
      else {
        this.#received.push(bytes)
        this.readableLength += bytes.byteLength
      }
    }

    #emitData(bytes: Uint8Array): void {
      const chunk = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      if (this.#decoder === null) this.emit('data', chunk)
      else {
        const text = this.#decoder.write(chunk)
        if (text !== '') this.emit('data', text)
      }
    }

    #ended(): void {
      this.#peerEnded = true
      this.#touch()
      this.#flow()
    }

    /** Gives out what has been kept, then the end if it has come. */
    #flow(): void {
      while (this.readableFlowing && this.#received.length > 0 && !this.destroyed) {
        const bytes = this.#received.shift()!
        this.readableLength -= bytes.byteLength
        this.#emitData(bytes)
      }
      if (
        !this.#peerEnded ||
        this.readableEnded ||
        this.destroyed ||
        !this.readableFlowing ||
        this.#received.length > 0
      )
        return
      this.readableEnded = true
      const rest = this.#decoder?.end()
      if (rest) this.emit('data', rest)
      this.emit('end')
      if (!this.allowHalfOpen && !this.writableEnded) this.end()
      this.#closeIfDone()
    }

    #failed(code: string): void {
      const at = this.#target!
      const syscall = code === 'ENOTFOUND' ? 'getaddrinfo' : this.connecting ? 'connect' : 'read'
      // The connection is gone already: nothing is left to drop at the other side.
      this.#end = null
      this.destroy(systemError(syscall, code, this.connecting ? at : undefined))
    }

    write(chunk: string | Uint8Array, encoding?: BufferEncoding | Fn | null, callback?: Fn): boolean {
      const done = typeof encoding === 'function' ? encoding : callback
      const bytes = bytesOf(chunk, typeof encoding === 'string' ? encoding : undefined)
      if (this.writableEnded)
        return this.#writeFailed(streamError('ERR_STREAM_WRITE_AFTER_END', 'write after end'), done, true)
      if (this.destroyed)
        return this.#writeFailed(
          streamError('ERR_STREAM_DESTROYED', 'Cannot call write after a stream was destroyed'),
          done,
          false,
        )
      this.bytesWritten += bytes.byteLength
      if (this.connecting || this.pending) {
        // Node copies nothing either: bytes that change before the socket is connected leave changed.
        this.#waiting.push({ bytes, done })
        this.writableLength += bytes.byteLength
        if (this.writableLength >= HIGH_WATER_MARK) this.writableNeedDrain = true
        return !this.writableNeedDrain
      }
      this.#send(bytes, done)
      if (bytes.byteLength < HIGH_WATER_MARK) return true
      this.writableNeedDrain = true
      this.#drain()
      return false
    }

    #writeFailed(error: Error, done: Fn | undefined, fatal: boolean): boolean {
      this.#tick(() => done?.(error))
      if (fatal) this.destroy(error)
      return false
    }

    #send(bytes: Uint8Array, done: Fn | undefined): void {
      this.#end!.write(bytes)
      this.#touch()
      if (done !== undefined) this.#tick(() => done(null))
    }

    #drain(): void {
      this.#tick(() => {
        if (!this.writableNeedDrain || this.destroyed || this.writableEnded) return
        this.writableNeedDrain = false
        this.emit('drain')
      })
    }

    end(chunk?: string | Uint8Array | Fn, encoding?: BufferEncoding | Fn, callback?: Fn): this {
      const done = typeof chunk === 'function' ? chunk : typeof encoding === 'function' ? encoding : callback
      if (chunk !== undefined && chunk !== null && typeof chunk !== 'function')
        this.write(chunk, typeof encoding === 'string' ? encoding : undefined)
      if (done !== undefined) {
        if (this.writableFinished)
          this.#tick(() =>
            done(streamError('ERR_STREAM_ALREADY_FINISHED', 'Cannot call end after a stream was finished')),
          )
        else this.once('finish', done)
      }
      if (this.writableEnded || this.destroyed) return this
      this.writableEnded = true
      if (!this.connecting && !this.pending) this.#finish()
      return this
    }

    #finish(): void {
      this.#end?.end()
      this.#tick(() => {
        if (this.destroyed) return
        this.writableFinished = true
        this.emit('finish')
        this.#closeIfDone()
      })
    }

    #closeIfDone(): void {
      if (this.readableEnded && this.writableFinished) this.destroy()
    }

    destroy(error?: Error | null): this {
      if (this.destroyed) return this
      this.destroyed = true
      this.connecting = false
      this.errored = error ?? null
      this.#end?.destroy()
      this.#end = null
      this.#received = []
      this.setTimeout(0)
      const waiting = this.#waiting.splice(0)
      this.#tick(() => {
        for (const { done } of waiting)
          done?.(error ?? streamError('ERR_STREAM_DESTROYED', 'Cannot call write after a stream was destroyed'))
        if (error != null) this.emit('error', error)
      })
      this.#close(error != null)
      return this
    }

    #close(hadError: boolean): void {
      if (this.#closing) return
      this.#closing = true
      this.#tick(() => {
        this.closed = true
        this.emit('close', hadError)
      })
    }

    destroySoon(): void {
      if (!this.writableEnded) this.end()
      if (this.writableFinished) this.destroy()
      else this.once('finish', () => this.destroy())
    }

    resetAndDestroy(): this {
      return this.destroy()
    }

    pause(): this {
      this.readableFlowing = false
      if (!this.connecting) this.#end?.pause()
      return this
    }

    resume(): this {
      if (this.readableFlowing) return this
      if (this.readableFlowing === false && !this.connecting) this.#end?.resume()
      this.readableFlowing = true
      this.#tick(() => this.#flow())
      return this
    }

    isPaused(): boolean {
      return this.readableFlowing === false
    }

    setEncoding(encoding: BufferEncoding): this {
      this.#decoder = new StringDecoder(encoding)
      this.readableEncoding = encoding
      return this
    }

    override on(event: string | symbol, listener: Fn): this {
      if (event === 'readable') refuse(seat, "net.Socket.on('readable')", AS_EVENTS)
      super.on(event, listener)
      if (event === 'data' && this.readableFlowing === null) this.resume()
      return this
    }

    override addListener(event: string | symbol, listener: Fn): this {
      return this.on(event, listener)
    }

    setTimeout(ms: number, callback?: Fn): this {
      if (typeof ms !== 'number') throw invalidArgument('msecs', 'of type number', ms)
      this.timeout = ms
      timers.clearTimeout(this.#idle)
      this.#idle = ms === 0 ? null : timers.setTimeout(() => this.emit('timeout'), ms)
      if (callback !== undefined) ms === 0 ? this.removeListener('timeout', callback) : this.once('timeout', callback)
      return this
    }

    #touch(): void {
      this.#idle?.refresh()
    }

    #tick(work: () => void): void {
      const port = this.#port
      if (!port.sealed) hostTick(() => run(port, work))
    }
  }

  for (const name of STREAM_ONLY)
    Object.defineProperty(Socket.prototype, name, {
      value: () => refuse(seat, `net.Socket.${typeof name === 'symbol' ? '[Symbol.asyncIterator]' : name}`, AS_EVENTS),
      writable: true,
      configurable: true,
    })
  return Socket
}
