/**
 * One process' module instances: everything that is loaded in its name, from its entry on. Made by a Slot; gone with the process.
 */
import { dirname } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Port } from '../port.ts'
import { type Fn, isRefused, type Life } from '../virtual/index.ts'
import { type Module, ModuleSet, type Owner } from './commonjs.ts'
import { EsModule, type EsmHost, evaluate } from './esm.ts'
import { missingExport, type Namespace, namespaceOf, openNamespaceOf } from './interop.ts'
import type { Pooled } from './pool.ts'
import { type Program, prepare } from './program.ts'
import type { How, Target } from './resolve.ts'
import type { Slot } from './slot.ts'
import { type Importer, importerAt, loadUnitNow, Unit } from './unit.ts'

/** What the slot does for its instances. */
export interface Ground {
  readonly slot: Slot
  readonly life: Life
  builtin(name: string): unknown
  functionOf(unit: Unit, waiting: boolean): Fn
  /** The set of modules that a pooled package uses in this process; undefined where it is not pooled. */
  poolOf(unit: Unit, instance: Instance): Pooled | undefined
}

export class Instance implements Owner, EsmHost {
  readonly program: Program
  readonly port: Port
  readonly #ground: Ground
  readonly #own: ModuleSet
  readonly #modules = new Map<Unit, EsModule>()
  /** Units that only turned up while the process ran. */
  readonly #late = new Map<string, Unit>()
  readonly #lateWaiting = new Set<Unit>()
  readonly #namespaces = new Map<unknown, Namespace>()
  readonly #intercepted = new Map<string, unknown>()
  readonly #pools = new Map<string, Pooled | undefined>()

  constructor(program: Program, port: Port, ground: Ground) {
    this.program = program
    this.port = port
    this.#ground = ground
    this.#own = new ModuleSet(this)
  }

  /** Its `process` object: for signals, and for errors that nobody caught. */
  get life(): Life {
    return this.#ground.life
  }

  /** What the process called that is not simulated, whether or not it caught the error. */
  get refusals(): ReadonlySet<string> {
    return this.#ground.slot.refusals
  }

