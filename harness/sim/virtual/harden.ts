/**
 * Closes the ways out of the simulation that lead through the language's own prototypes, which simulated code shares with the
 * host. For a thread that runs simulations and little else; a test undoes it.
 *
 *  - `(() => {}).constructor('…')` and its async and generator twins would compile code against the host's globals;
 *  - `toLocaleString()` and its like take the machine's locale where none is given;
 *  - `Event.timeStamp` reads a real clock, and so do the host's `Date` and `AbortSignal.timeout`, reached through `constructor`;
 *  - `Buffer.allocUnsafe` shows what the thread's memory held before;
 *  - ids of async resources count what the host did.
 *
 * What stays open: `this` in a sloppy function that is called with no object is the host's global object (see tripwires.ts).
 */
import { AsyncResource } from 'node:async_hooks'
import { Intrinsics } from './intrinsics.ts'
import { Refused } from './refused.ts'
import type { Fn } from './seat.ts'

type Undo = () => void
const LOCALE = 'en-US'

let undo: Undo | undefined
let intrinsics: Intrinsics | undefined

/** Returns what undoes it. Hardening twice is hardening once. */
export function harden(): Undo {
  if (undo !== undefined) return undo
  const undos = [
    ...hardenConstructors(),
    ...hardenLocales(),
    ...hardenClocks(),
    ...hardenMemory(),
    replace(AsyncResource.prototype, 'asyncId', { value: () => 0 }),
    replace(AsyncResource.prototype, 'triggerAsyncId', { value: () => 0 }),
  ]
  intrinsics = new Intrinsics()
  undo = () => {
    for (const one of undos.toReversed()) one()
    undo = undefined
    intrinsics = undefined
  }
  return undo
}

/** Before a run. */
export function rememberGlobals(): void {
  intrinsics?.begin()
}

/** After a run: what its processes added to the language's own objects, or changed there, is gone. Does nothing in a thread that is not hardened. */
export function restoreIntrinsics(): void {
  intrinsics?.restore()
}

function refuseTo(what: string, instead: string): () => never {
  return () => {
    throw new Refused(what, instead)
  }
}

/** What the host makes (structuredClone gives dates, AbortController signals) leads to the host's classes. */
function hardenClocks(): Undo[] {
  const now = refuseTo('Date.now of the host', 'Call the global Date.')
  const guarded: DateConstructor = new Proxy(Date, {
    apply: refuseTo('Date of the host', 'Call the global Date.'),
    construct(real, args, target): object {
      if (args.length === 0) now()
      return Reflect.construct(real, args, target === guarded ? real : target)
    },
    get: (real, key) => (key === 'now' ? now : Reflect.get(real, key)),
  })
  return [
    replace(Event.prototype, 'timeStamp', { get: () => 0 }),
    replace(Date.prototype, 'constructor', { value: guarded }),
    replace(AbortSignal.prototype, 'constructor', {
      value: new Proxy(AbortSignal, {
        get: (real, key) =>
          key === 'timeout'
            ? refuseTo('AbortSignal.timeout of the host', 'Call the global AbortSignal.timeout.')
            : Reflect.get(real, key),
      }),
    }),
  ]
}

/** Uninitialised memory is a draw that nobody seeded. */
function hardenMemory(): Undo[] {
  const { allocUnsafe } = Buffer
  return [
    // From the pool, as it would be.
    replace(Buffer, 'allocUnsafe', { value: { allocUnsafe: (size: number) => allocUnsafe(size).fill(0) }.allocUnsafe }),
    replace(Buffer, 'allocUnsafeSlow', {
      value: { allocUnsafeSlow: (size: number) => Buffer.alloc(size) }.allocUnsafeSlow,
    }),
  ]
}

function replace(object: object, key: PropertyKey, change: PropertyDescriptor): Undo {
  const before = Object.getOwnPropertyDescriptor(object, key)!
  Object.defineProperty(
    object,
    key,
    'get' in change ? { ...change, enumerable: before.enumerable!, configurable: true } : { ...before, ...change },
  )
  return () => Object.defineProperty(object, key, before)
}

/** A Proxy of the real one, so that its name, `prototype` and `instanceof` stay; only calling it is refused. */
function hardenConstructors(): Undo[] {
  // biome-ignore lint/complexity/useArrowFunction: each kind of function has a prototype of its own
  const samples = [function () {}, async () => {}, function* () {}, async function* () {}]
  return samples.map((sample) => {
    const prototype = Object.getPrototypeOf(sample) as { constructor: Fn }
    const real = prototype.constructor
    const refuse = () => {
      throw new Refused(
        `${real.name} reached through a prototype`,
        'Call the global Function, which compiles against the virtual globals.',
      )
    }
    return replace(prototype, 'constructor', { value: new Proxy(real, { apply: refuse, construct: refuse }) })
  })
}

/** Methods whose first argument is the locale, and those where it is the second. */
const LOCALES_FIRST: [object, string[]][] = [
  [Number.prototype, ['toLocaleString']],
  [BigInt.prototype, ['toLocaleString']],
  [Array.prototype, ['toLocaleString']],
  [Object.getPrototypeOf(Uint8Array.prototype), ['toLocaleString']],
  [String.prototype, ['toLocaleLowerCase', 'toLocaleUpperCase']],
]

function hardenLocales(): Undo[] {
  const undos: Undo[] = []
  for (const [prototype, names] of LOCALES_FIRST)
    for (const name of names) {
      const real = (prototype as Record<string, Fn>)[name]!
      const localized = {
        [name](this: unknown, locales?: unknown, options?: unknown) {
          return real.call(this, locales ?? LOCALE, options)
        },
      }[name]
      undos.push(replace(prototype, name, { value: localized }))
    }
  const compare = String.prototype.localeCompare
  const localeCompare = {
    localeCompare(this: string, other: string, locales?: Intl.LocalesArgument, options?: Intl.CollatorOptions) {
      return compare.call(this, other, (locales ?? LOCALE) as string, options)
    },
  }.localeCompare
  undos.push(replace(String.prototype, 'localeCompare', { value: localeCompare }))
  return undos
}
