import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FakePort } from '../virtual/testing/fake-port.ts'
import type { Instance } from './instance.ts'
import { isExamined, isPooled } from './pooled.ts'
import { type Program, prepare } from './program.ts'
import { Slot } from './slot.ts'
import { digest } from './testing/closure-digest.ts'
import { KAFKAJS, project, removeProjects } from './testing/fixture.ts'
import { serve } from './testing/tiny-broker.ts'

let program: Program
let root: string

// A process that does all it can with kafkajs: produces, consumes in a group, compresses, listens to events, patches what it is given.
const WORKOUT = `import kafkajs, { Kafka, CompressionCodecs, CompressionTypes, Partitioners, logLevel } from 'kafkajs'
export { kafkajs }
export const events = []
export const codecs = () => Object.values(CompressionCodecs).map(String)
export async function run() {
  const kafka = new Kafka({ brokers: ['b:9092'], logLevel: logLevel.INFO })
  const producer = kafka.producer({ idempotent: true })
  for (const event of ['producer.connect', 'producer.network.request']) producer.on(event, (e) => events.push(e.type + e.id))
  await producer.connect()
  await producer.send({ topic: 'orders', compression: CompressionTypes.GZIP, messages: [{ key: 'k', value: 'v', headers: { h: 'x' } }] })
  const consumer = kafka.consumer({ groupId: 'g' })
  consumer.on('consumer.group_join', (e) => events.push(e.type + e.id))
  await consumer.connect()
  await consumer.subscribe({ topic: 'orders' })
  await consumer.run({ eachMessage: async () => {} })
  await new Promise((done) => setTimeout(done, 3000))
  await consumer.disconnect()
  await producer.disconnect()
  events.push('done')
}
export function patch() {
  CompressionCodecs[CompressionTypes.Snappy] = () => 'mine'
  delete CompressionCodecs[CompressionTypes.LZ4]
  Partitioners.DefaultPartitioner = 'mine'
  kafkajs.KafkaJSError.prototype.toString = () => 'mine'
  kafkajs.PartitionAssigners.roundRobin.left = 'mine'
  kafkajs.logLevel.MINE = 9
  kafkajs.Kafka.prototype.producer = 'mine'
}`

beforeAll(async () => {
  root = project({ 'a.mjs': WORKOUT })
  program = await prepare(`${root}/a.mjs`, { root })
})
afterAll(removeProjects)

async function process(slot: Slot, run: number, { env = {}, pooled = ['kafkajs'] } = {}) {
  const port = new FakePort('p', env)
  const instance = slot.start(program, port, { run, pooled })
  const exports = (await instance.evaluate()) as Record<string, never> & {
    events: string[]
    run(): Promise<void>
    patch(): void
    codecs(): string[]
    kafkajs: Record<string, object>
  }
  return { port, instance, exports }
}

async function workout(slot: Slot, run: number, options = {}) {
  const { port, instance, exports } = await process(slot, run, options)
  await port.event(() => void exports.run().catch((error) => port.uncaught('rejection', error)))
  await serve(port, 5000)
  expect(port.errors).toEqual([])
  expect(exports.events.at(-1)).toBe('done')
  port.sealed = true
  return { port, instance, exports }
}

/** Files that every instance of kafkajs loads; one of them per place in it. */
const moduleOf = (instance: Instance, file: string) => instance.createRequire(`${KAFKAJS}/index.js`)(file)

it('the kafkajs that is installed is the one that was examined', () => {
  expect(isExamined(program.units, KAFKAJS)).toBe(true)
})

it('nothing that is pooled requires what is made anew', () => {
  for (const unit of program.units.values())
    if (isPooled(unit))
      for (const specifier of unit.requires)
        expect(unit.resolve(specifier, 'require'), `${unit.path} requires ${specifier}`).not.toMatchObject({
          file: expect.stringMatching(/kafkajs\/(?:src\/)?index\.js$/),
        })
})

