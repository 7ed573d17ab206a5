/** What net.connect, socket.connect and socket.write take. */
import { invalidArgument } from './errors.ts'
import type { Fn } from './seat.ts'

export interface ConnectOptions {
  host?: string
  port?: number | string
  path?: string
  allowHalfOpen?: boolean
  timeout?: number
  noDelay?: boolean
  keepAlive?: boolean
  signal?: AbortSignal
  onread?: unknown
  fd?: unknown
  lookup?: unknown
}

/** Options that make it another kind of socket. */
export const UNSUPPORTED = ['onread', 'fd', 'lookup', 'path'] as const

/** (options, cb) | (port, host, cb) | (port, cb): what net.connect and socket.connect take. */
export function connectArguments(args: unknown[]): [ConnectOptions, Fn | undefined] {
  const [first, second] = args
  const last = args.at(-1)
  const connected = typeof last === 'function' ? (last as Fn) : undefined
  if (typeof first === 'object' && first !== null) return [first as ConnectOptions, connected]
  if (typeof first === 'string' && !/^\d+$/.test(first)) return [{ path: first }, connected]
  return [{ port: first as number, ...(typeof second === 'string' && { host: second }) }, connected]
}

export function bytesOf(chunk: unknown, encoding: BufferEncoding | undefined): Uint8Array {
  if (typeof chunk === 'string') return Buffer.from(chunk, encoding)
  if (chunk === null)
    throw Object.assign(new TypeError('May not write null values to stream'), { code: 'ERR_STREAM_NULL_VALUES' })
  if (chunk instanceof Uint8Array) return chunk
  throw invalidArgument('chunk', 'of type string or an instance of Buffer or Uint8Array', chunk)
}
