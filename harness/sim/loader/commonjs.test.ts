import { afterAll, describe, expect, it } from 'vitest'
import { play, removeProjects, start } from './testing/fixture.ts'

afterAll(removeProjects)

/** The named files, and what `module.exports` of the first one holds. */
async function main(files: Record<string, string>): Promise<unknown> {
  return (await start(files)).exports.default
}

describe('require', () => {
  it.each<[string, Record<string, string>, unknown]>([
    ['exports', { 'a.js': 'exports.x = 1; module.exports.y = 2' }, { x: 1, y: 2 }],
    [
      'module.exports replaced',
      { 'a.js': "module.exports = require('./b').f()", 'b.js': 'module.exports = { f: () => 3 }' },
      3,
    ],
    [
      'endings and folders',
      {
        'a.js': "module.exports = [require('./b'), require('./c'), require('./d')]",
        'b.js': 'module.exports = 1',
        'c/index.js': 'module.exports = 2',
        'd.json': '{"e":3}',
      },
      [1, 2, { e: 3 }],
    ],
    ['each module once', { 'a.js': "module.exports = require('./b') === require('./b.js')", 'b.js': '' }, true],
    [
      'cycles see what is there so far',
      {
        'a.js': "exports.one = 1; const b = require('./b'); exports.b = b.seen",
        'b.js': "exports.seen = { ...require('./a') }",
      },
      { one: 1, b: { one: 1 } },
    ],
    [
      'a package’s main',
      {
        'a.js': "module.exports = require('p')",
        'node_modules/p/package.json': '{"name":"p","main":"lib/x"}',
        'node_modules/p/lib/x.js': 'module.exports = "main"',
      },
      'main',
    ],
    [
      'exports by condition',
      {
        'a.js': "module.exports = [require('p'), require('p/sub')]",
        'node_modules/p/package.json':
          '{"name":"p","exports":{".":{"module-sync":"./no.mjs","import":"./i.mjs","require":"./r.js"},"./sub":"./s.js"}}',
        'node_modules/p/r.js': 'module.exports = "r"',
        'node_modules/p/s.js': 'module.exports = "s"',
      },
      ['r', 's'],
    ],
    [
      'imports of its own package',
      {
        'a.js': "module.exports = require('#x')",
        'package.json': '{"imports":{"#x":"./b.js"}}',
        'b.js': 'module.exports = "b"',
      },
      'b',
    ],
    ['built-ins with and without node:', { 'a.js': "module.exports = require('node:path') === require('path')" }, true],
    [
      'names computed at run time',
      { 'a.js': "module.exports = require(['.', 'b'].join('/'))", 'b.js': 'module.exports = typeof require' },
      'function',
    ],
    [
      '__filename and __dirname',
      {
        'a.js':
          "module.exports = __filename === require('path').join(__dirname, 'a.js') && module.filename === __filename",
      },
      true,
    ],
    ['this is exports', { 'a.js': 'this.x = 1' }, { x: 1 }],
    [
      'sloppy code stays sloppy',
      { 'a.js': 'module.exports = (function () { return typeof this })(); with ({}) {}' },
      'object',
    ],
    [
      'names of virtual globals can be declared',
      {
        'a.js':
          "const crypto = require('crypto'); let process = 1, Date = 2; var setTimeout = 3; function fetch() { return 4 } module.exports = [typeof crypto.createHash, process, Date, setTimeout, fetch()]",
      },
      ['function', 1, 2, 3, 4],
    ],
    ['a return at the top', { 'a.js': 'exports.x = 1; return; exports.x = 2' }, { x: 1 }],
    ['a shebang line', { 'a.js': '#!/usr/bin/env node\nmodule.exports = 1' }, 1],
    [
      'require.main',
      {
        'a.js': "module.exports = [require.main === module, !module.parent, require('./b')]",
        'b.js': 'module.exports = [require.main === module, module.parent.filename === require.main.filename]',
      },
      [true, true, [false, true]],
    ],
    [
      'require.resolve',
      {
        'a.js':
          "module.exports = [require.resolve('./b') === require('path').join(__dirname, 'b.js'), require.resolve('fs')]",
        'b.js': '',
      },
      [true, 'fs'],
    ],
    [
      'require.cache can be emptied',
      {
        'a.js':
          "const one = require('./b'); delete require.cache[require.resolve('./b')]; module.exports = one === require('./b')",
        'b.js': 'module.exports = {}',
      },
      false,
    ],
    [
      'what failed can be tried again',
      {
        'a.js': "let n = 0; for (let i = 0; i < 2; i++) try { require('./b') } catch { n++ } module.exports = n",
        'b.js': 'throw new Error()',
      },
      2,
    ],
    [
      'optional packages',
      { 'a.js': "try { require('absent') } catch (e) { module.exports = e.code }" },
      'MODULE_NOT_FOUND',
    ],
    [
      'createRequire',
      { 'a.js': "module.exports = require('module').createRequire(__filename)('./b')", 'b.js': 'module.exports = 5' },
      5,
    ],
    [
      'an ES module that needs not wait',
      {
        'a.js': "module.exports = require('./b.mjs').default",
        'b.mjs': "import { x } from './c.mjs'; export default x + 1",
        'c.mjs': 'export const x = 1',
      },
      2,
    ],
    ['a TypeScript file', { 'a.js': "module.exports = require('./b').x", 'b.ts': 'exports.x = 1 as number' }, 1],
    [
      'what the next file is told of it: no host',
      { 'a.js': "module.exports = typeof globalThis.process.version + typeof require('node:module')._load" },
      'stringfunction',
    ],
  ])('%s', async (_, files, expected) => {
    expect(await main(files)).toEqual(expected)
  })
})