describe('an instance from an earlier run', () => {
  it('is used', async () => {
    const slot = new Slot()
    const first = await process(slot, 1)
    first.port.sealed = true
    const second = await process(slot, 2)
    expect(second.exports.kafkajs.CompressionCodecs).toBe(first.exports.kafkajs.CompressionCodecs)
    expect(second.exports.kafkajs.Kafka).not.toBe(first.exports.kafkajs.Kafka)
  })

  it('makes the same calls, and numbers its events as a new one', async () => {
    const fresh = await workout(new Slot(), 1)
    const slot = new Slot()
    await workout(slot, 1)
    for (let run = 2; run <= 3; run++) {
      const again = await workout(slot, run)
      expect(again.port.calls).toEqual(fresh.port.calls)
      expect(again.port.logs).toEqual(fresh.port.logs)
      expect(again.exports.events).toEqual(fresh.exports.events)
    }
    expect(fresh.exports.events[0]).toMatch(/[0-9]$/)
  })

  it('holds nothing else than a new one does, down to the variables of its closures', async () => {
    const roots = ({ instance, exports }: { instance: Instance; exports: { kafkajs: object } }) => ({
      front: exports.kafkajs,
      ...Object.fromEntries(
        [
          './src/index',
          './src/cluster',
          './src/consumer',
          './src/producer',
          './src/admin',
          './src/protocol/requests',
          './src/instrumentation/event',
          './src/network/connection',
        ].map((file) => [file, moduleOf(instance, file)]),
      ),
    })
    const slot = new Slot()
    const used = await workout(slot, 1)
    used.exports.patch()
    const before = digest(roots(used), KAFKAJS)
    const again = digest(roots(await process(slot, 2)), KAFKAJS)
    const fresh = digest(roots(await process(new Slot(), 1)), KAFKAJS)
    expect(fresh.length).toBeGreaterThan(900)
    expect(again).toEqual(fresh)
    // The digest sees what is there to be seen: the counter of events, the warning that was given, the patches.
    const grep = (lines: string[], pattern: RegExp) => lines.some((line) => pattern.test(line))
    for (const pattern of [/; id:=number [1-9]/, /called:=boolean true/, /string mine/])
      expect([grep(before, pattern), grep(again, pattern)], String(pattern)).toEqual([true, false])
  }, 60_000)

  it('has none of what an application patched', async () => {
    const slot = new Slot()
    const first = await process(slot, 1)
    const codecs = first.exports.codecs()
    first.exports.patch()
    expect(first.exports.codecs()).not.toEqual(codecs)
    first.port.sealed = true
    const { exports } = await process(slot, 2)
    expect(exports.codecs()).toEqual(codecs)
    const { logLevel, PartitionAssigners, Partitioners, KafkaJSError, Kafka } = exports.kafkajs as Record<
      string,
      Record<string, unknown> & { prototype: Record<string, unknown> }
    >
    expect([
      logLevel!.MINE,
      (PartitionAssigners!.roundRobin as { left?: string }).left,
      typeof Partitioners!.DefaultPartitioner,
      typeof Kafka!.prototype.producer,
    ]).toEqual([undefined, undefined, 'function', 'function'])
    expect(Object.hasOwn(KafkaJSError!.prototype, 'toString')).toBe(false)
  })
})

describe('an instance is not shared', () => {
  it('by two processes of one run, one after the other or at once', async () => {
    const slot = new Slot()
    const instances = []
    for (let life = 0; life < 3; life++) {
      const { port, exports } = await process(slot, 1)
      instances.push(exports.kafkajs.CompressionCodecs)
      port.sealed = true
    }
    instances.push((await process(new Slot(), 1)).exports.kafkajs.CompressionCodecs)
    expect(new Set(instances).size).toBe(4)
  })

  it('with a process whose environment it does not fit', async () => {
    const slot = new Slot()
    const first = await process(slot, 1)
    first.port.sealed = true
    const second = await process(slot, 2, { env: { NODE_ENV: 'test' } })
    expect(second.exports.kafkajs.CompressionCodecs).not.toBe(first.exports.kafkajs.CompressionCodecs)
    second.port.sealed = true
    const third = await process(slot, 3, { env: { OTHER: 'x' } })
    expect(third.exports.kafkajs.CompressionCodecs).toBe(first.exports.kafkajs.CompressionCodecs)
  })

  it('after an application has reached inside the package', async () => {
    const slot = new Slot()
    const first = await process(slot, 1)
    first.instance.require('kafkajs/src/constants')
    first.port.sealed = true
    expect((await process(slot, 2)).exports.kafkajs.CompressionCodecs).not.toBe(first.exports.kafkajs.CompressionCodecs)
  })

  it('when nobody asks for it', async () => {
    const slot = new Slot()
    const first = await process(slot, 1, { pooled: [] })
    first.port.sealed = true
    expect((await process(slot, 2, { pooled: [] })).exports.kafkajs.CompressionCodecs).not.toBe(
      first.exports.kafkajs.CompressionCodecs,
    )
  })

  it('in another version, or with a patched file', async () => {
    const { cpSync, readFileSync, writeFileSync, rmSync } = await import('node:fs')
    const other = project({ 'a.mjs': WORKOUT })
    rmSync(`${other}/node_modules/kafkajs`)
    cpSync(KAFKAJS, `${other}/node_modules/kafkajs`, { recursive: true })
    const file = `${other}/node_modules/kafkajs/src/instrumentation/event.js`
    writeFileSync(file, readFileSync(file, 'utf8').replace('let id = 0', 'let id = 100'))
    const patched = await prepare(`${other}/a.mjs`, { root: other })
    const slot = new Slot()
    const seen = []
    for (let run = 1; run <= 2; run++) {
      const port = new FakePort()
      seen.push(
        (
          (await slot.start(patched, port, { run, pooled: ['kafkajs'] }).evaluate()).kafkajs as {
            CompressionCodecs: object
          }
        ).CompressionCodecs,
      )
      port.sealed = true
    }
    expect(seen[0]).not.toBe(seen[1])
  })
})
