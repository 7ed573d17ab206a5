import { afterAll, describe, expect, it } from 'vitest'
import { FakePort } from '../virtual/testing/fake-port.ts'
import { prepare } from './program.ts'
import { type Intercept, Slot } from './slot.ts'
import { play, project, removeProjects, start } from './testing/fixture.ts'

afterAll(removeProjects)

describe('processes of a slot', () => {
  it('have module instances of their own', async () => {
    const root = project({
      'a.js': "module.exports = { b: require('./b'), n: ++require('./b').n }",
      'b.js': 'exports.n = 0',
    })
    const program = await prepare(`${root}/a.js`, { root })
    const slot = new Slot()
    const seen = []
    for (let life = 0; life < 2; life++) {
      const port = new FakePort()
      seen.push((await slot.start(program, port, { run: 1 }).evaluate()).default as { b: object; n: number })
      port.sealed = true
    }
    expect(seen.map(({ n }) => n)).toEqual([1, 1])
    expect(seen[0]!.b).not.toBe(seen[1]!.b)
  })

  it('do not overlap', async () => {
    const { slot, instance } = await start({ 'a.js': '' })
    expect(() => slot.start(instance.program, new FakePort(), { run: 1 })).toThrow(
      'the slot is taken: consumer-0, life 1, is not sealed',
    )
  })

  it('speak to the port of the moment, each through the same globals', async () => {
    const files = { 'a.js': 'exports.now = () => Date.now(); exports.arm = () => setTimeout(() => {}, 5)' }
    const { slot, instance, exports, port } = await start(files)
    port.sealed = true
    const next = new FakePort('later')
    slot.start(instance.program, next, { run: 1 })
    next.calls.length = 0
    // Nothing of a dead process runs on its own; what an outsider calls lands where the seat is.
    ;(exports.now as () => void)()
    expect(next.calls).toEqual(['now date'])
  })

  it('that end in the middle of an event leave the rest of it without effect', async () => {
    const { exports, port } = await start({
      'a.js': 'exports.go = () => { process.nextTick(() => console.log("tick")); process.exit(2) }',
    })
    await play(port, exports.go as () => void)
    expect([port.exits, port.logs, port.errors]).toEqual([[2], [], []])
  })
})

describe('evaluation', () => {
  it('a CommonJS entry has run when evaluate returns', async () => {
    const root = project({ 'a.js': "console.log('ran')" })
    const port = new FakePort()
    void new Slot().start(await prepare(`${root}/a.js`, { root }), port, { run: 1 }).evaluate()
    expect(port.logs).toEqual([['log', 'ran']])
  })

  it.each([
    ['a.js', 'throw 5'],
    ['a.mjs', 'throw 5'],
    ['a.mjs', 'await 1; throw 5'],
  ])('%s: what the entry throws is a rejection: %s', async (name, text) => {
    await expect(start({ [name]: text })).rejects.toBe(5)
  })

  it('instance.require finds what the entry sees, then what the project sees, then what the harness sees', async () => {
    const { instance } = await start({
      'src/a.js': '',
      'src/node_modules/p/index.js': 'module.exports = "entry"',
      'node_modules/p/index.js': 'module.exports = "root"',
      'node_modules/q/index.js': 'module.exports = "root"',
    })
    expect([instance.require('p'), instance.require('q'), typeof (instance.require('seedrandom') as unknown)]).toEqual([
      'entry',
      'root',
      'function',
    ])
    expect(() => instance.require('nowhere-at-all')).toThrow('Cannot find package')
  })

  it('knows what was refused, also when the process caught it', async () => {
    const { instance } = await start({ 'a.js': "try { require('fs').readFileSync('x') } catch {}" })
    expect([...instance.refusals]).toEqual(['fs.readFileSync'])
  })
})

