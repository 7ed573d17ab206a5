/**
 * The rules of the house that no tool checks: which room may import which, and which names are banned where, with what to use instead.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = import.meta.dirname ?? dirname(new URL(import.meta.url).pathname)

/** From left to right: a room may import itself and what stands left of it. */
const ROOMS = [
  'harness',
  'properties',
  'scenarios',
  'reports',
  'cli',
  'trial',
  'examples',
  'bench',
  'conformance',
  'scripts',
]

/** Inside the harness: what each folder may import of the others. Plain data (plan, op, cluster) is for all. */
const HARNESS: Readonly<Record<string, readonly string[]>> = {
  wire: [],
  plan: ['wire', 'clients'],
  history: ['plan', 'sim'],
  sim: ['plan', 'history'],
  net: ['plan', 'sim'],
  model: ['plan', 'history', 'wire'],
  faults: ['plan', 'history', 'wire'],
  clients: ['plan', 'history', 'wire', 'sim'],
  real: ['plan', 'history', 'wire'],
  world: ['plan', 'history', 'wire', 'sim', 'net', 'model', 'faults', 'clients'],
}

interface Ban {
  readonly name: RegExp
  readonly instead: string
  /** Where it is allowed, and why is said there. */
  readonly but: readonly RegExp[]
}

const BANS: readonly Ban[] = [
  { name: /\bMath\.random\b/, instead: 'a named stream of harness/sim/random.ts', but: [/^harness\/sim\/virtual\//] },
  // What runs inside a simulated process (scenarios/apps) may use what any application uses: there it is virtual.
  {
    name: /\bDate\.now\b|\bnew Date\(/,
    instead: 'clock.nowMs',
    but: [/^harness\/sim\/virtual\//, /^scenarios\/apps\//],
  },
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
      /^conformance\/sides\//,
      /^scenarios\/apps\//,
      /^examples\//,
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
    but: [
      /^cli\//,
      /^scenarios\/apps\//,
      /^harness\/sim\/virtual\//,
      /^bench\//,
      /^conformance\/main\.ts$/,
      /^scripts\//,
      /^examples\//,
    ],
  },
  {
    name: /\brandomUUID\b|\brandomBytes\b/,
    instead: 'a named stream of harness/sim/random.ts',
    but: [/^harness\/sim\/virtual\//, /^harness\/real\//, /^scenarios\/apps\//],
  },
]

/**
 * These rooms turn data into data: no waiting, no host. That is why the model can also serve on a socket, and why properties judge a
 * history from anywhere.
 */
const PURE = /^(harness\/(model|plan|faults|history|wire)|properties|reports)\//
const IMPURE =
  /\basync\b|\bawait\b|\bPromise\b|\bperformance\.|\bprocess\.(?:env|argv|cwd|exit|hrtime|nextTick|on|once|std\w+)\b|['"]node:(?!buffer\b|os\b|util\b|vm\b|zlib\b)/

/** A file of 30 to 150 lines is comfortable. One that is longer than 250 has one reason to be, and does not grow unnoticed. */
const LONG: Readonly<Record<string, { readonly atMost: number; readonly because: string }>> = {
  'harness/world/world.ts': {
    atMost: 360,
    because: 'the only place that wires everything; what can be is in files beside it',
  },
  'harness/sim/virtual/socket.ts': { atMost: 350, because: 'one class: the socket as Node has it' },
  'harness/wire/writer.ts': { atMost: 290, because: 'one class, a method per primitive' },
  'harness/history/op.ts': { atMost: 410, because: 'one vocabulary: every kind of operation' },
  'scenarios/search/index.ts': { atMost: 290, because: 'one loop: draw, run, judge, shrink' },
  'scripts/mutants/list.ts': { atMost: 450, because: 'a list' },
  'conformance/codes.ts': { atMost: 280, because: 'one table: an entry for each API' },
}

const files = sources(ROOT)

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name.startsWith('.') || ['node_modules', 'dist'].includes(entry.name)) return []
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return sources(path)
    return /\.ts$/.test(entry.name) ? [relative(ROOT, path)] : []
  })
}

/** The one rule that the build goes by too: these are for tests only, and are not published. */
const isTest = (file: string): boolean => /\.test\.ts$|\/testing\/|\/fixtures\//.test(file)
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

test('rooms that turn data into data do nothing else', () => {
  const wrong = files.flatMap((file) => {
    if (!PURE.test(file) || isTest(file)) return []
    const found = IMPURE.exec(code(file))
    return found === null ? [] : [`${file}: ${found[0]}`]
  })
  expect(wrong).toEqual([])
})

test('nothing that is published imports what is for tests only', () => {
  const wrong = files.flatMap((file) =>
    isTest(file)
      ? []
      : imports(file)
          .filter(isTest)
          .map((to) => `${file} imports ${to}`),
  )
  expect(wrong).toEqual([])
})

test('files are short, or say why not', () => {
  const wrong = files.flatMap((file) => {
    const lines = readFileSync(join(ROOT, file), 'utf8').split('\n').length - 1
    const atMost = LONG[file]?.atMost ?? 250
    return isTest(file) || lines <= atMost
      ? []
      : [`${file} has ${lines} lines, at most ${atMost}: split it, or say why in LONG`]
  })
  expect(wrong).toEqual([])
  expect(Object.keys(LONG).filter((file) => !files.includes(file))).toEqual([])
})

test('folders of the harness are the known ones', () => {
  const folders = new Set(files.filter((file) => /^harness\/[^/]+\//.test(file)).map((file) => file.split('/')[1]!))
  expect([...folders].sort()).toEqual(Object.keys(HARNESS).sort())
})
