/**
 * The ECMAScript modules of one process. One that neither waits at its top level nor imports one that does is evaluated in one
 * go with all it imports, as Node does; the others wait for their imports one after the other.
 *
 * Exports are live. Reading one before its module has come that far gives undefined, where Node throws a ReferenceError.
 */
import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Fn } from '../virtual/index.ts'
import { missingExport, type Namespace } from './interop.ts'
import { isTypeScript } from './resolve.ts'
import type { Importer, Unit } from './unit.ts'

export class EsModule {
  readonly unit: Unit
  readonly namespace: Namespace = Object.create(null)
  state: 'new' | 'evaluating' | 'done' | 'failed' = 'new'
  error: unknown
  /** While a module that waits is being evaluated. */
  done: Promise<void> | undefined
  /** The import it waits for. */
  waitsFor: EsModule | undefined

  constructor(unit: Unit) {
    this.unit = unit
    Object.defineProperty(this.namespace, Symbol.toStringTag, { value: 'Module' })
  }
}

export interface EsmHost {
  isWaiting(unit: Unit): boolean
  functionOf(unit: Unit, waiting: boolean): Fn
  /** A namespace; or the module of it, when that has to be evaluated first. */
  find(specifier: string, importer: Unit, names: readonly string[]): Namespace | EsModule
  resolveImport(specifier: string, importer: Importer): string
  importDynamically(importer: Importer, specifier: unknown): Promise<unknown>
  /** `require`, `module`, … for TypeScript that is compiled to CommonJS. */
  commonJsScope(unit: Unit): unknown[]
}

/** Evaluates a module, once. A promise when it has to wait. */
export function evaluate(host: EsmHost, module: EsModule): Promise<void> | undefined {
  if (module.state === 'failed') throw module.error
  if (module.state !== 'new') return module.done
  module.state = 'evaluating'
  const waiting = host.isWaiting(module.unit)
  try {
    const result: unknown = host.functionOf(module.unit, waiting)(...scopeOf(host, module))
    if (!waiting) {
      module.state = 'done'
      return undefined
    }
    module.done = (result as Promise<unknown>).then(
      () => {
        module.state = 'done'
        module.done = undefined
      },
      (error: unknown) => {
        fail(module, error)
        throw error
      },
    )
    return module.done
  } catch (error) {
    fail(module, error)
    throw error
  }
}

function fail(module: EsModule, error: unknown): void {
  module.state = 'failed'
  module.error = error
}

/** The arguments of a module's function, as the transform names them. */
function scopeOf(host: EsmHost, module: EsModule): unknown[] {
  const { unit, namespace } = module
  const importStatic = (specifier: string, metadata?: { importedNames?: string[] }) => {
    const names = metadata?.importedNames ?? []
    const found = host.find(specifier, unit, names)
    if (!(found instanceof EsModule)) return found
    const done = evaluate(host, found)
    // A cycle: the other one waits for this one, so what it has so far must do, as the language has it.
    if (done !== undefined && waitsOn(found, module)) return found.namespace
    const ready = () => {
      module.waitsFor = undefined
      // TypeScript may re-export a type without saying that it is one; its own compiler checks the names.
      if (found.state === 'done' && !isTypeScript(unit.path))
        for (const name of names) if (!(name in found.namespace)) throw missingExport(specifier, name, unit.path)
      return found.namespace
    }
    if (done === undefined) return ready()
    module.waitsFor = found
    return done.then(ready)
  }
  const importDynamic = (specifier: unknown) => host.importDynamically(unit, specifier)
  const exportAll = (from: Namespace) => {
    for (const name of Object.keys(from)) {
      if (name !== 'default' && !(name in namespace)) define(namespace, name, () => from[name])
    }
  }
  const exportName = (name: string, get: () => unknown) => define(namespace, name, get)
  return [
    importStatic,
    importDynamic,
    exportAll,
    exportName,
    metaOf(host, unit),
    ...(unit.compiled ? host.commonJsScope(unit) : []),
  ]
}

function waitsOn(module: EsModule, other: EsModule): boolean {
  for (let at: EsModule | undefined = module; at !== undefined; at = at.waitsFor) if (at === other) return true
  return false
}

function define(namespace: Namespace, name: string, get: () => unknown): void {
  Object.defineProperty(namespace, name, { get, enumerable: true, configurable: true })
}

function metaOf(host: EsmHost, unit: Unit): object {
  const meta = Object.create(null)
  return Object.assign(meta, {
    dirname: dirname(unit.path),
    filename: unit.path,
    resolve: (specifier: string) => host.resolveImport(specifier, unit),
    url: pathToFileURL(unit.path).href,
  })
}
