/**
 * All that simulated code sees of the world beside its own modules: the virtual globals, `globalThis`, and the built-ins.
 *
 * `globalThis` (and `global`) is an object of the seat's: what the application adds to it is found there again, but not as a bare
 * name, since a bare name that nobody shadows is the host's. `self` does not exist, as in Node.
 */
import { createAbortSignal } from './abort-signal.ts'
import { babelHelpers } from './babel-helpers.ts'
import { createBuiltins } from './builtins.ts'
import { createConsole } from './console.ts'
import { createDate } from './date.ts'
import { createFunction } from './function.ts'
import { createIntl } from './intl.ts'
import { createMath } from './math.ts'
import { createQueueMicrotask } from './microtasks.ts'
import { REFUSED, SHADOWED, SHARED, TURN } from './names.ts'
import { createAtomics, createWebAssembly } from './parallel.ts'
import { createPerformance } from './performance.ts'
import { createProcess, type Life } from './process.ts'
import { insteadOf, refused } from './refused.ts'
import { Originals } from './restore.ts'
import type { Seat } from './seat.ts'
import { createTimers } from './timers.ts'
import { createTimersPromises } from './timers-promises.ts'
import { createTurn } from './turns.ts'
import { SilentRegistry, UncollectedRef } from './uncollected.ts'
import { createWebCrypto } from './web-crypto.ts'

export interface Environment {
  /** The values of the SHADOWED names, in their order. */
  readonly values: readonly unknown[]
  readonly globalThis: object
  readonly life: Life
  /** A built-in module by its name without `node:`. Throws Refused only when it is used. */
  builtin(name: string): unknown
  /** Makes everything as new for the next process; `entry` is what it finds in process.argv. */
  reset(entry: string): void
}

const NAVIGATOR = {
  hardwareConcurrency: 1,
  language: 'en-US',
  languages: ['en-US'],
  platform: 'linux',
  userAgent: 'Node.js/20',
}

export function createEnvironment(seat: Seat, createRequire: (from: string | URL) => unknown): Environment {
  const life = createProcess(seat)
  const timers = createTimers(seat, () => timersPromises)
  const timersPromises = createTimersPromises(timers)
  const { console, reset: resetConsole } = createConsole(seat)
  const { performance, reset: resetPerformance } = createPerformance(seat)
  const webcrypto = createWebCrypto(seat)
  const VirtualDate = createDate(seat)
  const globalObject: Record<string, unknown> = Object.create(Object.prototype)
  let values: readonly unknown[] = []

  const globals: Record<string, unknown> = {
    globalThis: globalObject,
    global: globalObject,
    Date: VirtualDate,
    Math: createMath(seat),
    Intl: createIntl(() => VirtualDate.now()),
    setTimeout: timers.setTimeout,
    setInterval: timers.setInterval,
    setImmediate: timers.setImmediate,
    clearTimeout: timers.clearTimeout,
    clearInterval: timers.clearInterval,
    clearImmediate: timers.clearImmediate,
    queueMicrotask: createQueueMicrotask(seat),
    performance,
    process: life.process,
    console,
    crypto: webcrypto,
    AbortSignal: createAbortSignal(timers),
    WeakRef: UncollectedRef,
    FinalizationRegistry: SilentRegistry,
    Atomics: createAtomics(seat),
    WebAssembly: createWebAssembly(seat),
    navigator: { ...NAVIGATOR },
    Function: createFunction(
      () => values,
      () => globalObject,
    ),
  }
  for (const name of REFUSED) globals[name] = refused(seat, name, insteadOf(name))

  for (const name of SHARED) Object.defineProperty(globalObject, name, hostGlobal(name))
  for (const [name, value] of Object.entries(globals)) {
    // As in Node: functions and namespaces show up in a listing, classes don't.
    const enumerable = /^[a-z]/.test(name) && !['globalThis', 'process', 'console', 'eval'].includes(name)
    Object.defineProperty(globalObject, name, { value, writable: true, enumerable, configurable: true })
  }
  Object.defineProperty(globalObject, Symbol.toStringTag, { value: 'global', configurable: true })
  // Not the application's business, so only shadowed names.
  globals[TURN] = createTurn(seat)
  globals.babelHelpers = babelHelpers
  values = SHADOWED.map((name) => globals[name])

  const originals = new Originals()
  const prototypes = [
    VirtualDate,
    VirtualDate.prototype,
    timers.setTimeout,
    webcrypto.subtle,
    life.process.stdout,
    life.process.stderr,
  ]
  originals.add(globalObject, ...objectsOf(globals), ...prototypes)
  const parts = { timers, timersPromises, process: life.process, console, performance, webcrypto, createRequire }
  const builtin = createBuiltins(seat, parts, (name, namespace) => {
    originals.add(namespace)
    // `net.Socket.prototype.connect` is what instrumentation patches.
    const { Socket } = namespace as { Socket?: { prototype: object } }
    if (name === 'net' && Socket !== undefined) originals.add(Socket, Socket.prototype)
  })

  return {
    values,
    globalThis: globalObject,
    life,
    builtin,
    reset(entry) {
      originals.restore()
      timers.reset()
      resetConsole()
      resetPerformance()
      seat.keepsContext = false
      seat.refusals.clear()
      life.reset(entry)
    },
  }
}

/** Read from the host when it is asked for: Node loads some of its globals only then. */
function hostGlobal(name: string): PropertyDescriptor {
  const real = Object.getOwnPropertyDescriptor(globalThis, name)!
  if (real.get === undefined) return { value: real.value, writable: true, enumerable: false, configurable: true }
  return { get: () => Reflect.get(globalThis, name), enumerable: false, configurable: true }
}

const SKIPPED = new Set(['WeakRef', 'FinalizationRegistry', 'babelHelpers', TURN, ...REFUSED])

function objectsOf(globals: Record<string, unknown>): object[] {
  return Object.entries(globals).flatMap(([name, value]) =>
    SKIPPED.has(name) || (typeof value !== 'object' && typeof value !== 'function') || value === null ? [] : [value],
  )
}
