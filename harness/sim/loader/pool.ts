/** One pooled package's modules in a slot, from run to run. */
import { type Env, Originals } from '../virtual/index.ts'
import { type Module, ModuleSet, type Owner } from './commonjs.ts'
import { resetsOf } from './pooled.ts'
import type { Unit } from './unit.ts'

export class Pooled {
  readonly modules: ModuleSet
  readonly dir: string
  /** Number of the run that uses it, or was the last to. */
  run: number
  readonly #expectedResets: number
  readonly #resets: (() => void)[] = []
  readonly #env: Env
  readonly #envReads = new Map<string, string | undefined>()
  readonly #originals = new Originals()
  readonly #exposed = new Set<unknown>()
  /** It holds something of the process it was loaded by, has been opened up, or did not load well: never to be used again. */
  #spoilt = false

  constructor(unit: Unit, owner: Owner, env: Env, run: number) {
    this.dir = unit.scope.dir
    this.run = run
    this.#env = env
    this.#expectedResets = resetsOf(unit)
    this.modules = new ModuleSet(owner, (reset) => this.#resets.push(reset))
  }

  /** Without the module that asks for it: that one may be of a process that is gone, and would be held for ever. */
  load(unit: Unit): Module {
    const cached = this.modules.cache[unit.path]
    if (cached !== undefined) return cached
    try {
      return this.#env.watch(this.#envReads, () => this.modules.load(unit, null))
    } catch (error) {
      this.#spoilt = true
      throw error
    }
  }

  /** It has reached into another package, whose instances are the process' own; or the application has reached into it. */
  spoil(): void {
    this.#spoilt = true
  }

  /** What the package's front gives to the application, before the application gets hold of it. */
  expose(exports: unknown): void {
    if (this.#exposed.has(exports)) return
    this.#exposed.add(exports)
    for (const object of reachable(exports)) this.#originals.add(object)
  }

  fits(env: Readonly<Record<string, string>>): boolean {
    if (this.#spoilt || this.#resets.length < this.#expectedResets) return false
    for (const [name, value] of this.#envReads)
      if ((Object.hasOwn(env, name) ? env[name] : undefined) !== value) return false
    return true
  }

  /** For the next run: as it was when it had been loaded. */
  reuse(owner: Owner, run: number): void {
    for (const reset of this.#resets) reset()
    this.#originals.restore()
    this.modules.owner = owner
    this.run = run
  }
}

/** The objects and functions that can be got at from `root` by reading properties, the host's own left out. */
export function reachable(root: unknown): Set<object> {
  const found = new Set<object>()
  const todo = [root]
  while (todo.length > 0) {
    const value = todo.pop()
    if (
      (typeof value !== 'object' && typeof value !== 'function') ||
      value === null ||
      found.has(value) ||
      isHosts(value)
    )
      continue
    found.add(value)
    for (const key of Reflect.ownKeys(value)) {
      const descriptor = Reflect.getOwnPropertyDescriptor(value, key)
      if (descriptor !== undefined && 'value' in descriptor) todo.push(descriptor.value)
    }
  }
  return found
}

function isHosts(value: object): boolean {
  if (ArrayBuffer.isView(value)) return true
  return typeof value === 'function' && /\{\s*\[native code\]\s*\}\s*$/.test(Function.prototype.toString.call(value))
}
