/** What a socket shows of itself: the documented properties of `net.Socket` that are no behaviour, and the settings without meaning here. */
import { EventEmitter } from 'node:events'
import { isIP } from 'node:net'

/** Node 20's, which `process.version` claims. */
export const HIGH_WATER_MARK = 16_384

export class SocketState extends EventEmitter {
  connecting = false
  pending = true
  destroyed = false
  closed = false
  errored: Error | null = null
  readableEnded = false
  writableEnded = false
  writableFinished = false
  allowHalfOpen = false
  bytesRead = 0
  bytesWritten = 0
  /** Bytes that wait for the connection. */
  writableLength = 0
  writableNeedDrain = false
  /** Bytes that wait for a listener. */
  readableLength = 0
  readableEncoding: BufferEncoding | null = null
  timeout: number | undefined
  localAddress: string | undefined
  localPort: number | undefined
  remoteAddress: string | undefined
  remotePort: number | undefined
  readonly readableHighWaterMark = HIGH_WATER_MARK
  readonly writableHighWaterMark = HIGH_WATER_MARK
  /** As a stream has it: null until somebody listens or pauses. */
  readableFlowing: boolean | null = null

  setNoDelay(): this {
    return this
  }
  setKeepAlive(): this {
    return this
  }
  ref(): this {
    return this
  }
  unref(): this {
    return this
  }

  address(): { address: string; family: string; port: number } | object {
    return this.localAddress === undefined
      ? {}
      : { address: this.localAddress, family: familyOf(this.localAddress), port: this.localPort! }
  }

  get bufferSize(): number {
    return this.writableLength
  }
  get readable(): boolean {
    return !this.destroyed && !this.readableEnded
  }
  get writable(): boolean {
    return !this.destroyed && !this.writableEnded
  }
  get remoteFamily(): string | undefined {
    return this.remoteAddress === undefined ? undefined : familyOf(this.remoteAddress)
  }
  get localFamily(): string | undefined {
    return this.localAddress === undefined ? undefined : familyOf(this.localAddress)
  }
  get readyState(): 'opening' | 'open' | 'readOnly' | 'writeOnly' | 'closed' {
    if (this.connecting) return 'opening'
    if (this.pending) return 'closed'
    if (this.readable) return this.writable ? 'open' : 'readOnly'
    return this.writable ? 'writeOnly' : 'closed'
  }
}

function familyOf(address: string): string {
  return isIP(address) === 6 ? 'IPv6' : 'IPv4'
}
