import { afterAll, describe, expect, it } from 'vitest'
import { play, removeProjects, start } from './testing/fixture.ts'

afterAll(removeProjects)

async function result(files: Record<string, string>): Promise<unknown> {
  return (await start(files)).exports.default
}

const LIB = {
  'node_modules/lib/package.json': '{"name":"lib"}',
  'node_modules/lib/index.js': 'exports.named = 1; exports.other = { ...exports }',
}
const COMPILED = {
  'node_modules/es/package.json': '{"name":"es"}',
  'node_modules/es/index.js': 'exports.__esModule = true; exports.default = "d"; exports.x = 1',
}
const MODULE = { 'package.json': '{"type":"module"}' }

describe('modules', () => {
  it.each<[string, Record<string, string>, unknown]>([
    [
      'default and named exports',
      {
        'a.mjs': "import d, { x, y as z } from './b.mjs'; export default [d, x, z]",
        'b.mjs': 'export default 1; export const x = 2; const y = 3; export { y }',
      },
      [1, 2, 3],
    ],
    [
      'live bindings',
      {
        'a.mjs': "import { n, inc } from './b.mjs'; const before = n; inc(); export default [before, n]",
        'b.mjs': 'export let n = 0; export const inc = () => { n++ }',
      },
      [0, 1],
    ],
    [
      'namespaces',
      {
        'a.mjs':
          "import * as b from './b.mjs'; export default [Object.keys(b).join(), Object.prototype.toString.call(b)]",
        'b.mjs': 'export const x = 1; export default 2',
      },
      ['x,default', '[object Module]'],
    ],
    [
      're-exports',
      {
        'a.mjs': "import { x, ns, z } from './b.mjs'; export default [x, ns.x, z]",
        'b.mjs': "export * from './c.mjs'; export * as ns from './c.mjs'; export { default as z } from './c.mjs'",
        'c.mjs': 'export const x = 1; export default 9',
      },
      [1, 1, 9],
    ],
    [
      'cycles of functions',
      {
        'a.mjs':
          "import { even } from './b.mjs'; export const odd = (n) => n !== 0 && even(n - 1); export default even(4)",
        'b.mjs': "import { odd } from './a.mjs'; export function even(n) { return n === 0 || odd(n - 1) }",
      },
      true,
    ],
    [
      'evaluation in the order of imports',
      {
        'a.mjs':
          "import { log } from './log.mjs'; import './b.mjs'; import './c.mjs'; log.push('a'); export default log",
        'log.mjs': 'export const log = []',
        'b.mjs': "import './c.mjs'; import { log } from './log.mjs'; log.push('b')",
        'c.mjs': "import { log } from './log.mjs'; log.push('c')",
      },
      ['c', 'b', 'a'],
    ],
    [
      'top-level await',
      {
        'a.mjs': "import { x } from './b.mjs'; export default x",
        'b.mjs': 'export const x = await Promise.resolve(5)',
      },
      5,
    ],
    ['await with brackets is one too', { 'a.mjs': 'let n = 0; await (async () => { n = 1 })(); export default n' }, 1],
    [
      'for await',
      { 'a.mjs': 'const seen = []; for await (const x of [1, Promise.resolve(2)]) seen.push(x); export default seen' },
      [1, 2],
    ],
    [
      'cycles that wait',
      {
        'a.mjs': "import { b } from './b.mjs'; export const a = () => 'a'; await 1; export default b()",
        'b.mjs': "import { a } from './a.mjs'; await 1; export const b = () => typeof a",
      },
      'function',
    ],
    [
      'import()',
      {
        'a.mjs':
          "const { x } = await import('./b.mjs'); const name = './c.mjs'; export default [x, (await import(name)).y]",
        'b.mjs': 'export const x = 1',
        'c.mjs': 'export const y = 2',
      },
      [1, 2],
    ],
    [
      'import() of what exports then',
      {
        'a.mjs': "export default (await import('./b.mjs'))",
        'b.mjs': 'export const then = (resolve) => resolve("thenable")',
      },
      'thenable',
    ],
    [
      'import() twice is one module',
      { 'a.mjs': "export default (await import('./b.mjs')) === (await import('./b.mjs'))", 'b.mjs': '' },
      true,
    ],
    [
      'an import() that fails',
      { 'a.mjs': "export default await import('./none.mjs').catch((e) => e.code)" },
      'ERR_MODULE_NOT_FOUND',
    ],
    [
      'a module that throws throws again',
      {
        'a.mjs':
          "const e = []; for (let i = 0; i < 2; i++) await import('./b.mjs').catch((x) => e.push(x)); export default e[0] === e[1]",
        'b.mjs': 'throw new Error()',
      },
      true,
    ],
    [
      'import.meta',
      {
        'a.mjs':
          "export default [import.meta.url === 'file://' + import.meta.filename, import.meta.filename === import.meta.dirname + '/a.mjs', import.meta.resolve('./b.mjs') === new URL('b.mjs', import.meta.url).href, import.meta.resolve('fs'), import.meta.url === 'file://' + process.argv[1]]",
      },
      [true, true, true, 'node:fs', true],
    ],
    [
      'JSON',
      { 'a.mjs': "import j, { x } from './j.json' with { type: 'json' }; export default [j, x]", 'j.json': '{"x":1}' },
      [{ x: 1 }, 1],
    ],
    [
      'strict code, no this, no require',
      { 'a.mjs': 'export default [this, typeof require, typeof module, (function () { return this })()]' },
      [undefined, 'undefined', 'undefined', undefined],
    ],
    [
      'package type',
      { 'a.js': "import { x } from './b.js'; export default x", 'b.js': 'export const x = 1', ...MODULE },
      1,
    ],
    [
      'syntax decides where nobody says',
      { 'a.js': "import { x } from './b.js'; export default x", 'b.js': 'export const x = 1' },
      1,
    ],
    [
      'classes that extend an import',
      {
        'a.mjs': "import { A } from './b.mjs'; class B extends A {} export default new B().x",
        'b.mjs': 'export class A { x = 1 }',
      },
      1,
    ],
    [
      'exports by condition',
      {
        'a.mjs': "import x from 'p'; export default x",
        'node_modules/p/package.json': '{"name":"p","exports":{"require":"./r.js","import":"./i.mjs"}}',
        'node_modules/p/i.mjs': 'export default "i"',
      },
      'i',
    ],
  ])('%s', async (_, files, expected) => {
    expect(await result(files)).toEqual(expected)
  })

  it('what need not wait is evaluated in one go', async () => {
    const { port } = await start({
      'a.mjs': "import './b.mjs'; import 'lib'; Promise.resolve().then(() => console.log('hop')); console.log('a')",
      'b.mjs': "console.log('b')",
      ...LIB,
    })
    expect(port.logs.map(([, text]) => text)).toEqual(['b', 'a', 'hop'])
  })
})