  /**
   * Runs the entry module, and gives its exports as an import of it sees them. To be called in an event of the process: all that
   * can run at once runs before this returns. Never throws: what the module throws is the promise's rejection.
   */
  evaluate(): Promise<Namespace> {
    try {
      const { entry } = this.program
      if (entry.format !== 'module') return Promise.resolve(namespaceOf(this.#load(entry, null), true))
      const module = this.#moduleOf(entry)
      const done = evaluate(this, module)
      return done === undefined ? Promise.resolve(module.namespace) : done.then(() => module.namespace)
    } catch (error) {
      return Promise.reject(error)
    }
  }

  /** As the entry module would require it; or, where it can't, the project, or the harness. */
  require(specifier: string): unknown {
    const places = [
      this.program.entry,
      importerAt(`${this.program.root}/package.json`),
      importerAt(fileURLToPath(import.meta.url)),
    ]
    const place = places.find((importer) => !('missing' in this.#target(specifier, importer, 'require')))
    return this.requireFrom(place ?? this.program.entry, specifier, null)
  }

  createRequire(from: string | URL): Fn {
    const path = String(from).startsWith('file:') ? fileURLToPath(from) : String(from)
    return this.#own.requireIn(this.program.units.get(path) ?? importerAt(path), null)
  }

  get main(): Module | undefined {
    return this.#own.cache[this.program.entry.path]
  }

  // What module sets ask for.

  requireFrom(importer: Importer, specifier: string, parent: Module | null): unknown {
    return this.#provide(specifier, importer, this.#target(specifier, importer, 'require'), parent)
  }

  resolveFrom(importer: Importer, specifier: string): string {
    const target = this.#target(specifier, importer, 'require')
    if ('missing' in target) throw target.missing()
    return 'builtin' in target ? specifier : target.file
  }

  async importDynamically(importer: Importer, given: unknown): Promise<unknown> {
    const specifier = `${given}`
    // Node never evaluates it in the same hop.
    await undefined
    const target = this.#target(specifier, importer, 'import')
    if ('missing' in target) throw target.missing()
    if ('file' in target && !this.#has(target.file))
      await this.port.escape(`import(${specifier})`, this.#prepareLate(target.file))
    if (this.port.sealed) return new Promise(() => undefined)
    const found = this.find(specifier, importer, [])
    if (!(found instanceof EsModule)) return found
    const done = evaluate(this, found)
    if (done !== undefined) await done
    return found.namespace
  }

  // What ECMAScript modules ask for.

  isWaiting(unit: Unit): boolean {
    return this.program.waiting.has(unit) || this.#lateWaiting.has(unit)
  }

  functionOf(unit: Unit, waiting = false): Fn {
    return this.#ground.functionOf(unit, waiting)
  }

  find(specifier: string, importer: Importer, names: readonly string[]): Namespace | EsModule {
    const target = this.#target(specifier, importer, importer.compiled ? 'require' : 'import')
    const unit = 'file' in target ? this.#unitAt(target.file) : undefined
    if (unit?.format === 'module' && !this.#ground.slot.intercept.has(specifier)) return this.#moduleOf(unit)
    const exports = this.#provide(specifier, importer, target, null)
    const namespace = this.#namespaceOf(exports, importer.compiled)
    for (const name of names) if (!(name in namespace)) throw missingExport(specifier, name, importer.path)
    return namespace
  }

  resolveImport(specifier: string, importer: Importer): string {
    const target = this.#target(specifier, importer, 'import')
    if ('builtin' in target) return `node:${target.builtin}`
    if ('file' in target) return pathToFileURL(target.file).href
    // As in Node: a path need not exist.
    if (/^\.{0,2}\//.test(specifier)) return new URL(specifier, pathToFileURL(importer.path)).href
    throw target.missing()
  }

  commonJsScope(unit: Unit): unknown[] {
    const module = this.#own.adopt(unit, this.#moduleOf(unit).namespace)
    return [module.exports, module.require, module, unit.path, dirname(unit.path)]
  }

  /** What there is at `target`; to the application, what the slot gives out instead. */
  #provide(specifier: string, importer: Importer, target: Target, parent: Module | null): unknown {
    if ('missing' in target) throw target.missing()
    if ('builtin' in target) return this.#intercept(target.builtin, () => this.#ground.builtin(target.builtin))
    const unit = this.#unitAt(target.file)
    if (importer.scope.dir === unit.scope.dir) {
      const exports = this.#load(unit, parent)
      if (unit.pooled && importer instanceof Unit && !importer.pooled) this.#poolOf(unit)?.expose(exports)
      return exports
    }
    if (importer instanceof Unit) this.#poolOf(importer)?.spoil()
    this.#poolOf(unit)?.spoil()
    return this.#intercept(specifier, () => this.#load(unit, parent))
  }

  #target(specifier: string, importer: Importer, how: How): Target {
    const file = this.program.extraModules.get(specifier)
    return file === undefined ? importer.resolve(specifier, how) : { file }
  }

  #has(file: string): boolean {
    return this.program.units.has(file) || this.#late.has(file)
  }

  #unitAt(file: string): Unit {
    let unit = this.program.units.get(file) ?? this.#late.get(file)
    if (unit === undefined) this.#late.set(file, (unit = loadUnitNow(file)))
    return unit
  }

  /** Not kept for the next process, or the first one in a thread would differ from all others. */
  async #prepareLate(file: string): Promise<void> {
    const { root, extraModules } = this.program
    const { units, waiting } = await prepare(file, { root, extraModules })
    for (const [path, unit] of units) if (!this.#has(path)) this.#late.set(path, unit)
    for (const unit of waiting) this.#lateWaiting.add(unit)
  }

  #moduleOf(unit: Unit): EsModule {
    let module = this.#modules.get(unit)
    if (module === undefined) this.#modules.set(unit, (module = new EsModule(unit)))
    return module
  }

  #poolOf(unit: Unit): Pooled | undefined {
    if (!unit.pooled) return undefined
    const { dir } = unit.scope
    if (!this.#pools.has(dir)) this.#pools.set(dir, this.#ground.poolOf(unit, this))
    return this.#pools.get(dir)
  }

  #load(unit: Unit, parent: Module | null): unknown {
    if (unit.format !== 'module') return (this.#poolOf(unit)?.load(unit) ?? this.#own.load(unit, parent)).exports
    if (this.isWaiting(unit)) {
      const says = `require() of ${unit.path}: it awaits at its top level, or imports a module that does. Use import().`
      throw Object.assign(new Error(says), { code: 'ERR_REQUIRE_ASYNC_MODULE' })
    }
    const module = this.#moduleOf(unit)
    evaluate(this, module)
    return module.namespace
  }

  #namespaceOf(exports: unknown, compiled: boolean): Namespace {
    // Of a primitive there is nothing to keep.
    if ((typeof exports !== 'object' && typeof exports !== 'function') || exports === null)
      return namespaceOf(exports, compiled)
    const known = compiled ? undefined : this.#namespaces.get(exports)
    if (known !== undefined) return known
    const namespace = isRefused(exports) ? openNamespaceOf(exports) : namespaceOf(exports, compiled)
    if (!compiled) this.#namespaces.set(exports, namespace)
    return namespace
  }

  #intercept(specifier: string, load: () => unknown): unknown {
    const { slot } = this.#ground
    const change = slot.intercept.get(specifier)
    if (change === undefined) return load()
    if (!this.#intercepted.has(specifier)) this.#intercepted.set(specifier, change(load(), slot))
    return this.#intercepted.get(specifier)
  }
}
