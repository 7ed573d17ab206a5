/** `node:zlib`: the synchronous forms are the host's, the asynchronous ones are made of them, the streams are refused. */
import zlib from 'node:zlib'
import { deliver } from './deferred.ts'
import { invalidArgument } from './errors.ts'
import { refused } from './refused.ts'
import type { Fn, Seat } from './seat.ts'

const FORMS = [
  'brotliCompress',
  'brotliDecompress',
  'deflate',
  'deflateRaw',
  'gunzip',
  'gzip',
  'inflate',
  'inflateRaw',
  'unzip',
]
const INSTEAD = 'Its streams work on other threads: compress whole buffers, as in zlib.gzip(buffer, callback).'

export function createZlib(seat: Seat): object {
  const real = zlib as unknown as Record<string, Fn>
  const members: Record<string, unknown> = {
    constants: zlib.constants,
    codes: (zlib as unknown as { codes: object }).codes,
  }
  for (const form of FORMS) {
    const sync = real[`${form}Sync`]!
    members[`${form}Sync`] = sync
    const asynchronous = (buffer: unknown, options: unknown, callback: unknown = options) => {
      if (typeof callback !== 'function') throw invalidArgument('callback', 'of type function', callback)
      deliver(seat, callback as Fn, () => sync(buffer, callback === options ? undefined : options))
    }
    Object.defineProperty(asynchronous, 'name', { value: form })
    members[form] = asynchronous
  }
  for (const name of Object.keys(real))
    if (!(name in members))
      members[name] = typeof real[name] === 'function' ? refused(seat, `zlib.${name}`, INSTEAD) : real[name]
  return members
}
