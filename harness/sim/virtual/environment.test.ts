import { builtinModules } from 'node:module'
import { describe, expect, it } from 'vitest'
import { SHADOWED } from './names.ts'
import { inside } from './testing/fixture.ts'

it.each<[string, unknown]>([
  ['globalThis === global && globalThis.globalThis === globalThis', true],
  ['typeof self', 'undefined'],
  ['globalThis.Object === Object && globalThis.Math === Math && globalThis.setTimeout === setTimeout', true],
  ['(globalThis.mine = 1, globalThis.mine)', 1],
  ['typeof globalThis.structuredClone + typeof globalThis.Headers', 'functionfunction'],
  ['Object.prototype.toString.call(globalThis)', '[object global]'],
  ['Object.keys(globalThis).includes("setTimeout") && !Object.keys(globalThis).includes("Array")', true],
  ['Function("return this")() === globalThis', true],
  ['new Function("a", "b", "return a + b")(1, 2)', 3],
  ['Function("return typeof Date.now() + Math.random.name")()', 'numberrandom'],
  ['new Function("a, b", "return a + b")(1, 2)', 3],
  ['Function("return 1") instanceof Function', true],
  ['Function.name + Function.length + typeof Function.prototype.call', 'Function1function'],
  ['new WeakRef(globalThis).deref() === globalThis', true],
  ['Object.prototype.toString.call(new FinalizationRegistry(() => {}))', '[object FinalizationRegistry]'],
  ['Atomics.add(new Int32Array(1), 0, 5)', 0],
  ['navigator.language', 'en-US'],
  ['Math.max(1, 2) + Math.PI', 2 + Math.PI],
  ['Object.prototype.toString.call(Math)', '[object Math]'],
  ['JSON.stringify(structuredClone({ a: [1] }))', '{"a":[1]}'],
  ['new TextDecoder().decode(new TextEncoder().encode("a"))', 'a'],
  ['atob(btoa("x"))', 'x'],
  ['new URL("http://a/b").pathname', '/b'],
  ['Buffer.from("a").toString("hex")', '61'],
  ['typeof expect + typeof __vitest_worker__ + typeof babelHelpers.decorate', 'undefinedundefinedfunction'],
  ['require("path").join("a", "b") + require("path/posix").sep', 'a/b/'],
  ['require("util").format("%d", 1)', '1'],
  ['require("util").types.isPromise(Promise.resolve())', true],
  ['require("util").debuglog("x").enabled', false],
  ['require("util").parseArgs().positionals.length', 0],
  ['require("util").styleText("red", "x")', '\u001b[31mx\u001b[39m'],
  ['require("util") === require("sys")', true],
  ['new (require("events"))() instanceof require("events").EventEmitter', true],
  ['require("querystring").parse("a=1").a', '1'],
  ['new (require("string_decoder").StringDecoder)().write(Buffer.from("a"))', 'a'],
  ['typeof require("stream/promises").pipeline', 'function'],
  ['require("url").fileURLToPath("file:///a")', '/a'],
  ['require("assert").strict.equal(1, 1)', undefined],
  ['require("perf_hooks").performance === performance', true],
  ['require("module").builtinModules.includes("fs") && require("module").isBuiltin("node:fs")', true],
  ['require("worker_threads").isMainThread', true],
  ['require("http").STATUS_CODES[404]', 'Not Found'],
  ['require("fs").constants.R_OK', 4],
  ['performance.measure("m", { start: 1, end: 3 }).duration', 2],
  [
    '(performance.mark("a"), performance.measure("m", "a").duration + performance.getEntriesByType("measure").length)',
    1,
  ],
  ['performance.eventLoopUtilization().utilization', 0],
])('%s', (expression, expected) => {
  expect(inside().run(`return ${expression}`)).toEqual(expected)
})

