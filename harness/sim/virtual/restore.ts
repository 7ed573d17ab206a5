/**
 * Puts objects back as they were: a process may patch what it is given (`process.env`, `net.connect`, `console.log`, a method
 * of a library), and the next one on its seat must not see it. Looks at properties only; what a closure holds is out of reach.
 */

interface Saved {
  readonly keys: readonly PropertyKey[]
  readonly descriptors: readonly PropertyDescriptor[]
  /** Those are only read to be compared, which costs a tenth. */
  readonly plain: readonly boolean[]
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
      const plain = descriptors.map(({ get, set }) => get === undefined && set === undefined)
      this.#saved.set(object, { keys, descriptors, plain, prototype: Object.getPrototypeOf(object) })
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

function isAsSaved(object: object, saved: Saved): boolean {
  const { keys, descriptors, plain, prototype } = saved
  const present = Reflect.ownKeys(object)
  if (present.length !== keys.length || Object.getPrototypeOf(object) !== prototype) return false
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!
    const before = descriptors[i]!
    if (present[i] !== key) return false
    if (plain[i]) {
      if (!Object.is((object as Record<PropertyKey, unknown>)[key], before.value)) return false
    } else {
      const now = Reflect.getOwnPropertyDescriptor(object, key)!
      if (now.get !== before.get || now.set !== before.set) return false
    }
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
