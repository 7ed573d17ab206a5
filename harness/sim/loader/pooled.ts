/**
 * Libraries whose module instances may serve a later run in the same slot, because all their module-level state is known and
 * can be reset. A package and version that is not listed here is loaded afresh for every process, which is always right, only
 * slower.
 *
 * kafkajs 2.2.4, all of it (pooled.test.ts compares the closures of a used instance with those of a new one):
 *  - `instrumentation/event.js` numbers events from a module-level counter: reset;
 *  - `src/index.js` warns once about the default partitioner, and holds `Kafka`: made anew for every process, with the package's
 *    front, so that patches of the class go too;
 *  - `CompressionCodecs` is a registry that applications write into: put back, as are the properties of everything exported;
 *  - `retry/index.js` reads NODE_ENV while it loads: an instance serves only processes with the same value.
 */

import { createHash } from 'node:crypto'

interface Poolable {
  readonly version: string
  /** SHA-256 over the texts that were examined: a patched package (patch-package) is another one. */
  readonly sources: string
  /** Run in the scope of the file, after its code, at each reset. `needs`: what must stand there for that to be right. */
  readonly resets: Readonly<Record<string, { readonly needs: string; readonly run: string }>>
  /** Evaluated for each process. Nothing pooled may require them. */
  readonly fresh: readonly string[]
}

const POOLABLE: Readonly<Record<string, Poolable>> = {
  kafkajs: {
    version: '2.2.4',
    sources: 'f42fbea01cfc4a8603aa6aaf7bf1806e31fc8284c33eced2553795254a89ba3c',
    resets: { 'src/instrumentation/event.js': { needs: 'let id = 0\n', run: 'id = 0' } },
    fresh: ['index.js', 'src/index.js'],
  },
}

interface File {
  readonly path: string
  readonly source: string
  readonly scope: { readonly dir: string; readonly name: string; readonly version: string }
}

function poolable({ scope }: File): Poolable | undefined {
  const found = Object.hasOwn(POOLABLE, scope.name) ? POOLABLE[scope.name] : undefined
  return found?.version === scope.version ? found : undefined
}

function inside({ path, scope }: File): string {
  return path.slice(scope.dir.length + 1)
}

/** Whether the file belongs to what is kept between runs. */
export function isPooled(file: File): boolean {
  const found = poolable(file)
  return found !== undefined && !found.fresh.includes(inside(file))
}

/** A statement that puts the file's module-level state back; undefined where there is none, or the file is another than known. */
export function resetHook(file: File): string | undefined {
  const reset = poolable(file)?.resets[inside(file)]
  return reset !== undefined && file.source.includes(reset.needs) ? reset.run : undefined
}

/** How many resets an instance must have, to be used again. */
export function resetsOf(file: File): number {
  return Object.keys(poolable(file)?.resets ?? {}).length
}

const examined = new WeakMap<ReadonlyMap<string, File>, Map<string, boolean>>()

/** Whether the package in `dir` is, file by file, the one that is described here. Asked once per program. */
export function isExamined(files: ReadonlyMap<string, File>, dir: string): boolean {
  let known = examined.get(files)
  if (known === undefined) examined.set(files, (known = new Map()))
  let answer = known.get(dir)
  if (answer === undefined) known.set(dir, (answer = sourcesHash(files, dir) === sourcesOf(files, dir)))
  return answer
}

function sourcesOf(files: ReadonlyMap<string, File>, dir: string): string | undefined {
  for (const file of files.values()) if (file.scope.dir === dir) return poolable(file)?.sources
  return undefined
}

/** The pooled files of a package, in the order of their names. */
export function sourcesHash(files: ReadonlyMap<string, File>, dir: string): string {
  const hash = createHash('sha256')
  const own = [...files.values()].filter((file) => file.scope.dir === dir && isPooled(file))
  for (const file of own.sort((a, b) => (a.path < b.path ? -1 : 1))) hash.update(`${inside(file)}\0${file.source}\0`)
  return hash.digest('hex')
}
