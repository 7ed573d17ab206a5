/**
 * A set of CommonJS modules that share a cache: a process' own, or those of a pooled package. `require` is Node's in what
 * libraries use of it: cache, cycles, `module.exports` replaced, JSON, `require.main`, `require.resolve`.
 */
import { dirname } from 'node:path'
import type { Fn } from '../virtual/index.ts'
import type { Importer, Unit } from './unit.ts'

export class Module {
  readonly id: string
  readonly path: string
  readonly filename: string
  readonly parent: Module | null
  readonly children: Module[] = []
  readonly paths: string[] = []
  exports: unknown = {}
  loaded = false
  require: Fn = () => undefined

  constructor(filename: string, parent: Module | null) {
    this.id = filename
    this.path = dirname(filename)
    this.filename = filename
    this.parent = parent
  }
}

/** What a set of modules asks of the process it belongs to. */
export interface Owner {
  /** The module's function, with the virtual globals around it. */
  functionOf(unit: Unit): Fn
  /** What `require(specifier)` gives in the file `unit`. */
  requireFrom(importer: Importer, specifier: string, parent: Module | null): unknown
  resolveFrom(importer: Importer, specifier: string): string
  importDynamically(importer: Importer, specifier: unknown): Promise<unknown>
  readonly main: Module | undefined
}

export class ModuleSet {
  /** `require.cache`: code may delete from it, to load a file again. */
  readonly cache: Record<string, Module | undefined> = Object.create(null)
  /** A pooled set changes hands; its functions ask for the owner of the moment. */
  owner: Owner
  readonly #onReset: (reset: () => void) => void
  /** Only modules of one pooled package are in it: requiring one from another gives what is in the cache and does nothing else. */
  readonly #closed: boolean

  constructor(owner: Owner, onReset?: (reset: () => void) => void) {
    this.owner = owner
    this.#onReset = onReset ?? (() => undefined)
    this.#closed = onReset !== undefined
  }

  load(unit: Unit, parent: Module | null): Module {
    const cached = this.cache[unit.path]
    if (cached !== undefined) return cached
    const module = new Module(unit.path, parent)
    this.cache[unit.path] = module
    try {
      if (unit.format === 'json') module.exports = parseJson(unit)
      else this.#evaluate(unit, module)
      module.loaded = true
    } catch (error) {
      // As in Node: what failed can be tried again.
      delete this.cache[unit.path]
      throw error
    }
    return module
  }

  /** The module object of compiled TypeScript, whose code is evaluated as an ECMAScript module. */
  adopt(unit: Unit, exports: object): Module {
    const module = new Module(unit.path, null)
    this.cache[unit.path] = module
    module.exports = exports
    module.require = this.requireIn(unit, module)
    return module
  }

  #evaluate(unit: Unit, module: Module): void {
    const require = this.requireIn(unit, module)
    module.require = require
    const dynamicImport = (specifier: unknown) => this.owner.importDynamically(unit, specifier)
    const body = this.owner.functionOf(unit)
    body.call(module.exports, module.exports, require, module, unit.path, module.path, dynamicImport, this.#onReset)
  }

  requireIn(importer: Importer, module: Module | null): Fn {
    /** kafkajs requires its own files again for every request it makes, as Node keeps such a table too. */
    const near = new Map<unknown, Module>()
    const require = (specifier: unknown): unknown => {
      const known = near.get(specifier)
      if (known !== undefined && this.cache[known.filename] === known) return known.exports
      const exports = this.owner.requireFrom(importer, text(specifier), module)
      if (this.#closed && RELATIVE.test(specifier as string)) {
        const found = this.cache[this.owner.resolveFrom(importer, specifier as string)]
        if (found?.loaded === true) near.set(specifier, found)
      }
      return exports
    }
    const resolve = (specifier: unknown): string => this.owner.resolveFrom(importer, text(specifier))
    return Object.assign(require, {
      resolve: Object.assign(resolve, { paths: () => [] }),
      main: this.owner.main,
      cache: this.cache,
      extensions: {},
    })
  }
}

const RELATIVE = /^\.\.?\//

function text(specifier: unknown): string {
  if (typeof specifier === 'string' && specifier !== '') return specifier
  const error = new TypeError(
    `The "id" argument must be a non-empty string. Received ${typeof specifier === 'string' ? "''" : typeof specifier}`,
  )
  throw Object.assign(error, { code: typeof specifier === 'string' ? 'ERR_INVALID_ARG_VALUE' : 'ERR_INVALID_ARG_TYPE' })
}

function parseJson(unit: Unit): unknown {
  try {
    return JSON.parse(unit.source)
  } catch (error) {
    throw new SyntaxError(`${unit.path}: ${(error as Error).message}`)
  }
}
