import { describe, expect, it } from 'vitest'
import { inside } from './testing/fixture.ts'

describe('delays are clamped as Node does it, and what was asked is passed on', () => {
  it.each([
    ['5', 'arm timeout 5 5'],
    ['5.9', 'arm timeout 5 5.9'],
    ['"20"', 'arm timeout 20 20'],
    ['undefined', 'arm timeout 1 1'],
    ['0', 'arm timeout 1 0'],
    ['-3', 'arm timeout 1 -3'],
    ['NaN', 'arm timeout 1 NaN'],
    ['2 ** 31', 'arm timeout 1 2147483648'],
    ['2 ** 31 - 1', 'arm timeout 2147483647 2147483647'],
    ['Infinity', 'arm timeout 1 Infinity'],
  ])('setTimeout(f, %s)', (delay, call) => {
    const { run, port } = inside()
    run(`setTimeout(() => {}, ${delay})`)
    expect(port.calls.at(-1)).toBe(call)
  })
})

describe('one line of behaviour each', () => {
  it.each<[string, string, unknown[]]>([
    [
      'fires in order of time, then of arming',
      'setTimeout(out, 2, "c"); setTimeout(out, 1, "a"); setTimeout(out, 1, "b")',
      ['a', 'b', 'c'],
    ],
    ['passes arguments', 'setTimeout(out, 1, 1, 2)', [[1, 2]]],
    ['calls with the timer as this', 'const t = setTimeout(function () { out(this === t) }, 1)', [true]],
    ['can be cleared', 'clearTimeout(setTimeout(out, 1, "no")); out("yes")', ['yes']],
    ['can be cleared by number', 'clearTimeout(+setTimeout(out, 1, "no")); out("yes")', ['yes']],
    ['can be cleared by text', 'clearTimeout(String(+setTimeout(out, 1, "no"))); out("yes")', ['yes']],
    ['can be cleared by clearInterval', 'clearInterval(setTimeout(out, 1, "no")); out("yes")', ['yes']],
    [
      'ignores what is no timer',
      'clearTimeout(null); clearTimeout({}); clearTimeout(77); clearImmediate(1); out("ok")',
      ['ok'],
    ],
    ['counts numbers from one', 'out(+setTimeout(() => {}, 1)); out(+setTimeout(() => {}, 1))', [1, 2]],
    [
      'repeats until cleared',
      'let n = 0; const t = setInterval(() => { out(++n); if (n === 3) clearInterval(t) }, 5)',
      [1, 2, 3],
    ],
    ['close stops', 'setTimeout(out, 1, "no").close(); out("yes")', ['yes']],
    ['dispose stops', 'setTimeout(out, 1, "no")[Symbol.dispose](); out("yes")', ['yes']],
    [
      'refresh starts again',
      'const t = setTimeout(() => out(performance.now()), 10); setTimeout(() => t.refresh(), 5)',
      [15],
    ],
    [
      'refresh revives what has fired',
      'let n = 0; const t = setTimeout(() => { out(performance.now()); if (++n < 3) t.refresh() }, 10)',
      [10, 20, 30],
    ],
    [
      'refresh does not revive what was cleared',
      'const t = setTimeout(out, 1); clearTimeout(t); t.refresh(); out("none")',
      ['none'],
    ],
    [
      'ref, unref, hasRef',
      'const t = setTimeout(() => {}, 1); out(t.hasRef(), t.unref() === t, t.hasRef(), t.ref().hasRef())',
      [[true, true, false, true]],
    ],
    [
      'immediates come after the hops of now',
      'setImmediate(out, "d"); Promise.resolve().then(() => out("c")); process.nextTick(out, "b"); out("a")',
      ['a', 'b', 'c', 'd'],
    ],
    ['immediates can be cleared', 'clearImmediate(setImmediate(out, "no")); out("yes")', ['yes']],
    ['immediates ref', 'const i = setImmediate(() => {}); out(i.hasRef(), i.unref().hasRef())', [[true, false]]],
    [
      'hops keep their order',
      'queueMicrotask(() => out("b")); Promise.resolve().then(() => out("c")); process.nextTick(out, "a")',
      ['a', 'b', 'c'],
    ],
    ['promisify', 'require("util").promisify(setTimeout)(7, "v").then((v) => out(v, performance.now()))', [['v', 7]]],
    ['promisify immediates', 'require("util").promisify(setImmediate)("v").then(out)', ['v']],
    [
      'require("timers")',
      'const t = require("timers"); out(t.setTimeout === setTimeout, t.promises === require("timers/promises"))',
      [[true, true]],
    ],
    ['promises: setTimeout', 'require("timers/promises").setTimeout(3, "v").then(out)', ['v']],
    [
      'promises: scheduler',
      'const { scheduler } = require("timers/promises"); scheduler.wait(3).then(() => scheduler.yield()).then(() => out(performance.now()))',
      [3],
    ],
    [
      'promises: abort before',
      'require("timers/promises").setTimeout(3, 0, { signal: AbortSignal.abort("why") }).catch((e) => out(e.name, e.code, e.cause))',
      [['AbortError', 'ABORT_ERR', 'why']],
    ],
    [
      'promises: abort while',
      'const c = new AbortController(); require("timers/promises").setTimeout(9, 0, { signal: c.signal }).catch((e) => out(e.name, performance.now())); setTimeout(() => c.abort(), 4)',
      [['AbortError', 4]],
    ],
    [
      'promises: abort after changes nothing',
      'const c = new AbortController(); require("timers/promises").setTimeout(2, "v", { signal: c.signal }).then(out); setTimeout(() => c.abort(), 4)',
      ['v'],
    ],
    [
      'promises: wrong signal',
      'require("timers/promises").setTimeout(2, "v", { signal: 5 }).catch((e) => out(e.code))',
      ['ERR_INVALID_ARG_TYPE'],
    ],
    [
      'promises: setInterval',
      '(async () => { let n = 0; for await (const v of require("timers/promises").setInterval(5, "v")) { out(v, performance.now()); if (++n === 2) break } })()',
      [
        ['v', 5],
        ['v', 10],
      ],
    ],
    [
      'promises: setInterval owes ticks',
      '(async () => { let n = 0; const { setInterval, setTimeout } = require("timers/promises"); for await (const _ of setInterval(5)) { out(performance.now()); if (n++ === 0) await setTimeout(12); if (n === 4) break } })()',
      [5, 17, 17, 20],
    ],
    [
      'promises: setInterval aborts',
      'const c = new AbortController(); (async () => { for await (const _ of require("timers/promises").setInterval(5, 0, { signal: c.signal })) out("tick") })().catch((e) => out(e.name)); setTimeout(() => c.abort(), 7)',
      ['tick', 'AbortError'],
    ],
    [
      'AbortSignal.timeout',
      'const s = AbortSignal.timeout(6); s.onabort = () => out(s.reason.name, performance.now(), s instanceof AbortSignal)',
      [['TimeoutError', 6, true]],
    ],
    ['AbortSignal.any', 'AbortSignal.any([AbortSignal.timeout(6)]).onabort = () => out(performance.now())', [6]],
    [
      'AbortController gives instances',
      'out(new AbortController().signal instanceof AbortSignal, AbortSignal.abort().aborted)',
      [[true, true]],
    ],
  ])('%s', async (_, body, expected) => {
    expect(await inside().play(body, 1000)).toEqual(expected)
  })
})

