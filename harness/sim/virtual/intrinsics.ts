/**
 * The objects of the language and of Node that simulated processes share with each other and with the host: `Object`, `Promise`,
 * `Array.prototype`, `EventEmitter`. A process may add to them (`BigInt.prototype.toJSON = …`), and all processes of the run see it;
 * after the run they are as they were, or a run would depend on what its thread ran before.
 *
 * Only what differs is touched: to delete and define `Array.prototype[Symbol.iterator]` anew would make V8 slower for good.
 */
import { createRequire } from 'node:module'
import { SHARED } from './names.ts'
import { isAccessor, isFixed } from './restore.ts'

const MODULES = ['assert', 'buffer', 'crypto', 'events', 'stream', 'string_decoder', 'url', 'util', 'zlib']
/** Numbers that nobody can change. */
const FIXED = new Set<PropertyKey>(['constants', 'codes'])
/** Two steps reach `stream.Readable.prototype` from `stream`. */
const DEPTH = 2

const { ownKeys, getOwnPropertyDescriptor, defineProperty, deleteProperty, getPrototypeOf, setPrototypeOf } = Reflect
const same = Object.is

interface Saved {
  readonly object: object
  readonly prototype: object | null
  readonly known: ReadonlySet<PropertyKey>
  /** Those of `known` that can be changed. */
  readonly keys: readonly PropertyKey[]
  readonly descriptors: readonly PropertyDescriptor[]
  /** Those are only read to be compared, which costs a tenth. */
  readonly plain: readonly boolean[]
}

export class Intrinsics {
  #globals: ReadonlySet<PropertyKey> = new Set(ownKeys(globalThis))
  readonly #saved: readonly Saved[]
  readonly #values: readonly {
    readonly read: () => unknown
    readonly write: (value: unknown) => void
    readonly value: unknown
  }[]

  constructor() {
    this.#saved = [...reach()].map((object) => {
      const known = new Set(ownKeys(object))
      const keys = [...known].filter((key) => !isFixed(getOwnPropertyDescriptor(object, key)!))
      const descriptors = keys.map((key) => getOwnPropertyDescriptor(object, key)!)
      const plain = descriptors.map((descriptor) => !isAccessor(descriptor))
      return { object, prototype: getPrototypeOf(object), known, keys, descriptors, plain }
    })
    this.#values = behindAccessors().map((one) => ({ ...one, value: one.read() }))
  }

  get size(): number {
    return this.#saved.length
  }

  /** Before a run: what is global now stays. */
  begin(): void {
    this.#globals = new Set(ownKeys(globalThis))
  }

  /** Returns how many objects had been changed. */
  restore(): number {
    let changed = 0
    for (let i = 0; i < this.#saved.length; i++) if (putBack(this.#saved[i]!)) changed++
    for (let i = 0; i < this.#values.length; i++) {
      const { read, write, value } = this.#values[i]!
      if (!same(read(), value)) write(value)
    }
    // Sloppy code that assigns to a name nobody declared makes a global of the host.
    for (const key of ownKeys(globalThis)) if (!this.#globals.has(key)) deleteProperty(globalThis, key)
    // RegExp.$1 and its like tell of the last match of the thread, whoever made it.
    ''.match(/(?:)/)
    return changed
  }
}

function putBack({ object, prototype, keys, known, descriptors, plain }: Saved): boolean {
  let changed = false
  if (getPrototypeOf(object) !== prototype) changed = setPrototypeOf(object, prototype)
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!
    const before = descriptors[i]!
    if (plain[i]) {
      if (same((object as Record<PropertyKey, unknown>)[key], before.value)) continue
    } else {
      const now = getOwnPropertyDescriptor(object, key)
      if (now !== undefined && now.get === before.get && now.set === before.set) continue
    }
    changed = defineProperty(object, key, before)
  }
  const present = ownKeys(object)
  if (present.length === known.size) return changed
  for (let i = 0; i < present.length; i++) if (!known.has(present[i]!)) changed = deleteProperty(object, present[i]!)
  return changed
}

const hostRequire = createRequire(import.meta.url)

function reach(): Set<object> {
  const found = new Set<object>()
  const add = (value: unknown, depth: number): void => {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return
    if (value === globalThis || value === process || found.has(value)) return
    found.add(value)
    for (let up = getPrototypeOf(value); up !== null; up = getPrototypeOf(up)) found.add(up)
    for (const key of ownKeys(value)) {
      if (FIXED.has(key) || key === 'constructor') continue
      const { value: member } = getOwnPropertyDescriptor(value, key)!
      if (key === 'prototype') add(member, depth)
      // Classes and namespaces; methods by the thousand would cost more than the runs.
      else if (depth > 0 && typeof member === 'function' && typeof key === 'string' && /^[A-Z]/.test(key))
        add(member, depth - 1)
      else if (depth > 0 && typeof member === 'object' && isPlain(member)) add(member, depth - 1)
    }
  }
  for (const name of SHARED) add(Reflect.get(globalThis, name), 0)
  for (const namespace of [Math, Intl, Atomics, Date, (globalThis as { WebAssembly?: object }).WebAssembly])
    add(namespace, 1)
  for (const name of MODULES) add(hostRequire(`node:${name}`), DEPTH)
  for (const sample of [
    function* () {},
    async function* () {},
    async () => {},
    (function* () {})(),
    [][Symbol.iterator](),
    new Map().entries(),
    new Set().entries(),
    ''[Symbol.iterator](),
    'x'.matchAll(/x/g),
    (async function* () {})(),
  ])
    for (let up = getPrototypeOf(sample); up !== null; up = getPrototypeOf(up)) add(up, 0)
  return found
}

function isPlain(value: object | null): boolean {
  return value !== null && (getPrototypeOf(value) === Object.prototype || getPrototypeOf(value) === null)
}

/** What Node keeps behind an accessor or a pair of functions. */
function behindAccessors(): { readonly read: () => unknown; readonly write: (value: unknown) => void }[] {
  const events = hostRequire('node:events') as { defaultMaxListeners: unknown; captureRejections: unknown }
  const buffer = hostRequire('node:buffer') as { INSPECT_MAX_BYTES: unknown }
  const { inspect } = hostRequire('node:util') as typeof import('node:util')
  const stream = hostRequire('node:stream') as typeof import('node:stream')
  const member = <K extends string>(of: Record<K, unknown>, name: K) => ({
    read: () => of[name],
    write: (value: unknown) => {
      of[name] = value
    },
  })
  const options = inspect.defaultOptions as unknown as Record<string, unknown>
  return [
    member(events, 'defaultMaxListeners'),
    member(events, 'captureRejections'),
    member(buffer, 'INSPECT_MAX_BYTES'),
    ...Object.keys(options).map((name) => member(options, name)),
    ...[true, false].map((objects) => ({
      read: () => stream.getDefaultHighWaterMark(objects),
      write: (value: unknown) => stream.setDefaultHighWaterMark(objects, value as number),
    })),
  ]
}