describe('CommonJS from a module, by Node’s rules', () => {
  it.each<[string, Record<string, string>, unknown]>([
    ['default is module.exports', { 'a.mjs': "import lib from 'lib'; export default lib.named", ...LIB }, 1],
    [
      'named',
      {
        'a.mjs':
          "import { named } from 'lib'; import * as ns from 'lib'; export default [named, ns.named, ns.default.named]",
        ...LIB,
      },
      [1, 1, 1],
    ],
    [
      '__esModule changes nothing',
      { 'a.mjs': "import es, { x } from 'es'; export default [es.default, x]", ...COMPILED },
      ['d', 1],
    ],
    [
      'functions and primitives',
      {
        'a.mjs': "import f, { k } from './f.cjs'; import n from './n.cjs'; export default [f(), k, n]",
        'f.cjs': 'module.exports = () => 1; module.exports.k = 2',
        'n.cjs': 'module.exports = 5',
      },
      [1, 2, 5],
    ],
    [
      'kafkajs',
      {
        'a.mjs':
          "import kafkajs, { Kafka, logLevel } from 'kafkajs'; export default [kafkajs.Kafka === Kafka, logLevel.ERROR]",
      },
      [true, 1],
    ],
    [
      'built-ins',
      {
        'a.mjs':
          "import fs, { readFile } from 'node:fs'; import { EventEmitter } from 'events'; import process, { env } from 'process'; import { setTimeout as s } from 'timers'; export default [typeof readFile, typeof fs.promises.readFile, new EventEmitter() instanceof EventEmitter, process.env === env, s === setTimeout]",
      },
      ['function', 'function', true, true, true],
    ],
    [
      'createRequire',
      {
        'a.mjs':
          "import { createRequire } from 'node:module'; export default createRequire(import.meta.url)('lib').named",
        ...LIB,
      },
      1,
    ],
  ])('%s', async (_, files, expected) => {
    expect(await result(files)).toEqual(expected)
  })

  it('a name that is not there', async () => {
    await expect(result({ 'a.mjs': "import { nope } from 'lib'", ...LIB })).rejects.toThrow(
      /'lib' does not provide an export named 'nope' \(imported from .*a\.mjs\)/,
    )
    await expect(result({ 'a.mjs': "import { nope } from './b.mjs'", 'b.mjs': '' })).rejects.toThrow(
      "'./b.mjs' does not provide an export named 'nope'",
    )
    await expect(result({ 'a.mjs': "import { nope } from 'crypto'" })).rejects.toThrow(
      "'crypto' does not provide an export named 'nope'",
    )
  })
})

