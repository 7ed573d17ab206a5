/**
 * Node's built-in modules as a simulated process gets them: an allow-list. Made at the first `require` on a seat, then kept,
 * as pooled libraries hold on to them.
 */
import { createRequire, isBuiltin } from 'node:module'
import type path from 'node:path'
import url from 'node:url'
import { createAsyncHooks } from './async-hooks.ts'
import { createCrypto } from './crypto.ts'
import { createDiagnosticsChannel } from './diagnostics-channel.ts'
import { createNet } from './net.ts'
import { createOs } from './os.ts'
import { createPath } from './path.ts'
import { createPerfHooks } from './performance.ts'
import { insteadOf, refused } from './refused.ts'
import type { Seat } from './seat.ts'
import type { Timers } from './timers.ts'
import type { TimersPromises } from './timers-promises.ts'
import { createUtil } from './util.ts'
import { createZlib } from './zlib.ts'

/** Pure: the host's own, copied so that a patch stays in the process. Those that are functions can't be. */
const PURE = new Set(
  `assert assert/strict buffer constants events punycode querystring stream stream/consumers
  stream/promises stream/web string_decoder util/types`.split(/\s+/),
)

/** Constants of refused modules that libraries look at while they load. */
const KNOWN: Record<string, (real: Record<string, unknown>) => object> = {
  fs: ({ constants }) => ({ constants }),
  http: ({ METHODS, STATUS_CODES, maxHeaderSize }) => ({ METHODS, STATUS_CODES, maxHeaderSize }),
  http2: ({ constants }) => ({ constants }),
  tls: ({ DEFAULT_MIN_VERSION, DEFAULT_MAX_VERSION, DEFAULT_CIPHERS, rootCertificates }) => ({
    DEFAULT_MIN_VERSION,
    DEFAULT_MAX_VERSION,
    DEFAULT_CIPHERS,
    rootCertificates,
  }),
  tty: () => ({ isatty: () => false }),
  cluster: () => ({ isMaster: true, isPrimary: true, isWorker: false, workers: {} }),
  worker_threads: () => ({ isMainThread: true, parentPort: null, workerData: null, threadId: 0, resourceLimits: {} }),
  inspector: () => ({ url: () => undefined }),
}

export interface Parts {
  readonly timers: Timers
  readonly timersPromises: TimersPromises
  readonly process: object
  readonly console: object
  readonly performance: object
  readonly webcrypto: object
  /** `createRequire` of the process that sits there now. */
  createRequire(from: string | URL): unknown
}

const hostRequire = createRequire(import.meta.url)

export function createBuiltins(
  seat: Seat,
  parts: Parts,
  made: (name: string, namespace: object) => void,
): (name: string) => unknown {
  const virtual: Record<string, () => unknown> = {
    async_hooks: () => createAsyncHooks(seat),
    console: () => parts.console,
    crypto: () => createCrypto(seat, parts.webcrypto),
    diagnostics_channel: () => createDiagnosticsChannel(seat),
    module: () => createModule(seat, parts),
    net: () => createNet(seat, parts.timers),
    os: () => createOs(seat),
    path: () => createPath(),
    'path/posix': () => createPath().posix,
    'path/win32': () => createPath().win32,
    perf_hooks: () => createPerfHooks(seat, parts.performance),
    process: () => parts.process,
    sys: () => builtin('util'),
    timers: () => {
      const { reset, ...timers } = parts.timers
      return { ...timers, promises: builtin('timers/promises') }
    },
    'timers/promises': () => parts.timersPromises,
    url: () => createUrl(builtin('path') as typeof path),
    util: () => createUtil(seat),
    zlib: () => createZlib(seat),
  }
  const cache = new Map<string, unknown>()

  function make(name: string): unknown {
    if (Object.hasOwn(virtual, name)) return virtual[name]!()
    if (PURE.has(name)) {
      const real = hostRequire(`node:${name}`) as object
      return typeof real === 'function' ? real : name === 'buffer' ? withoutBlobs(seat, real) : { ...real }
    }
    const known = KNOWN[name]
    return refused(
      seat,
      name,
      insteadOf(name),
      known?.(known.length > 0 ? (hostRequire(`node:${name}`) as Record<string, unknown>) : {}),
    )
  }

  function builtin(name: string): unknown {
    // A context can only exist once a process has asked for the module that makes them.
    if (name === 'async_hooks') seat.keepsContext = true
    if (cache.has(name)) return cache.get(name)
    const exports = make(name)
    cache.set(name, exports)
    // The host's own functions and proxies are left alone.
    if (typeof exports === 'object' && exports !== null) made(name, exports)
    return exports
  }
  return builtin
}

function withoutBlobs(seat: Seat, real: object): object {
  const no = (name: string) => refused(seat, `buffer.${name}`, 'Its bytes are read on other threads; use a Buffer.')
  const SlowBuffer = (size: number) => Buffer.alloc(size)
  return { ...real, SlowBuffer, Blob: no('Blob'), File: no('File'), resolveObjectURL: no('resolveObjectURL') }
}

/** Whether `name`, without `node:`, is a built-in here: what the host has, and what a newer Node has that may be asked for. */
export function isBuiltinName(name: string): boolean {
  return isBuiltin(name) || isBuiltin(`node:${name}`)
}

/** A relative path is relative to the process' working directory, not to the host's. */
function createUrl({ resolve }: typeof path): object {
  const pathToFileURL = (file: string, options?: object) =>
    url.pathToFileURL(/[/\\]$/.test(file) ? `${resolve(file)}/` : resolve(file), options)
  return { ...url, pathToFileURL }
}

function createModule(seat: Seat, parts: Parts): unknown {
  const names = hostRequire('node:module').builtinModules as string[]
  return refused(seat, 'module', 'Modules are loaded by the simulation; use require, import() or createRequire.', {
    createRequire: (from: string | URL) => parts.createRequire(from),
    builtinModules: [...names],
    isBuiltin: (name: string) => isBuiltinName(name.replace(/^node:/, '')),
    syncBuiltinESMExports: () => undefined,
    findSourceMap: () => undefined,
    enableCompileCache: () => undefined,
    flushCompileCache: () => undefined,
  })
}
