/** `process.stdout` and `stderr`: what is written goes to the process' log. No terminal, never full. */
import { EventEmitter } from 'node:events'
import type { Fn, Seat } from './seat.ts'

export function createStdout(seat: Seat, name: 'stdout' | 'stderr', nextTick: Fn): NodeJS.WriteStream {
  const write = (chunk: string | Uint8Array, encoding?: BufferEncoding | Fn, callback?: Fn): boolean => {
    const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString()
    seat.port.log(name, text)
    const done = typeof encoding === 'function' ? encoding : callback
    if (done !== undefined) nextTick(done)
    return true
  }
  const end = (chunk?: string | Uint8Array, encoding?: BufferEncoding | Fn, callback?: Fn) => {
    if (chunk !== undefined) write(chunk, encoding, callback)
    return stream
  }
  const stream = Object.assign(new EventEmitter(), {
    fd: name === 'stdout' ? 1 : 2,
    isTTY: false,
    writable: true,
    writableLength: 0,
    writableHighWaterMark: 16_384,
    write,
    end,
    cork: () => undefined,
    uncork: () => undefined,
    destroy: () => stream,
    hasColors: () => false,
    getColorDepth: () => 1,
  })
  return stream as unknown as NodeJS.WriteStream
}
