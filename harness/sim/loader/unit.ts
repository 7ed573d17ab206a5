/**
 * One file, read and compiled once per thread: an outer function whose parameters are the virtual globals, which gives the
 * module's own function. The names must be parameters of the outer one: among the module's own they would clash with
 * `const crypto = require('crypto')`.
 */
import { readFileSync } from 'node:fs'
import { extname } from 'node:path'
import { compileFunction } from 'node:vm'
import { TraceMap } from '@jridgewell/trace-mapping'
import { type Fn, SHADOWED } from '../virtual/index.ts'
import { type PackageScope, packageOf } from './package-scope.ts'
import { isPooled, resetHook } from './pooled.ts'
import { type How, isTypeScript, resolve, type Target } from './resolve.ts'
import { mapNameOf, readMap } from './source-map.ts'
import { MARK, registerMap } from './stack.ts'
import {
  commonJs,
  DYNAMIC_IMPORT,
  hasModuleSyntax,
  loadTransforms,
  type Transformed,
  transform,
  withoutWaiting,
} from './transform.ts'

const COMMON_JS = ['exports', 'require', 'module', '__filename', '__dirname']
const MODULE = [
  '__vite_ssr_import__',
  '__vite_ssr_dynamic_import__',
  '__vite_ssr_exportAll__',
  '__vite_ssr_exportName__',
  '__vite_ssr_import_meta__',
]
const RESET = '__ackward_reset__'

const REQUIRED = /\brequire\s*\(\s*(['"])([^'"\\\n]+)\1\s*\)/g

/** A place from which modules are asked for. */
export interface Importer {
  readonly path: string
  readonly scope: PackageScope
  readonly compiled: boolean
  resolve(specifier: string, how: How): Target
}

/** For a file that is no module of the program, as `createRequire` may name one. */
export function importerAt(path: string): Importer {
  return { path, scope: packageOf(path), compiled: false, resolve: (specifier, how) => resolve(specifier, path, how) }
}

export class Unit implements Importer {
  /** The real path. */
  readonly path: string
  readonly source: string
  readonly format: 'commonjs' | 'module' | 'json'
  readonly scope: PackageScope
  /**
   * TypeScript that its package has compiled to CommonJS: it may use `require` and `__dirname` beside its imports, and its
   * imports follow `__esModule`, as compiled ones do.
   */
  readonly compiled: boolean
  readonly imports: readonly string[]
  readonly dynamicImports: readonly string[]
  /** As far as a look at the text shows: some may be in comments, computed ones are missing. */
  readonly requires: readonly string[]
  readonly waits: boolean
  /** Whether it belongs to what may go from run to run. */
  readonly pooled: boolean
  readonly #code: string
  readonly #filename: string
  readonly #targets = { import: new Map<string, Target>(), require: new Map<string, Target>() }
  #outer: Fn | undefined
  #outerWaiting: Fn | undefined

  constructor(path: string, source: string, made: Omit<Transformed, 'format'> & { format: Unit['format'] }) {
    const { format, code, map } = made
    this.path = path
    this.source = source
    this.format = format
    this.scope = packageOf(path)
    this.compiled = format === 'module' && isTypeScript(path) && declaredFormat(path) !== 'module'
    this.imports = made.imports
    this.dynamicImports = made.dynamicImports
    this.requires = format === 'commonjs' || this.compiled ? [...code.matchAll(REQUIRED)].map((match) => match[2]!) : []
    this.waits = made.waits
    this.pooled = isPooled(this)
    this.#code = code
    const named = format === 'commonjs' && map === null ? mapNameOf(source) : undefined
    const mapped = map !== null || named !== undefined
    this.#filename = mapped ? path + MARK : path
    const read = () => map ?? readMap(named!, path)
    if (mapped) registerMap(this.#filename, () => (read() === null ? null : new TraceMap(read() as never)))
  }

  resolve(specifier: string, how: How): Target {
    const targets = this.#targets[how]
    let target = targets.get(specifier)
    if (target === undefined) targets.set(specifier, (target = resolve(specifier, this.path, how)))
    return target
  }

  /** How its `import` finds files: compiled TypeScript's are calls of require. */
  get importsAs(): How {
    return this.compiled ? 'require' : 'import'
  }

  /** Takes the virtual globals, gives the module's function. `waiting`: the one that awaits its imports. */
  outer(waiting: boolean): Fn {
    if (this.format === 'commonjs')
      return (this.#outer ??= this.#compile(
        `function (${[...COMMON_JS, DYNAMIC_IMPORT, RESET].join(', ')}) {`,
        this.#code,
      ))
    const names = [...MODULE, ...(this.compiled ? COMMON_JS : [])].join(', ')
    if (waiting) return (this.#outerWaiting ??= this.#compile(`async function (${names}) { 'use strict';`, this.#code))
    return (this.#outer ??= this.#compile(`function (${names}) { 'use strict';`, withoutWaiting(this.#code)))
  }

  #compile(head: string, code: string): Fn {
    const reset = resetHook(this)
    const hook = reset === undefined ? '' : `\n;${RESET}(() => { ${reset} })`
    return compileFunction(`return (${head}\n${code}${hook}\n})`, [...SHADOWED], {
      filename: this.#filename,
      lineOffset: -1,
    }) as Fn
  }
}

/** What the ending and the package say of a file; '' where the syntax decides. */
function declaredFormat(path: string): 'commonjs' | 'module' | '' {
  const ending = extname(path)
  if (ending === '.mjs' || ending === '.mts') return 'module'
  if (ending === '.cjs' || ending === '.cts') return 'commonjs'
  return packageOf(path).type
}

const units = new Map<string, Unit>()

function keep(unit: Unit): Unit {
  units.set(unit.path, unit)
  return unit
}

/** The file as it is now: the unit from before when its text is the same. */
export async function loadUnit(path: string): Promise<Unit> {
  await loadTransforms()
  const source = read(path)
  return loadPlain(path, source) ?? keep(new Unit(path, source, await transform(path, source, declaredFormat(path))))
}

/** For what turns up while a process runs: only what needs no transform. */
export function loadUnitNow(path: string): Unit {
  const unit = loadPlain(path, read(path))
  if (unit !== undefined) return unit
  const says = `${path} is required by a name that is known only at run time, and it is no plain CommonJS: use import(), or a literal name`
  throw Object.assign(new Error(says), { code: 'ERR_REQUIRE_ESM' })
}

const JSON_UNIT = { format: 'json', map: null, imports: [], dynamicImports: [], waits: false } as const

function loadPlain(path: string, source: string): Unit | undefined {
  const known = units.get(path)
  if (known?.source === source) return known
  const ending = extname(path)
  if (ending === '.json') return keep(new Unit(path, source, { ...JSON_UNIT, code: source }))
  if (ending === '.node' || ending === '.wasm')
    throw new Error(
      `${path}: native addons and WebAssembly files can't be loaded into a simulated process; they have threads and clocks of their own`,
    )
  const declared = declaredFormat(path)
  if (isTypeScript(path) || ending === '.jsx' || declared === 'module') return undefined
  if (declared === '' && hasModuleSyntax(source)) return undefined
  return keep(new Unit(path, source, commonJs(source, null)))
}

function read(path: string): string {
  const text = readFileSync(path, 'utf8')
  // A byte order mark and a `#!` line are no code; the line stays, so that no line moves.
  return text.replace(/^\uFEFF/, '').replace(/^#!/, '//')
}
