import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { installStackMapping, mapStack, uninstallStackMapping } from './stack.ts'
import { removeProjects, start } from './testing/fixture.ts'

afterAll(removeProjects)
afterEach(uninstallStackMapping)

/** The position that the first line of a stack shows, of the file `name`. */
function at(stack: string, name: string): string | undefined {
  return new RegExp(`${name.replace('.', '\\.')}:\\d+:\\d+`).exec(stack.split('\n')[1]!)?.[0]
}

async function thrown(files: Record<string, string>, entry?: string): Promise<string> {
  const { exports } = await start(files, entry === undefined ? {} : { entry })
  try {
    ;(exports.fail as () => void)()
  } catch (error) {
    return (error as Error).stack!
  }
  throw new Error('nothing was thrown')
}

// In each, `new Error` stands in the line and column that are expected.
const TS = `import { join } from 'node:path'
interface Wide {
  a: number
}
enum E { A, B }

export function fail(this: unknown, a: Wide = { a: E.B }): never {
  join('x')
  throw new Error(String(a.a))
}`

const CASES: [string, Record<string, string>, string, string][] = [
  ['TypeScript', { 'a.ts': TS, 'package.json': '{"type":"module"}' }, 'a.ts', 'a.ts:9:9'],
  [
    'TypeScript for CommonJS',
    { 'a.cts': `${'// one\n'.repeat(3)}exports.fail = (a: number) => { throw new Error('x') }` },
    'a.cts',
    'a.cts:4:39',
  ],
  [
    'a module',
    { 'a.mjs': "import 'node:path'\nimport 'node:os'\n\nexport const fail = () => { throw new Error('x') }" },
    'a.mjs',
    'a.mjs:4:35',
  ],
  ['CommonJS', { 'a.js': "// one\nexports.fail = () => { throw new Error('x') }" }, 'a.js', 'a.js:2:30'],
  ['CommonJS, first line', { 'a.js': "exports.fail = () => { throw new Error('x') }" }, 'a.js', 'a.js:1:30'],
  [
    'CommonJS with import()',
    { 'a.js': "const f = () => import('x'); exports.fail = () => { throw new Error('x') }" },
    'a.js',
    'a.js:1:59',
  ],
  // Line 1, column 0 of the compiled file is line 5, column 2 of the source.
  [
    'compiled, with a map beside it',
    {
      'dist/a.js': "exports.fail = () => { throw new Error('x') }\n//# sourceMappingURL=a.js.map",
      'dist/a.js.map': JSON.stringify({ version: 3, sources: ['../src/a.ts'], names: [], mappings: 'AAIE' }),
    },
    'dist/a.js',
    'src/a.ts:5:3',
  ],
  [
    'compiled, with a map inside',
    {
      'a.js': `exports.fail = () => { throw new Error('x') }\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(JSON.stringify({ version: 3, sources: ['b.ts'], names: [], mappings: 'AAIE' })).toString('base64')}`,
    },
    'a.js',
    'b.ts:5:3',
  ],
  [
    'a compiled module, with a map',
    {
      'a.mjs': "export const fail = () => { throw new Error('x') }\n//# sourceMappingURL=a.mjs.map",
      'a.mjs.map': JSON.stringify({ version: 3, sources: ['b.ts'], names: [], mappings: 'AAIE' }),
    },
    'a.mjs',
    'b.ts:5:3',
  ],
  [
    'compiled, without the map it names',
    { 'a.js': "exports.fail = () => { throw new Error('x') }\n//# sourceMappingURL=gone.map" },
    'a.js',
    'a.js:1:30',
  ],
]

describe('the first line of a stack is what the user wrote', () => {
  it.each(CASES)('%s, by mapStack', async (_, files, entry, position) => {
    const stack = mapStack(await thrown(files, entry))
    expect(at(stack, position.split(':')[0]!)).toBe(position)
    expect(stack).not.toContain('?ackward')
    expect(mapStack(stack)).toBe(stack)
  })

  it.each(CASES)('%s, installed', async (_, files, entry, position) => {
    installStackMapping()
    const stack = await thrown(files, entry)
    expect(at(stack, position.split(':')[0]!)).toBe(position)
    expect(mapStack(stack)).toBe(stack)
  })
})

it('calls of imported functions are named as the user named them', async () => {
  installStackMapping()
  const stack = await thrown({
    'a.mjs': "import * as b from './b.mjs'\nimport { f } from './b.mjs'\nexport const fail = () => { b.g(); f() }",
    'b.mjs': "export const g = () => {}\nexport function f() { throw new TypeError('x') }",
  })
  expect(stack.split('\n')[0]).toBe('TypeError: x')
  expect(stack).toContain('a.mjs:3:36')
  expect(stack).not.toContain('__vite')
})

it('stacks of the host are told as before', () => {
  const before = new Error('x').stack!.split('\n')[1]
  installStackMapping()
  // The test's own file is mapped by the test runner, one line on.
  expect(new Error('x').stack!.split('\n')[1]!.replace(/:\d+:\d+/, '')).toBe(before!.replace(/:\d+:\d+/, ''))
})

it('is put away again', () => {
  const before = Error.prepareStackTrace
  installStackMapping()
  installStackMapping()
  expect(Error.prepareStackTrace).not.toBe(before)
  uninstallStackMapping()
  expect(Error.prepareStackTrace).toBe(before)
})
