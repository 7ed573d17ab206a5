/**
 * From positions in compiled code to positions in what the user wrote.
 *
 * A file whose code was transformed, or that names a source map, is compiled under its path and a mark; a mapped position has
 * lost the mark. So mapping a text twice is mapping it once, and a position that nobody mapped shows that it is not the user's.
 */
import { findSourceMap } from 'node:module'
import { relative } from 'node:path'
import { originalPositionFor, type TraceMap } from '@jridgewell/trace-mapping'
import type { LoopPlace } from '../../history/op.ts'
import { packageOf } from './package-scope.ts'

export const MARK = '?ackward'

/** Reads the map of a compiled file when the first stack needs it; null when it has none after all. */
type MapReader = () => TraceMap | null

const readers = new Map<string, MapReader>()
const maps = new Map<string, TraceMap | null>()

/** `file` with its mark. */
export function registerMap(file: string, read: MapReader): void {
  readers.set(file, read)
  maps.delete(file)
}

interface Position {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** `column` counts from 1, as stacks do. */
function mapPosition({ file, line, column }: Position): Position {
  const plain = file.slice(0, -MARK.length)
  let map = maps.get(file)
  if (map === undefined) maps.set(file, (map = readers.get(file)?.() ?? null))
  const found = map === null ? null : originalPositionFor(map, { line, column: column - 1 })
  if (found === null || found.source === null) return { file: plain, line, column }
  return { file: found.source, line: found.line, column: found.column + 1 }
}

const MARKED = new RegExp(`([^\\s(]+${MARK.replace('?', '\\?')}):(\\d+):(\\d+)`, 'g')
/** What the transform calls an imported function. */
const IMPORTED = /(?:\(0 ?, ?)?__vite_ssr_import_\d+__\./g

/** The same stack with the positions that the user wrote. */
export function mapStack(stack: string): string {
  if (!stack.includes(MARK) && !stack.includes('__vite_ssr_')) return stack
  return stack
    .replace(MARKED, (_, file: string, line: string, column: string) => {
      const at = mapPosition({ file, line: Number(line), column: Number(column) })
      return `${at.file}:${at.line}:${at.column}`
    })
    .replace(IMPORTED, '')
    .replaceAll('__vite_ssr_export_default__', 'default')
}

const FRAME = /^ +at (?:.*\()?(?:file:\/\/)?(\/.*):(\d+):\d+\)?$/m

/** Of the first frame; nothing where the process makes stacks of its own. A file of the project is told relative to `root`, any other relative to its package. */
export function placeOf(stack: string, root: string): LoopPlace | undefined {
  const [, path, line] = FRAME.exec(mapStack(stack)) ?? []
  if (path === undefined) return undefined
  const { name, dir } = packageOf(path)
  const isOwn = !dir.includes('/node_modules/')
  return { package: isOwn ? '' : name, file: relative(isOwn ? root : dir, path), line: Number(line) }
}

type Prepare = typeof Error.prepareStackTrace

let installed: { readonly before: Prepare } | undefined

/**
 * Maps every stack of this thread as it is made into text. For a thread that runs simulations: it replaces
 * Error.prepareStackTrace, so host frames are mapped here too, from what Node knows of them.
 */
export function installStackMapping(): void {
  if (installed !== undefined) return
  installed = { before: Error.prepareStackTrace }
  Error.prepareStackTrace = (error, frames) => {
    const lines = frames.map((frame) => `\n    at ${mapHostFrame(frame)}`)
    return mapStack(headOf(error) + lines.join(''))
  }
}

export function uninstallStackMapping(): void {
  if (installed === undefined) return
  Error.prepareStackTrace = installed.before
  installed = undefined
}

function headOf(error: Error): string {
  try {
    return Error.prototype.toString.call(error)
  } catch {
    return '<error>'
  }
}

/** With `process.setSourceMapsEnabled` (tsx, --enable-source-maps) Node holds the maps of the host's own files. */
function mapHostFrame(frame: NodeJS.CallSite): string {
  const text = String(frame)
  const file = frame.getFileName()
  if (file === null || file.endsWith(MARK)) return text
  const map = findSourceMap(file)
  const line = frame.getLineNumber()
  const column = frame.getColumnNumber()
  if (map === undefined || line === null || column === null) return text
  const found = map.findEntry(line - 1, column - 1)
  if (!('originalSource' in found)) return text
  return text.replace(
    `${file}:${line}:${column}`,
    `${found.originalSource}:${found.originalLine + 1}:${found.originalColumn + 1}`,
  )
}