describe('errors', () => {
  it.each([
    'setTimeout(() => { throw "x" }, 1)',
    'setImmediate(() => { throw "x" })',
    'queueMicrotask(() => { throw "x" })',
    'process.nextTick(() => { throw "x" })',
  ])('that leave a callback are the process’: %s', async (body) => {
    const here = inside()
    await here.play(body)
    expect(here.port.errors).toEqual([['exception', 'x']])
  })

  it.each(['setTimeout("code")', 'setInterval()', 'setImmediate(1)', 'queueMicrotask()', 'process.nextTick(null)'])(
    'of type: %s',
    (body) => {
      expect(() => inside().run(body)).toThrow(expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }))
    },
  )

  it('an interval whose callback throws goes on', async () => {
    const here = inside()
    await here.play('let n = 0; const t = setInterval(() => { if (++n === 2) clearInterval(t); throw n }, 1)')
    expect(here.port.errors.map(([, error]) => error)).toEqual([1, 2])
  })
})

it('nothing fires once sealed: timers, hops, immediates', async () => {
  const body =
    'setTimeout(out, 1, 1); setImmediate(out, 2); queueMicrotask(() => out(3)); process.nextTick(out, 4); process.exit(); out(5)'
  const here = inside()
  expect(await here.play(body)).toEqual([])
  expect(here.port.exits).toEqual([0])
  expect(here.port.errors).toEqual([])
})

it('a timer of an earlier life is dead when it is refreshed in a later one', async () => {
  const here = inside()
  const timer = here.run('return setTimeout(() => {}, 5)') as NodeJS.Timeout
  const next = here.restart()
  timer.refresh()
  expect(next.calls.some((call) => call.startsWith('arm'))).toBe(false)
})

it('contexts follow timers once async_hooks is asked for', async () => {
  const outs =
    await inside().play(`const { AsyncLocalStorage } = require('async_hooks'); const store = new AsyncLocalStorage()
    store.run('a', () => { setTimeout(() => out(store.getStore()), 1); setImmediate(() => out(store.getStore())) })
    setTimeout(() => out(store.getStore()), 2)`)
  expect(outs).toEqual(['a', 'a', undefined])
})
