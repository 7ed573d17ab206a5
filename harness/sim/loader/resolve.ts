/**
 * From a specifier to a file, by Node's rules and with fixed conditions, so that every version of Node finds the same files
 * (newer ones know conditions of their own). Beyond Node's rules: `./x.js` may really be `./x.ts`, and a TypeScript file may
 * leave out the ending, as bundlers and tsx allow.
 */
import { realpathSync, statSync } from 'node:fs'
import { createRequire, isBuiltin } from 'node:module'
import { dirname, extname, resolve as resolvePath } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { moduleResolve } from 'import-meta-resolve'

export type How = 'import' | 'require'
export type Target =
  | { readonly builtin: string }
  | { readonly file: string }
  /** Thrown when the code gets there, as code may well expect it. */
  | { readonly missing: () => Error }

const CONDITIONS = { import: new Set(['node', 'import']), require: new Set(['node', 'require']) }

/** What a compiled name may stand for. */
const SOURCES: Record<string, readonly string[]> = {
  '.js': ['.ts', '.tsx', '.jsx'],
  '.jsx': ['.tsx'],
  '.mjs': ['.mts'],
  '.cjs': ['.cts'],
}
const ENDINGS = ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs', '.json']

export function resolve(specifier: string, from: string, how: How): Target {
  const builtin = builtinName(specifier)
  if (builtin !== undefined) return { builtin }
  try {
    const file = isPath(specifier) ? pathOf(specifier, from, how) : packageFile(specifier, from, how)
    if (file !== undefined) return { file: realpathSync(file) }
  } catch (error) {
    // A package that refuses a subpath says why; that it was not found is said below, with the importer.
    if (!isNotFound(error)) return { missing: () => error as Error }
  }
  return { missing: () => notFound(specifier, from, how) }
}

function builtinName(specifier: string): string | undefined {
  if (specifier.startsWith('node:')) return specifier.slice(5)
  return isBuiltin(specifier) ? specifier : undefined
}

function isPath(specifier: string): boolean {
  return /^(?:\.{0,2}\/|\.{1,2}$|file:|[A-Za-z]:[\\/])/.test(specifier)
}

function pathOf(specifier: string, from: string, how: How): string | undefined {
  const url = how === 'import' || specifier.startsWith('file:')
  const path = url ? fileURLToPath(new URL(specifier, pathToFileURL(from))) : resolvePath(dirname(from), specifier)
  if (isFile(path)) return path
  const ending = extname(path)
  const source = SOURCES[ending]?.map((other) => path.slice(0, -ending.length) + other).find(isFile)
  if (source !== undefined) return source
  if (how === 'import' && !isTypeScript(from)) return undefined
  // Directories and endings left out: what require knows, and then what TypeScript adds to it.
  return (
    required(path, from) ?? [...ENDINGS.map((e) => path + e), ...ENDINGS.map((e) => `${path}/index${e}`)].find(isFile)
  )
}

function packageFile(specifier: string, from: string, how: How): string | undefined {
  if (/^[a-z][a-z+.-]*:/.test(specifier))
    throw new Error(
      `'${specifier}', imported from ${from}: only files, packages and built-ins can be loaded into a simulated process`,
    )
  try {
    const url = moduleResolve(specifier, pathToFileURL(from), CONDITIONS[how])
    if (url.protocol === 'file:' && isFile(fileURLToPath(url))) return fileURLToPath(url)
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
  // Without `exports`, require looks for endings and directories.
  return how === 'require' || isTypeScript(from) ? required(specifier, from) : undefined
}

function required(specifier: string, from: string): string | undefined {
  try {
    return createRequire(from).resolve(specifier)
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}

export function isTypeScript(file: string): boolean {
  return /\.[cm]?tsx?$/.test(file)
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true
}

function isNotFound(error: unknown): boolean {
  const { code } = error as { code?: string }
  return code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND' || code === 'ERR_UNSUPPORTED_DIR_IMPORT'
}

function notFound(specifier: string, from: string, how: How): Error {
  const code = how === 'import' ? 'ERR_MODULE_NOT_FOUND' : 'MODULE_NOT_FOUND'
  const what = isPath(specifier) || specifier.startsWith('#') ? 'module' : 'package'
  return Object.assign(
    new Error(`Cannot find ${what} '${specifier}', ${how === 'import' ? 'imported' : 'required'} from ${from}`),
    { code },
  )
}
