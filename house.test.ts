/**
 * The rules of the house that no tool checks: which room may import which, and which names are banned where, with what to use instead.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = import.meta.dirname ?? dirname(new URL(import.meta.url).pathname)

/** From left to right: a room may import itself and what stands left of it. */
const ROOMS = ['harness', 'properties', 'scenarios', 'reports', 'cli', 'trial', 'examples', 'bench']
/** Inside the harness: what each folder may import of the others. Plain data (plan, op, cluster) is for all. */
const HARNESS: Readonly<Record<string, readonly string[]>> = {
  wire: [],
  net: ['sim'],
  sim: ['history'],
  history: ['sim'],
  model: ['wire', 'history'],
  faults: ['wire'],
  clients: ['sim', 'wire', 'history'],
  world: ['wire', 'net', 'sim', 'history', 'model', 'faults', 'clients'],
}

interface Ban {
  readonly name: RegExp
  readonly instead: string
  /** Where it is allowed, and why is said there. */
  readonly but: readonly RegExp[]
}

const BANS: readonly Ban[] = [
  { name: /\bMath\.random\b/, instead: 'a named stream of harness/sim/random.ts', but: [/^harness\/sim\/virtual\//] },
  { name: /\bDate\.now\b|\bnew Date\(/, instead: 'clock.nowMs', but: [/^harness\/sim\/virtual\//] },
  {
    name: /(?<![.\w])(setTimeout|setInterval|setImmediate)\(/,
    instead: 'clock.schedule; real time is for the pool, the command line and real clusters',
    but: [
      /^harness\/sim\/settle\.ts$/,
      /^harness\/sim\/virtual\//,
      /^harness\/world\/fixtures\//,
      /^scenarios\/search\/pool\.ts$/,
      /^cli\//,
      /^harness\/real\//,
      /^scenarios\/apps\//,
    ],
  },
  {
    name: /\bprocess\.exit\b/,
    instead: 'set process.exitCode in cli/',
    but: [/^cli\//, /^scenarios\/apps\//, /^harness\/sim\/virtual\//, /^harness\/world\/fixtures\//, /^examples\//],
  },
  {
    name: /\bconsole\.\w/,
    instead: 'data in the history or a report',
    but: [/^cli\//, /^scenarios\/apps\//, /^bench\//, /^scripts\//, /^examples\//],
  },
  {
    name: /\brandomUUID\b|\brandomBytes\b/,
    instead: 'a named stream of harness/sim/random.ts',
    but: [/^harness\/sim\/virtual\//, /^harness\/real\//],
  },
]

/** The model is pure: that is why it can also serve on a socket. */
const MODEL_BANS = /\basync\b|\bawait\b|\bPromise\b|node:net|node:timers|performance\./

const files = sources(ROOT)

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name.startsWith('.') || ['node_modules', 'dist'].includes(entry.name)) return []
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return sources(path)
    return /\.ts$/.test(entry.name) ? [relative(ROOT, path)] : []
  })
}

const isTest = (file: string): boolean => /\.test\.ts$|-stories\.ts$|\/testing\//.test(file)
const code = (file: string): string =>
  readFileSync(join(ROOT, file), 'utf8').replace(
    /\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$|`(?:[^`\\]|\\.)*`|'(?:[^'\\\n]|\\.)*'/gm,
    (text) => (text.startsWith("'") ? text : ''),
  )

function imports(file: string): string[] {
  const text = readFileSync(join(ROOT, file), 'utf8')
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map((match) =>
    relative(ROOT, join(ROOT, dirname(file), match[1]!)),
  )
}

test('rooms import only what stands left of them', () => {
  const wrong = files.flatMap((file) => {
    const room = ROOMS.indexOf(file.split('/')[0]!)
    if (room < 0 || isTest(file)) return []
    return imports(file)
      .filter((to) => ROOMS.indexOf(to.split('/')[0]!) > room)
      .map((to) => `${file} imports ${to}`)
  })
  expect(wrong).toEqual([])
})

test('folders of the harness import only what they may', () => {
  const wrong = files.flatMap((file) => {
    const [room, folder, ...rest] = file.split('/')
    if (room !== 'harness' || folder === undefined || rest.length === 0 || isTest(file)) return []
    const may = HARNESS[folder]
    return imports(file).flatMap((to) => {
      const [toRoom, toFolder, ...toRest] = to.split('/')
      if (toRoom !== 'harness' || toRest.length === 0 || toFolder === folder) return []
      return may?.includes(toFolder!) === true ? [] : [`${file} imports ${to}`]
    })
  })
  expect(wrong).toEqual([])
})

test('banned names are not used', () => {
  const wrong = files.flatMap((file) => {
    if (isTest(file) || file.endsWith('.config.ts')) return []
    const text = code(file)
    return BANS.flatMap(({ name, instead, but }) => {
      const found = name.exec(text)
      return found === null || but.some((where) => where.test(file)) ? [] : [`${file}: ${found[0]}: use ${instead}`]
    })
  })
  expect(wrong).toEqual([])
})

test('the model is pure', () => {
  const wrong = files.flatMap((file) => {
    if (!file.startsWith('harness/model/') || isTest(file)) return []
    const found = MODEL_BANS.exec(code(file))
    return found === null ? [] : [`${file}: ${found[0]}`]
  })
  expect(wrong).toEqual([])
})
