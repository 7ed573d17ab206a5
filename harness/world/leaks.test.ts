/**
 * Planted leaks, each a way by which a run could depend on something that is not in its plan. Of each one of three things must come:
 * it is refused by name, it is virtual (both runs see the same, and what they see is not the host's), or the second run differs and the
 * first differing record is named, with the value that leaked.
 */
import { createRequire } from 'node:module'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runTwice } from '../run.ts'
import { EPOCH_MS, harden, setTripwires } from '../sim/virtual/index.ts'
import { planOf, stageOfFixtures, told } from './testing/fixture.ts'

const { names } = createRequire(import.meta.url)('./fixtures/leaks.cjs') as { names: readonly string[] }

/** What is refused, by the words that name it. */
const REFUSED: Readonly<Record<string, RegExp>> = {
  'host Math.random': /random of the host's global object/,
  'crypto.generateKeyPairSync': /crypto\.generateKeyPairSync/,
  'crypto.createECDH': /crypto\.createECDH/,
  'crypto.createSign of ECDSA': /crypto\.createSign/,
  'crypto.publicEncrypt': /crypto\.publicEncrypt/,
  'KeyObject.generate': /crypto\.subtle\.generateKey/,
  'host crypto.randomUUID': /crypto of the host's global object/,
  'URL.createObjectURL': /Blob/,
  'constructor of an arrow': /Function reached through a prototype/,
  'constructor of an async arrow': /AsyncFunction reached through a prototype/,
  'constructor of a class': /Function reached through a prototype/,
  'constructor of a builtin': /Function reached through a prototype/,
  'constructor of require': /Function reached through a prototype/,
  'constructor of a bound function': /Function reached through a prototype/,
  'Reflect.construct(Function)': /Function reached through a prototype/,
  'host Date': /Date of the host's global object/,
  'Date of structuredClone': /Date\.now of the host/,
  'new Date of structuredClone': /Date\.now of the host/,
  'Date by prototype': /Date\.now of the host/,
  monitorEventLoopDelay: /monitorEventLoopDelay/,
  'indirect eval': /eval/,
  'fs.promises.readFile': /fs\.promises\.readFile/,
  'fs.readFileSync': /fs\.readFileSync/,
  'dns.lookup': /dns\.lookup/,
  'child_process.execSync': /child_process\.execSync/,
  'http.get': /http\.get/,
  fetch: /fetch/,
  'worker_threads.Worker': /worker_threads\.Worker/,
  MessageChannel: /MessageChannel/,
  'Atomics.waitAsync': /Atomics\.waitAsync/,
  'Atomics.wait': /Atomics\.wait/,
  'process.binding': /process\.binding/,
  'host process': /process of the host's global object/,
  'host setTimeout': /setTimeout of the host's global object/,
  'host setImmediate': /setImmediate of the host's global object/,
  'host fetch': /fetch of the host's global object/,
  'AbortSignal of an instance': /AbortSignal\.timeout of the host/,
  'host WeakRef': /WeakRef of the host's global object/,
  'v8.getHeapStatistics': /v8\.getHeapStatistics/,
  'host process.env': /process of the host's global object/,
  'async_hooks.executionAsyncId': /async_hooks\.executionAsyncId/,
  'global of indirect this': /Date of the host's global object/,
}

/** What only a comparison of two runs can tell. */
const CAUGHT: ReadonlySet<string> = new Set(['the pool behind a Buffer', 'place in the pool'])

/** V8 compiles hot code to smaller frames: mostly another depth in the second run, but no promise. */
const EITHER: ReadonlySet<string> = new Set(['depth of the stack'])

/** Where both runs would see the same of the host as well: what they must see instead. */
const VIRTUAL: Readonly<Record<string, unknown>> = {
  'Date.now': EPOCH_MS,
  'new Function("return Date")': EPOCH_MS,
  'performance.now': 0,
  'performance.timeOrigin': EPOCH_MS,
  'Event.timeStamp': 0,
  'performance.measure': 0,
  'AbortSignal.timeout': EPOCH_MS + 3,
  'events.once with a signal': `AbortError ${EPOCH_MS + 3}`,
  'promisify(setTimeout)': EPOCH_MS + 3,
  'timers/promises': EPOCH_MS + 3,
  'timers/promises scheduler': EPOCH_MS + 3,
  'util.aborted': EPOCH_MS + 3,
  'stream finished': EPOCH_MS,
  WeakRef: false,
  FinalizationRegistry: 0,
  'Buffer.allocUnsafe': '0'.repeat(4_000),
  'Buffer.allocUnsafe, large': '',
  'Buffer.allocUnsafeSlow': '0'.repeat(4_000),
  'Buffer of another module': '0'.repeat(4_000),
  'process.cwd': '/app',
  'process.pid': 100,
  'process.title': 'node',
  'os.hostname': 'p',
  'os.uptime': 0,
  'time zone': [0, 'Thu Jan 01 1970 00:00:00 GMT+0000 (Coordinated Universal Time)', 'UTC'],
  locale: ['1,234.5', '1/1/1970', 'en-US', -1],
  'path.resolve': '/app/x',
  'path.posix.resolve': '/app/x',
  'path.win32.resolve': 'C:\\app\\x',
  'url.pathToFileURL': 'file:///app/x',
  'asyncId of AsyncResource': 0,
  'asyncId of the host class': 0,
  'asyncId of EventEmitterAsyncResource': 0,
  'thread id': 0,
  'state of BigInt.prototype': true,
  'global of Function("return this")': true,
}

const undos: (() => void)[] = []
beforeAll(() => {
  undos.push(harden(), setTripwires())
})
afterAll(() => {
  for (const undo of undos.toReversed()) undo()
})

const stage = stageOfFixtures()

async function twice(leak: string) {
  const plan = planOf('leaks.cjs', { config: { leak }, supervisor: { restartAfterMs: 100, maxRestarts: 0 } })
  await stage.prepare(plan)
  return runTwice(plan, { stage })
}

describe.each(names.filter((name) => !EITHER.has(name)))('%s', (leak) => {
  const refused = REFUSED[leak]
  if (refused !== undefined) {
    it('is refused by name', async () => {
      const { run } = await twice(leak)
      expect(run.ended).toMatchObject({ by: 'entry', process: 'p', says: expect.stringMatching(refused) })
    })
  } else if (CAUGHT.has(leak)) {
    it('makes two runs differ, and the record is named', async () => {
      const { compared } = await twice(leak)
      expect(compared.same).toBe(false)
      expect(compared.first).toMatch(/process 0: enter: op .*"seen".* \/ op .*"seen"/)
    })
  } else {
    it('is virtual', async () => {
      const { run, compared } = await twice(leak)
      expect(compared).toEqual({ same: true, first: '' })
      expect(run.ended).toEqual({ by: 'rest' })
      const seen = told(run)
      expect(seen).toHaveLength(1)
      if (leak in VIRTUAL) expect(seen).toEqual([text(VIRTUAL[leak])])
      // One more than nothing: no run, no process before it has been here.
      if (leak.startsWith('state ') && !(leak in VIRTUAL)) {
        const again = await twice(leak)
        expect(told(again.run)).toEqual(seen)
      }
    })
  }
})

function text(value: unknown): string {
  return `seen=${typeof value === 'string' ? value : JSON.stringify(value)}`
}