const USES: [string, string][] = [
  ['fetch("http://x")', 'fetch'],
  ['new WebSocket("ws://x")', 'new WebSocket'],
  ['new EventSource("x")', 'new EventSource'],
  ['new MessageChannel()', 'new MessageChannel'],
  ['new BroadcastChannel("x")', 'new BroadcastChannel'],
  ['new Worker("x")', 'new Worker'],
  ['new Blob([])', 'new Blob'],
  ['new (require("buffer").Blob)([])', 'new buffer.Blob'],
  ['new Request("http://x")', 'new Request'],
  ['new CompressionStream("gzip")', 'new CompressionStream'],
  ['localStorage.getItem("x")', 'localStorage.getItem'],
  ['(0, eval)("1")', 'eval'],
  ['eval("1")', 'eval'],
  ['Atomics.wait(new Int32Array(1), 0, 0)', 'Atomics.wait'],
  ['Atomics.waitAsync(new Int32Array(1), 0, 0)', 'Atomics.waitAsync'],
  ['WebAssembly.compileStreaming()', 'WebAssembly.compileStreaming'],
  ['performance.timerify(() => {})', 'performance.timerify'],
  ['new PerformanceObserver(() => {})', 'new PerformanceObserver'],
  ['require("fs").readFileSync("x")', 'fs.readFileSync'],
  ['require("fs").promises.readFile("x")', 'fs.promises.readFile'],
  ['require("fs/promises").readFile("x")', 'fs/promises.readFile'],
  ['require("tls").connect({})', 'tls.connect'],
  ['require("http").get("http://x")', 'http.get'],
  ['new (class extends require("http").Agent {})()', 'new http.Agent'],
  ['require("https").request("x")', 'https.request'],
  ['require("http2").connect("x")', 'http2.connect'],
  ['require("dns").lookup("x", () => {})', 'dns.lookup'],
  ['require("dns/promises").lookup("x")', 'dns/promises.lookup'],
  ['require("dgram").createSocket("udp4")', 'dgram.createSocket'],
  ['require("net").createServer()', 'net.createServer'],
  ['require("child_process").spawn("x")', 'child_process.spawn'],
  ['new (require("worker_threads").Worker)("x")', 'new worker_threads.Worker'],
  ['require("cluster").fork()', 'cluster.fork'],
  ['require("vm").runInThisContext("1")', 'vm.runInThisContext'],
  ['require("v8").getHeapStatistics()', 'v8.getHeapStatistics'],
  ['require("inspector").open()', 'inspector.open'],
  ['require("repl").start()', 'repl.start'],
  ['require("readline").createInterface({})', 'readline.createInterface'],
  ['new (require("tty").ReadStream)(0)', 'new tty.ReadStream'],
  ['new (require("wasi").WASI)()', 'new wasi.WASI'],
  ['new (require("sqlite").DatabaseSync)("x")', 'new sqlite.DatabaseSync'],
  ['require("test").test("x")', 'test.test'],
  ['require("async_hooks").executionAsyncId()', 'async_hooks.executionAsyncId'],
  ['require("perf_hooks").monitorEventLoopDelay()', 'perf_hooks.monitorEventLoopDelay'],
  ['require("module")._load("fs")', 'module._load'],
  ['new console.Console()', 'new console.Console'],
  ['require("something_new").of.tomorrow()', 'something_new.of.tomorrow'],
]

describe('refused by name, and noted even when the error is caught', () => {
  it.each(USES)('%s', (use, name) => {
    const { run, seat } = inside()
    expect(() => run(use)).toThrow(expect.objectContaining({ name: 'Refused', code: 'ERR_NOT_SIMULATED', what: name }))
    expect([...seat.refusals]).toEqual([name])
  })

  it('says what to do instead', () => {
    expect(() => inside().run('fetch("x")')).toThrow(/fetch is not simulated: .*ctx\.effects/)
  })

  it('what is only loaded, named, promisified or awaited is not used', async () => {
    const body =
      'const { readFile } = require("fs"); const f = require("util").promisify(readFile); class A extends require("http").Agent {}; const tls = require("tls"); Promise.resolve(tls).then((t) => out(typeof t.connect, readFile.name))'
    expect(await inside().play(body)).toEqual([['function', 'readFile']])
  })
})

it('knows every built-in of this Node: none reaches the host by accident', () => {
  const { environment } = inside()
  const own = new Set(['fs', 'http', 'https'])
  for (const name of builtinModules.filter((name) => !name.startsWith('_') && !own.has(name)))
    expect(environment.builtin(name), name).toBeDefined()
})

it('hides every global of the host that is not known to be harmless', () => {
  const harmless = Object.getOwnPropertyNames(globalThis).filter((name) => !SHADOWED.includes(name))
  for (const name of [
    'setTimeout',
    'Date',
    'process',
    'fetch',
    'performance',
    '__vitest_worker__',
    'crypto',
    'navigator',
  ])
    expect(harmless).not.toContain(name)
})

it('channels of one process are not heard by the next', async () => {
  const here = inside()
  const CH = 'const dc = require("diagnostics_channel");'
  expect(
    await here.play(`${CH} dc.subscribe("x", out); dc.channel("x").publish(1); out(dc.hasSubscribers("x"))`),
  ).toEqual([[1, expect.stringContaining('x')], true])
  here.restart()
  expect(here.run(`${CH} return dc.hasSubscribers("x")`)).toBe(false)
})

it('patches nothing of the host', async () => {
  const before = Object.getOwnPropertyDescriptors(globalThis)
  const { Date: HostDate, setTimeout: hostTimeout, Math: hostMath } = globalThis
  const random = Math.random
  await inside().play(
    'globalThis.leak = 1; Math.random = null; Date.now = null; process.exit = null; setTimeout(out, 5); require("crypto").randomBytes(1)',
  )
  expect(Object.keys(Object.getOwnPropertyDescriptors(globalThis))).toEqual(Object.keys(before))
  expect([Date === HostDate, setTimeout === hostTimeout, Math === hostMath, Math.random === random]).toEqual([
    true,
    true,
    true,
    true,
  ])
})
