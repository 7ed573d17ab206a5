/**
 * Puts objects back as they were: a process may patch what it is given (`process.env`, `net.connect`, `console.log`, a method
 * of a library), and the next one on its seat must not see it. Looks at properties only; what a closure holds is out of reach.
 */

interface Saved {
  readonly keys: readonly PropertyKey[]
  readonly descriptors: readonly PropertyDescriptor[]
  /** Indices of the keys whose values may change, and of those with accessors. Values are only read to be compared: a tenth of the cost. */
  readonly values: readonly number[]
  readonly accessors: readonly number[]
  readonly prototype: object | null
}

export class Originals {
  readonly #saved = new Map<object, Saved>()

  /** Remembers objects as they are now; those already known keep their first state. */
  add(...objects: object[]): void {
    for (const object of objects) {
      if (this.#saved.has(object)) continue
      const keys = Reflect.ownKeys(object)
      const descriptors = keys.map((key) => Reflect.getOwnPropertyDescriptor(object, key)!)
      const accessors = indices(descriptors, isAccessor)
      const values = indices(descriptors, (one) => !isAccessor(one) && !isFixed(one))
      this.#saved.set(object, { keys, descriptors, values, accessors, prototype: Object.getPrototypeOf(object) })
    }
  }

  has(object: object): boolean {
    return this.#saved.has(object)
  }

  get size(): number {
    return this.#saved.size
  }

  /** Returns how many objects had been changed. */
  restore(): number {
    let changed = 0
    for (const [object, saved] of this.#saved) {
      if (isAsSaved(object, saved)) continue
      putBack(object, saved)
      changed += 1
    }
    return changed
  }
}

export function isAccessor({ get, set }: PropertyDescriptor): boolean {
  return get !== undefined || set !== undefined
}

/** `prototype` of a class, `arguments` of a function: nobody can change them. */
export function isFixed({ configurable, writable }: PropertyDescriptor): boolean {
  return configurable === false && writable === false
}

function indices<T>(list: readonly T[], wanted: (one: T) => boolean): number[] {
  return list.flatMap((one, i) => (wanted(one) ? [i] : []))
}

function isAsSaved(object: object, { keys, descriptors, values, accessors, prototype }: Saved): boolean {
  const present = Reflect.ownKeys(object)
  if (present.length !== keys.length || Object.getPrototypeOf(object) !== prototype) return false
  for (let i = 0; i < keys.length; i++) if (present[i] !== keys[i]) return false
  for (const i of values)
    if (!Object.is((object as Record<PropertyKey, unknown>)[keys[i]!], descriptors[i]!.value)) return false
  for (const i of accessors) {
    const now = Reflect.getOwnPropertyDescriptor(object, keys[i]!)!
    if (now.get !== descriptors[i]!.get || now.set !== descriptors[i]!.set) return false
  }
  return true
}

function putBack(object: object, { keys, descriptors, prototype }: Saved): void {
  if (Object.getPrototypeOf(object) !== prototype) Reflect.setPrototypeOf(object, prototype)
  const present = Reflect.ownKeys(object)
  // Keys that came, went or moved: all of them go first, so that their order is the old one too. What can't be configured can't have
  // gone either. (To delete makes V8 slower with the object for good: each process has an argv of its own in `process`.)
  if (present.length !== keys.length || present.some((key, i) => key !== keys[i]))
    for (const key of present) Reflect.deleteProperty(object, key)
  for (let i = 0; i < keys.length; i++) Reflect.defineProperty(object, keys[i]!, descriptors[i]!)
}
