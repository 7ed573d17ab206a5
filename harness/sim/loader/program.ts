/**
 * All files that an entry module reaches, as far as that can be seen without running it: read, transformed and resolved outside
 * of the simulation, as that is real work. Only what a process computes at run time is left for later.
 */
import { realpathSync } from 'node:fs'
import { resolve as resolvePath } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { How, Target } from './resolve.ts'
import { loadUnit, type Unit } from './unit.ts'

export interface ProgramOptions {
  /** The project: where packages are found that the entry itself does not see. */
  readonly root: string
  /** Specifiers that stand for a file wherever they are used, such as `ackward:apps/…`. All of them are prepared. */
  readonly extraModules?: ReadonlyMap<string, string>
  /** Specifiers that are prepared as if the entry required them: what the harness itself will ask for. */
  readonly also?: readonly string[]
}

export interface Program {
  readonly entry: Unit
  readonly root: string
  readonly extraModules: ReadonlyMap<string, string>
  readonly units: ReadonlyMap<string, Unit>
  /** Modules that wait at their top level, or import one that does: they can't be evaluated in one go. */
  readonly waiting: ReadonlySet<Unit>
}

/** `entry`: an absolute path or a file URL. */
export async function prepare(entry: string | URL, options: ProgramOptions): Promise<Program> {
  const { root, also = [] } = options
  const extraModules = new Map(
    [...(options.extraModules ?? [])].map(([specifier, file]) => [specifier, realpathSync(file)]),
  )
  const path = realpathSync(String(entry).startsWith('file:') ? fileURLToPath(entry) : resolvePath(String(entry)))
  const units = new Map<string, Unit>()
  const edges = new Map<Unit, Unit[]>()
  const queue: { path: string; by: (unit: Unit) => void; must: boolean }[] = []
  const reach = (path: string, must: boolean, by: (unit: Unit) => void) => queue.push({ path, must, by })
  const target = (unit: Unit, specifier: string, how: How): Target => {
    const file = extraModules.get(specifier)
    return file === undefined ? unit.resolve(specifier, how) : { file }
  }

  reach(path, true, () => undefined)
  for (const file of extraModules.values()) reach(file, true, () => undefined)
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    let unit = units.get(next.path)
    if (unit !== undefined) {
      next.by(unit)
      continue
    }
    try {
      unit = await loadUnit(next.path)
    } catch (error) {
      // What is required may be optional, or stand in a comment; what is imported is needed.
      if (next.must) throw error
      continue
    }
    const found = unit
    units.set(found.path, found)
    next.by(found)
    for (const specifier of found.imports) {
      const to = target(found, specifier, found.importsAs)
      if ('missing' in to && next.must) throw to.missing()
      if ('file' in to)
        reach(to.file, next.must, (imported) => edges.set(imported, [...(edges.get(imported) ?? []), found]))
    }
    const optional = [
      ...found.requires.map((specifier) => target(found, specifier, 'require')),
      ...found.dynamicImports.map((specifier) => target(found, specifier, 'import')),
      ...(found.path === path ? also.map((specifier) => target(found, specifier, 'require')) : []),
    ]
    for (const to of optional) if ('file' in to) reach(to.file, false, () => undefined)
  }
  return { entry: units.get(path)!, root, extraModules, units, waiting: waitingAmong(units, edges) }
}

/** A module that waits makes everything wait that imports it; `importers` says who does. */
function waitingAmong(units: ReadonlyMap<string, Unit>, importers: ReadonlyMap<Unit, readonly Unit[]>): Set<Unit> {
  const waiting = new Set([...units.values()].filter((unit) => unit.waits))
  for (const unit of waiting) for (const importer of importers.get(unit) ?? []) waiting.add(importer)
  return waiting
}
