/**
 * Closes the ways out of the simulation that lead through the language's own prototypes, which simulated code shares with the
 * host. For a thread that runs simulations and little else; a test undoes it.
 *
 *  - `(() => {}).constructor('…')` and its async and generator twins would compile code against the host's globals;
 *  - `toLocaleString()` and its like take the machine's locale where none is given;
 *  - `Event.timeStamp` reads a real clock.
 *
 * What stays open: `this` in a sloppy function that is called with no object is the host's global object.
 */
import { Refused } from './refused.ts'
import type { Fn } from './seat.ts'

type Undo = () => void
const LOCALE = 'en-US'

let undo: Undo | undefined

/** Returns what undoes it. Hardening twice is hardening once. */
export function harden(): Undo {
  if (undo !== undefined) return undo
  const undos = [...hardenConstructors(), ...hardenLocales(), replace(Event.prototype, 'timeStamp', { get: () => 0 })]
  undo = () => {
    for (const one of undos.toReversed()) one()
    undo = undefined
  }
  return undo
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
