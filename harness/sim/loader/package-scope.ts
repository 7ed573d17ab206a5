/** The package.json that governs a file: the nearest one above it. */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

export interface PackageScope {
  /** '' where there is none. */
  readonly dir: string
  readonly name: string
  readonly version: string
  readonly type: 'module' | 'commonjs' | ''
}

const NONE: PackageScope = { dir: '', name: '', version: '', type: '' }
const scopes = new Map<string, PackageScope>()

export function packageOf(file: string): PackageScope {
  return scopeOf(dirname(file))
}

function scopeOf(dir: string): PackageScope {
  let scope = scopes.get(dir)
  if (scope === undefined) {
    const parent = dirname(dir)
    scope = read(dir) ?? (parent === dir || dir.endsWith('/node_modules') ? NONE : scopeOf(parent))
    scopes.set(dir, scope)
  }
  return scope
}

function read(dir: string): PackageScope | undefined {
  let text: string
  try {
    text = readFileSync(join(dir, 'package.json'), 'utf8')
  } catch {
    return undefined
  }
  const { name = '', version = '', type = '' } = JSON.parse(text) as Partial<PackageScope>
  return { dir, name, version, type }
}