describe('errors', () => {
  it('a missing module names its importer', async () => {
    await expect(main({ 'a.js': "require('./nowhere')" })).rejects.toThrow(
      /Cannot find module '.\/nowhere', required from .*a\.js/,
    )
    await expect(main({ 'a.js': "require('nowhere')" })).rejects.toThrow(
      /Cannot find package 'nowhere', required from .*a\.js/,
    )
  })

  it('a module that waits can’t be required', async () => {
    await expect(main({ 'a.js': "require('./b.mjs')", 'b.mjs': 'await 1' })).rejects.toMatchObject({
      code: 'ERR_REQUIRE_ASYNC_MODULE',
      message: expect.stringContaining('b.mjs'),
    })
  })

  it('an ES module required by a computed name', async () => {
    await expect(main({ 'a.js': "require('./' + 'b.mjs')", 'b.mjs': '' })).rejects.toMatchObject({
      code: 'ERR_REQUIRE_ESM',
    })
  })

  it('native addons', async () => {
    await expect(main({ 'a.js': "require('./b.node')", 'b.node': '' })).rejects.toThrow('native addons')
  })

  it('syntax errors name the file and line', async () => {
    await expect(main({ 'a.js': '\nconst x = ;' })).rejects.toMatchObject({
      name: 'SyntaxError',
      stack: expect.stringContaining('a.js:2'),
    })
  })

  it('JSON errors name the file', async () => {
    await expect(main({ 'a.js': "require('./b.json')", 'b.json': '{' })).rejects.toThrow('b.json: ')
  })

  it('what is no specifier', async () => {
    await expect(main({ 'a.js': 'require(5)' })).rejects.toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
  })
})

describe('import() in CommonJS', () => {
  it('gives namespaces, and does not go through the host', async () => {
    const { exports, port } = await start({
      'a.js':
        "exports.run = async () => [(await import('./b.mjs')).x, (await import('./c.js')).default.y, typeof (await import('node:fs')).readFile]",
      'b.mjs': 'export const x = 1',
      'c.js': 'exports.y = Date.now()',
    })
    let seen: unknown
    await play(port, async () => {
      seen = await (exports.run as () => Promise<unknown>)()
    })
    expect(seen).toEqual([1, Date.UTC(2024, 0, 1), 'function'])
    expect(port.calls.filter((call) => call.startsWith('escape'))).toEqual([])
  })

  it('leaves methods and comments of that name alone', async () => {
    expect(
      await main({
        'a.js':
          "/* import('x') */ class A { import(x) { return x } } module.exports = new A().import('y') + \"import('z')\"",
      }),
    ).toBe("yimport('z')")
  })
})
