/**
 * TypeScript and ECMAScript modules as functions, through vite's pinned transforms: whoever uses vitest has them, and they take
 * all of the language (top-level await, import.meta, live bindings, decorators). Plain CommonJS needs none of it.
 */
import { isTypeScript } from './resolve.ts'
import { absoluteMap, mapNameOf, type RawMap, readMap } from './source-map.ts'
import { awaits, type Node, tellingTurns } from './turns.ts'

type Vite = typeof import('vite')

let loading: Promise<Vite> | undefined
let loaded: Vite | undefined

/** Takes a tenth of a second, once per thread. Comes before everything else here. */
export async function loadTransforms(): Promise<void> {
  loaded = await (loading ??= import('vite'))
}

function vite(): Vite {
  if (loaded === undefined) throw new Error('loadTransforms() comes first')
  return loaded
}

export interface Transformed {
  readonly format: 'commonjs' | 'module'
  readonly code: string
  readonly map: RawMap | null
  /** Specifiers of static imports and re-exports, in order. */
  readonly imports: readonly string[]
  /** Specifiers of import() that are known. */
  readonly dynamicImports: readonly string[]
  /** Top-level await: the module can't be evaluated in one go. */
  readonly waits: boolean
}

/** `declared`: what the file's ending and package say; '' leaves it to the syntax. */
export async function transform(
  path: string,
  source: string,
  declared: 'commonjs' | 'module' | '',
): Promise<Transformed> {
  let code = source
  let map: RawMap | null = null
  if (isTypeScript(path) || path.endsWith('.jsx')) {
    const result = await vite().transformWithOxc(source, path, {
      target: 'node20',
      sourcemap: true,
      helpers: { mode: 'External' },
    })
    code = result.code
    map = absoluteMap(result.map as unknown as RawMap, path)
    // What is left of a file whose imports were all types says nothing about its format.
    if (declared !== 'module') code = code.replace(/^export \{\};?\s*$/m, '')
  } else {
    const named = mapNameOf(source)
    map = named === undefined ? null : readMap(named, path)
  }
  if (declared !== 'module' && !hasModuleSyntax(code)) return commonJs(code, map)
  code = tellingTurns(code, (of) => parsed(of, 'module'))
  const result = await vite().moduleRunnerTransform(code, map as never, path, source)
  if (result === null) throw new SyntaxError(`${path} can't be read as a module`)
  return {
    format: 'module',
    code: result.code,
    map: absoluteMap(result.map as unknown as RawMap, path),
    imports: result.deps ?? [],
    dynamicImports: result.dynamicDeps ?? [],
    waits: hasTopLevelAwait(result.code),
  }
}

export function hasModuleSyntax(code: string): boolean {
  // The parser is asked only where the words are.
  return /\b(?:import|export)\b/.test(code) && vite().parseSync('file.js', code).module.hasModuleSyntax
}

/** A name as long as `import`, so that no column moves. */
export const DYNAMIC_IMPORT = '$mport'

/** CommonJS as it is, but for its loops, and for `import()`, which the host would load outside of the simulation. */
export function commonJs(source: string, map: RawMap | null): Transformed {
  const dynamicImports: string[] = []
  const told = tellingTurns(source, (of) => parsed(of, 'script'))
  let code = told
  if (/\bimport\s*\(/.test(told)) {
    for (const { start, moduleRequest } of vite().parseSync('file.js', told, { sourceType: 'script' }).module
      .dynamicImports) {
      const literal = /^(['"])([^'"\\]+)\1$/.exec(told.slice(moduleRequest.start, moduleRequest.end))
      if (literal !== null) dynamicImports.push(literal[2]!)
      code = code.slice(0, start) + DYNAMIC_IMPORT + code.slice(start + DYNAMIC_IMPORT.length)
    }
  }
  return { format: 'commonjs', code, map, imports: [], dynamicImports, waits: false }
}

/** How the transform writes a static import: on a line of its own. */
const STATIC_IMPORT = /^(const __vite_ssr_import_\d+__ = )await (__vite_ssr_import__\()/gm

/** Without the waiting: the module is then evaluated as Node does it, in one go with what it imports. */
export function withoutWaiting(code: string): string {
  return code.replace(STATIC_IMPORT, '$1      $2')
}

function hasTopLevelAwait(code: string): boolean {
  const rest = withoutWaiting(code)
  return /\bawait\b/.test(rest) && awaits(parsed(rest, 'module'))
}

function parsed(code: string, sourceType: 'module' | 'script'): Node {
  return vite().parseSync('file.js', code, { sourceType }).program as unknown as Node
}
