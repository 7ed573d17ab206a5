import { describe, expect, it } from 'vitest'
import { FakePort } from './testing/fake-port.ts'
import { inside } from './testing/fixture.ts'

const ENV = { NODE_ENV: 'production', PORT: '80' }
const started = () => {
  const here = inside(new FakePort('orders-0', ENV))
  here.port.clockMs = 1500
  return here
}

it.each<[string, unknown]>([
  ['process.env.PORT', '80'],
  ['Object.keys(process.env).join()', 'NODE_ENV,PORT'],
  ['(process.env.N = 5, process.env.N)', '5'],
  ['"X" in process.env', false],
  ['process.env.X', undefined],
  ['(delete process.env.PORT, process.env.PORT)', undefined],
  ['process.pid', 42],
  ['process.ppid', 1],
  ['process.cwd()', '/app'],
  ['process.platform + process.arch', 'linuxx64'],
  ['process.version + process.versions.node', 'v20.19.020.19.0'],
  ['process.argv.join()', '/usr/local/bin/node,/app/main.js'],
  ['process.title', 'node'],
  ['process.release.name', 'node'],
  ['process.uptime()', 1.5],
  ['process.hrtime().join()', '1,500000000'],
  ['process.hrtime([1, 600000000]).join()', '-1,900000000'],
  ['process.hrtime.bigint()', 1_500_000_000n],
  ['performance.now()', 1500],
  ['performance.timeOrigin', Date.UTC(2024, 0, 1)],
  ['process.memoryUsage().rss === process.memoryUsage.rss()', true],
  ['process.cpuUsage().user', 0],
  ['process.umask()', 18],
  ['process.getuid()', 1000],
  ['process.features.inspector', false],
  ['process.stdout.isTTY', false],
  ['process.exitCode', undefined],
  ['(process.exitCode = 3, process.exitCode)', 3],
  ['process instanceof require("events")', true],
  ['String(process)', '[object process]'],
  ['process === require("process") && process === globalThis.process', true],
  ['process.send', undefined],
  ['process.mainModule', undefined],
  ['require("os").hostname()', 'orders-0'],
  ['require("os").EOL', '\n'],
  ['require("os").cpus().length', 1],
  ['require("os").uptime()', 1.5],
  ['require("tty").isatty(1)', false],
])('%s', (expression, expected) => {
  expect(started().run(`return ${expression}`)).toEqual(expected)
})

it('has the host name that it is started with: that of its pod, which a second instance shares', () => {
  const second = inside(new FakePort('orders-0~2', { HOSTNAME: 'orders-0' }))
  expect(second.run('return require("os").hostname()')).toBe('orders-0')
})

it.each(['kill', 'abort', 'dlopen', 'binding', 'chdir', 'setuid', 'loadEnvFile'])(
  'process.%s is refused by name',
  (name) => {
    expect(() => started().run(`process.${name}(1)`)).toThrow(`process.${name} is not simulated`)
  },
)

describe('its end', () => {
  it('exit raises the event, seals, and never returns', async () => {
    const here = started()
    expect(await here.play('process.on("exit", (code) => out("exit", code)); process.exit(3); out("after")')).toEqual([
      ['exit', 3],
    ])
    expect(here.port.exits).toEqual([3])
  })

  it('exit takes exitCode, also as a listener sets it', async () => {
    const here = started()
    await here.play('process.exitCode = 4; process.on("exit", () => { process.exitCode = 5 }); process.exit()')
    expect(here.port.exits).toEqual([5])
  })

  it('exit inside an exit listener ends it at once', async () => {
    const here = started()
    await here.play('process.on("exit", () => process.exit(7)); process.exit(1)')
    expect(here.port.exits).toEqual([7])
    expect(here.port.errors).toEqual([])
  })

  it('a process that catches what exit throws is as dead', async () => {
    const here = started()
    expect(
      await here.play(
        'try { process.exit(1) } catch (e) { console.log("alive"); setTimeout(out, 1, "alive"); process.exit(2) }',
      ),
    ).toEqual([])
    expect(here.port.exits).toEqual([1])
  })
})