describe('TypeScript', () => {
  it.each<[string, Record<string, string>, unknown]>([
    [
      'types go, the rest stays',
      {
        'a.ts':
          "import { type T, x } from './b.ts'; enum E { A = 1 } namespace N { export const q = 2 } class C { constructor(private readonly p: number) {} get() { return this.p } } const y: T = x; export default [y, E.A, N.q, new C(3).get()] as const",
        'b.ts': 'export interface T {} ; export const x = 0 satisfies number',
        ...MODULE,
      },
      [0, 1, 2, 3],
    ],
    [
      './x.js that is really ./x.ts',
      {
        'a.ts':
          "import { x } from './b.js'; import { y } from './c.mjs'; import { z } from './d.cjs'; export default [x, y, z]",
        'b.ts': 'export const x = 1',
        'c.mts': 'export const y = 2',
        'd.cts': 'export const z = 3',
        ...MODULE,
      },
      [1, 2, 3],
    ],
    [
      'endings left out',
      {
        'a.ts': "import { x } from './b'; import { y } from './c'; export default [x, y]",
        'b.ts': 'export const x = 1',
        'c/index.ts': 'export const y = 2',
        ...MODULE,
      },
      [1, 2],
    ],
    [
      'types that are re-exported without saying so',
      {
        'a.ts': "export { T, x } from './b.ts'; export default 1",
        'b.ts': 'export type T = 1; export const x = 1',
        ...MODULE,
      },
      1,
    ],
    [
      'using',
      {
        'a.ts':
          "const log: string[] = []; { using r = { [Symbol.dispose]() { log.push('gone') } }; log.push('here') } export default log",
        ...MODULE,
      },
      ['here', 'gone'],
    ],
    [
      'await using',
      {
        'a.ts':
          "const log: string[] = []; { await using r = { async [Symbol.asyncDispose]() { log.push('gone') } }; log.push('here') } export default log",
        ...MODULE,
      },
      ['here', 'gone'],
    ],
    [
      'decorators of tsconfig',
      {
        'a.ts':
          'const seen: unknown[] = []; const d = (...a: unknown[]): any => { seen.push(typeof a[0], a[1], typeof a[2]) }; @d class A { @d x = 1; @d m(@d p: string) {} } export default [seen, new A().x]',
        'tsconfig.json': '{"compilerOptions":{"experimentalDecorators":true}}',
        ...MODULE,
      },
      [
        [
          'object',
          'x',
          'undefined',
          'object',
          'm',
          'number',
          'object',
          'm',
          'object',
          'function',
          undefined,
          'undefined',
        ],
        1,
      ],
    ],
    [
      'compiled to CommonJS: require, __dirname, module beside imports',
      {
        'a.ts':
          "import { x } from './b'; const { y } = require('./c'); export default [x, y, __filename.endsWith('a.ts'), typeof __dirname, require.main === module]",
        'b.ts': 'export const x = 1',
        'c.js': 'exports.y = 2',
      },
      [1, 2, true, 'string', true],
    ],
    [
      'compiled to CommonJS: __esModule is followed',
      {
        'a.ts':
          "import es, { x } from 'es'; import * as lib from 'lib'; import d from 'lib'; export default [es, x, lib.named, d.named]",
        ...COMPILED,
        ...LIB,
      },
      ['d', 1, 1, 1],
    ],
    [
      'import x = require(), export =',
      { 'a.cts': "import lib = require('lib'); export = { named: lib.named }", ...LIB },
      { named: 1 },
    ],
    [
      'module.exports',
      {
        'a.ts': "import type { T } from './t'; const x: T = require('./b').x; module.exports = x",
        'b.js': 'exports.x = 1',
        't.ts': 'export type T = number',
      },
      1,
    ],
  ])('%s', async (_, files, expected) => {
    expect(await result(files)).toEqual(expected)
  })
})