describe('intercepts', () => {
  const intercept = new Map<string, Intercept>([
    ['p', (real: { name: string }, slot: Slot) => ({ ...real, name: `${real.name} for ${slot.port.name}` })],
    ['os', (real: object) => ({ ...real, hostname: () => 'mine' })],
  ])
  const files = {
    'a.mjs':
      "import * as ns from 'p'; import { name } from 'p'; import { createRequire } from 'module'; import { hostname } from 'node:os'; const p = createRequire(import.meta.url)('p'); export default [name, ns.default === p, p.inner(), p === p.self?.(), hostname()]",
    'node_modules/p/package.json': '{"name":"p"}',
    'node_modules/p/index.js': "exports.name = 'real'; exports.inner = () => require('./inner').name",
    'node_modules/p/inner.js': "exports.name = require('p').name + require('./index').name",
  }

  it('change what the application gets, not what the package gets of itself', async () => {
    expect((await start(files, { intercept })).exports.default).toEqual([
      'real for consumer-0',
      true,
      'realreal',
      false,
      'mine',
    ])
  })
})

describe('the host', () => {
  it('is not touched', async () => {
    const names = Object.getOwnPropertyNames(globalThis)
    const held = [
      Date,
      setTimeout,
      Math,
      Math.random,
      process.env,
      process.exit,
      console.log,
      globalThis.crypto,
      queueMicrotask,
      Function.prototype.constructor,
      Error.prepareStackTrace,
    ]
    const env = { ...process.env }
    const { port, exports } = await start({
      'a.mjs':
        "import './b.cjs'; globalThis.added = 1; globalThis.Date = null; Math.random = () => 4; process.env.LEFT = '1'; process.env.PATH = ''; process.on('exit', () => {}); console.log('x'); export const go = () => setTimeout(() => { throw new Error('x') }, 1)",
      'b.cjs': 'global.other = 1; var declared = 2; function named() {}',
    })
    await play(port, exports.go as () => void)
    expect(port.errors.length).toBe(1)
    expect(Object.getOwnPropertyNames(globalThis)).toEqual(names)
    expect([
      Date,
      setTimeout,
      Math,
      Math.random,
      process.env,
      process.exit,
      console.log,
      globalThis.crypto,
      queueMicrotask,
      Function.prototype.constructor,
      Error.prepareStackTrace,
    ]).toEqual(held)
    expect({ ...process.env }).toEqual(env)
  })
})

describe('determinism', () => {
  const files = {
    'a.ts': `import { Kafka } from 'kafkajs'
import { setTimeout as sleep } from 'node:timers/promises'
import { randomUUID, pbkdf2 } from 'node:crypto'
import { gzip } from 'node:zlib'
const late = await import('./late.mjs')
console.log(randomUUID(), Math.random(), new Date().toISOString(), late.x)
pbkdf2('p', 's', 3, 8, 'sha1', (_, key) => console.log(key.toString('hex')))
gzip('x', (_, bytes) => console.log(bytes.length))
const producer = new Kafka({ brokers: ['b1:9092', 'b2:9092', 'b3:9092'] }).producer()
producer.connect().catch((error: Error) => console.log(error.name))
await sleep(5)
let n = 0
const ticks = setInterval(() => { console.log(performance.now()); if (++n === 4) clearInterval(ticks) }, 7)
await Promise.all([1, 2, 3].map(async (i) => { await sleep(i); console.log(i, process.hrtime()[1]) }))
queueMicrotask(() => console.log('micro')); process.nextTick(() => console.log('tick')); setImmediate(() => console.log('immediate'))`,
    'late.mjs': 'export const x = performance.now()',
    'package.json': '{"type":"module"}',
  }

  it('the same program makes the same calls in the same order: fresh slot, used slot, pooled or not', async () => {
    const root = project(files)
    const program = await prepare(`${root}/a.ts`, { root })
    const play = async (slot: Slot, run: number, pooled: string[]) => {
      const port = new FakePort()
      const instance = slot.start(program, port, { run, pooled })
      await port.event(() => void instance.evaluate().catch((error) => port.uncaught('rejection', error)))
      // Far enough for kafkajs to have given up on a broker that never answers.
      await port.run(20_000)
      port.sealed = true
      return { calls: port.calls, logs: port.logs, errors: port.errors }
    }
    const first = await play(new Slot(), 1, [])
    expect(first.errors).toEqual([])
    expect(first.calls.length).toBeGreaterThan(50)
    expect(first.logs.some(([, text]) => text.includes('Connection timeout'))).toBe(true)
    const slot = new Slot()
    for (let run = 1; run <= 4; run++) expect(await play(slot, run, run > 1 ? ['kafkajs'] : [])).toEqual(first)
  })
})