describe('what the kernel raises', () => {
  it('signals reach listeners, and say when there are none', () => {
    const here = started()
    const { life } = here.environment
    expect(life.emit('SIGTERM', 'SIGTERM')).toBe(false)
    here.run('process.once("SIGTERM", (signal) => console.log("got " + signal))')
    expect(life.emit('SIGTERM', 'SIGTERM')).toBe(true)
    expect(here.port.logs).toEqual([['log', 'got SIGTERM']])
    expect(life.emit('SIGTERM')).toBe(false)
  })

  it.each<[string, 'exception' | 'rejection', boolean, string[]]>([
    ['', 'exception', false, []],
    ['', 'rejection', false, []],
    ['process.on("uncaughtException", (e, o) => console.log(e, o))', 'exception', true, ['x uncaughtException']],
    ['process.on("uncaughtException", (e, o) => console.log(e, o))', 'rejection', true, ['x unhandledRejection']],
    ['process.on("unhandledRejection", (e) => console.log(e))', 'rejection', true, ['x']],
    ['process.on("unhandledRejection", (e) => console.log(e))', 'exception', false, []],
    [
      'process.on("uncaughtExceptionMonitor", (e, o) => console.log(e, o))',
      'exception',
      false,
      ['x uncaughtException'],
    ],
  ])('with %j, an %s survives: %s', (body, kind, survives, logs) => {
    const here = started()
    here.run(body)
    expect(here.environment.life.survives(kind, 'x')).toBe(survives)
    expect(here.port.logs.map(([, text]) => text)).toEqual(logs)
  })

  it('an error in a signal’s listener is the process’', () => {
    const here = started()
    here.run('process.on("SIGINT", () => { throw 1 })')
    here.environment.life.emit('SIGINT')
    expect(here.port.errors).toEqual([['exception', 1]])
  })
})

it('warnings are logged and raised', async () => {
  const here = started()
  expect(
    await here.play(
      'process.on("warning", (w) => out(w.name, w.code)); process.emitWarning("old", "DeprecationWarning", "DEP1")',
    ),
  ).toEqual([['DeprecationWarning', 'DEP1']])
  expect(here.port.logs).toEqual([['stderr', '(node:42) DeprecationWarning: old\n']])
})

it('stdout and stderr write to the log, and call back', async () => {
  const here = started()
  expect(
    await here.play('out(process.stdout.write("a", () => out("done"))); process.stderr.write(Buffer.from("b"))'),
  ).toEqual([true, 'done'])
  expect(here.port.logs).toEqual([
    ['stdout', 'a'],
    ['stderr', 'b'],
  ])
})

it('the next process finds nothing of it', () => {
  const here = started()
  here.run(
    'process.env.PORT = 1; process.exitCode = 2; process.on("SIGTERM", () => {}); process.foo = 1; process.cwd = null; process.argv.push(1); globalThis.left = 1; console.log = null; Math.max = null; Date.prototype.getHours = null; Date.extra = 1; require("net").connect = null; require("net").Socket.prototype.write = null; delete globalThis.setTimeout; performance.mark("m"); console.group()',
  )
  here.restart(new FakePort('orders-0', ENV))
  const { life } = here.environment
  expect(
    here.run(`console.log('x'); return [process.env.PORT, process.exitCode, process.foo, process.cwd(), process.argv.length, globalThis.left, Math.max(1, 2),
    new Date(0).getHours(), Date.extra, typeof require('net').connect, typeof require('net').Socket.prototype.write, typeof globalThis.setTimeout, performance.getEntries().length]`),
  ).toEqual(['80', undefined, undefined, '/app', 2, undefined, 2, 0, undefined, 'function', 'function', 'function', 0])
  expect(life.emit('SIGTERM')).toBe(false)
  expect(here.port.logs).toEqual([['log', 'x']])
})