describe('what is known only at run time', () => {
  const files = {
    'a.mjs': 'export default async (name) => (await import(name)).x',
    'late.ts': "import { y } from './later.ts'; export const x = y + 1",
    'later.ts': 'export const y = await 1',
    ...MODULE,
  }

  it('is loaded through port.escape, in every process of the thread alike', async () => {
    const once = async () => {
      const { exports, port, root } = await start(files)
      let x: unknown
      await play(port, async () => {
        x = await (exports.default as (name: string) => unknown)(`${root}/late.ts`)
      })
      for (let i = 0; x === undefined && i < 100; i++) await new Promise((resolve) => setTimeout(resolve, 10))
      return [x, port.calls]
    }
    const first = await once()
    expect(first[0]).toBe(2)
    expect(first[1]).toContain('escape import(late.ts)')
    expect(await once()).toEqual(first)
  })
})

describe('preparing', () => {
  it('says what is missing, and who asks', async () => {
    await expect(start({ 'a.mjs': "import './b.mjs'", 'b.mjs': "import 'absent'" })).rejects.toThrow(
      /Cannot find package 'absent', imported from .*b\.mjs/,
    )
  })

  it('says where the syntax is wrong', async () => {
    await expect(start({ 'a.ts': 'const x: = 1' })).rejects.toThrow(/a\.ts/)
  })

  it('sees a file as it is now', async () => {
    const { writeFileSync } = await import('node:fs')
    const { prepare, Slot } = await import('./index.ts')
    const { FakePort } = await import('../virtual/testing/fake-port.ts')
    const { root } = await start({ 'a.mjs': 'export default 1' })
    writeFileSync(`${root}/a.mjs`, 'export default 2')
    const program = await prepare(`file://${root}/a.mjs`, { root })
    expect((await new Slot().start(program, new FakePort(), { run: 1 }).evaluate()).default).toBe(2)
  })

  it('modules of the harness stand under their names', async () => {
    const { root } = await start({ 'x.ts': 'export const x = "extra"', ...MODULE })
    const { exports } = await start(
      { 'a.mjs': "import { x } from 'ackward:x'; export default [x, (await import('ackward:x')).x]" },
      { extraModules: new Map([['ackward:x', `${root}/x.ts`]]) },
    )
    expect(exports.default).toEqual(['extra', 'extra'])
  })
})
