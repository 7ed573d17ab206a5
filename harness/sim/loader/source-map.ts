/** Source maps that files bring along, and those that the transforms make, in one form: absolute paths, no root. */
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface RawMap {
  readonly version: 3
  readonly sources: (string | null)[]
  readonly sourceRoot?: string
  readonly mappings: string
  readonly names: string[]
}

/** `file` is where the map's relative names start from. */
export function absoluteMap(map: RawMap, file: string): RawMap {
  const root = resolve(dirname(file), map.sourceRoot ?? '')
  const absolute = (source: string | null) =>
    source === null ? null : source.startsWith('file:') ? fileURLToPath(source) : resolve(root, source)
  return { ...map, sourceRoot: '', sources: map.sources.map(absolute) }
}

/** What a file says of its map, in its last lines. */
export function mapNameOf(source: string): string | undefined {
  const at = source.lastIndexOf('sourceMappingURL=')
  return at === -1
    ? undefined
    : /^\/\/[#@] ?sourceMappingURL=(\S+)\s*$/m.exec(source.slice(source.lastIndexOf('\n', at) + 1))?.[1]
}

/** The map that the file at `path` names; null when it isn't there or can't be read: a stack is worth less without, not nothing. */
export function readMap(named: string, path: string): RawMap | null {
  try {
    const inline = /^data:application\/json[^,]*?(;base64)?,(.*)$/.exec(named)
    const file = inline === null ? resolve(dirname(path), decodeURIComponent(named)) : path
    const text =
      inline === null
        ? readFileSync(file, 'utf8')
        : inline[1] === undefined
          ? decodeURIComponent(inline[2]!)
          : Buffer.from(inline[2]!, 'base64').toString()
    return absoluteMap(JSON.parse(text), file)
  } catch {
    return null
  }
}
