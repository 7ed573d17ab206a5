/**
 * `process.env`: the plan's environment, as text. One object per seat, filled anew for each process.
 *
 * Which variables a pooled library looked at while it loaded is noted: it can serve a later process only when they are the same.
 */
export interface Env {
  readonly proxy: NodeJS.ProcessEnv
  fill(env: Readonly<Record<string, string>>): void
  /** Notes what is read while `work` runs into `reads`. */
  watch<T>(reads: Map<string, string | undefined>, work: () => T): T
}

export function createEnv(): Env {
  const values: Record<string, string> = Object.create(Object.prototype)
  let watching: Map<string, string | undefined> | undefined
  const proxy = new Proxy(values, {
    get(target, key) {
      const value = Reflect.get(target, key)
      if (watching !== undefined && typeof key === 'string')
        watching.set(key, Object.hasOwn(target, key) ? value : undefined)
      return value
    },
    has(target, key) {
      if (watching !== undefined && typeof key === 'string') watching.set(key, target[key])
      return Reflect.has(target, key)
    },
    // Node turns whatever is assigned into text.
    set(target, key, value) {
      if (typeof key === 'symbol') throw new TypeError('Cannot convert a Symbol value to a string')
      target[key] = String(value)
      return true
    },
    defineProperty(target, key, descriptor) {
      return Reflect.defineProperty(target, key, { ...descriptor, value: String(descriptor.value) })
    },
  })
  return {
    proxy,
    fill(env) {
      for (const key of Reflect.ownKeys(values)) Reflect.deleteProperty(values, key)
      Object.assign(values, env)
    },
    watch(reads, work) {
      const outer = watching
      watching = reads
      try {
        return work()
      } finally {
        watching = outer
      }
    },
  }
}
