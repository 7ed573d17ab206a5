import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { printPlan } from '../harness/plan/schema.ts'
import { plan } from '../reports/testing/sample.ts'
import { main } from './main.ts'
import { ackward, FakeIo, FakeServices } from './testing/fakes.ts'
import { UsageError } from './usage.ts'

describe('help', () => {
  it('of ackward, with its exit codes', async () => {
    const { code, out, err } = await ackward('--help')
    expect([code, err]).toEqual([0, ''])
    expect(out).toMatchInlineSnapshot(`
      "Usage: ackward [options] [command]

      Finds the interleavings in which Kafka code loses, repeats, reorders or gets stuck, and replays each
      from its seed.

      Options:
        -V, --version                         print the version
        -h, --help                            print this help

      Commands:
        list                                  tell which scenarios there are, what each promises and which
                                              faults it meets
        matrix [options]                      search every application under every promise, in less than a
                                              minute and a half, and tell whether each came out as
                                              expected
        run [options] <scenario>              search one application until something breaks it, shrink
                                              that to a few lines and save it
        replay [options] <plan.json | token>  make one run again, twice, and tell it in full: the plan,
                                              the evidence, the time line
        help [command]                        print the help of a command

      Examples:
        $ ackward matrix
        $ ackward run commit-before --promise at-least-once
        $ ackward replay .ackward/plans/commit-before-loses-0a1b2c3d.json

      Exit codes:
        0   held: what was asked for held in every run; matrix: all came out as expected
        1   violated: something broke it; the report says what, when and how to replay it
        2   unknown: not decided, or stopped by Ctrl-C before anything was found
        64  usage: the command, a plan or a token is wrong; one line says what to do
        70  ackward's own fault, which is never reported as a finding
      "
    `)
  })

  it.each(['list', 'matrix', 'run', 'replay'])('of %s', async (command) => {
    const { code, out } = await ackward(`${command} --help`)
    expect(code).toBe(0)
    expect(out).toContain(`Usage: ackward ${command} `)
    expect(out).toContain('Examples:')
    expect(out.split('\n').every((line) => line.length <= 100)).toBe(true)
  })

  it('loads nothing', async () => {
    const load = () => Promise.reject(new Error('loaded'))
    for (const line of ['--help', '--version', 'run --help', 'run --sed 1']) {
      const code = await main(line.split(' '), new FakeIo(), { loadServices: load, requireKafkajs: load })
      expect(code).not.toBe(70)
    }
  })
})

it('tells its version', async () => {
  const { code, out } = await ackward('--version')
  expect(code).toBe(0)
  expect(out).toMatch(/^\d+\.\d+\.\d+\S*\n$/)
})

it('lists scenarios', async () => {
  expect((await ackward('list')).out).toMatchInlineSnapshot(`
    "commit-before
      what commit-before does
      promises at-most-once; faults: crash, pause
    commit-after
      what commit-after does
      promises at-least-once; faults: crash, pause
    "
  `)
})

describe('bad input', () => {
  const text = printPlan(plan)
  const files: Readonly<Record<string, string>> = {
    'truncated.json': text.slice(0, 200),
    'text.json': 'commit-before: loses',
    'newer.json': '{"format": 2}',
    'other.json': '{"name": "ackward"}',
    'unknown-process.json': text.replace('"process": "consumer-0"', '"process": "consumer-9"'),
    'unknown-point.json': text.replace('"applied"', '"aplied"'),
  }
  const lines: readonly (string | readonly string[])[] = [
    '',
    'rnu commit-before',
    'fly',
    '--jsno',
    'run',
    'run comit-before',
    'run nothing-like-it',
    'run commit-before twice',
    'run commit-before --sed 1',
    'run commit-before --seed',
    'run commit-before --runs 0',
    'run commit-before --runs 1e3',
    'run commit-before --runs -5',
    'run commit-before --runs 99999999999',
    'run commit-before --promise at-most-onec',
    ['run', 'commit-before', '--promise', 'a\u001b[31m\nb'],
    'matrix --runs 5 --seconds 5',
    'matrix commit-before',
    'replay',
    'replay none.json',
    'replay .',
    'replay commit-before',
    'replay v1:commit-before:at-least-once:ackward',
    'replay v2:commit-before:at-least-once:ackward:36',
    'replay v1:comit-before:at-least-once:ackward:36',
    'replay v1:commit-before:at-least-once:ackward:x',
    ...Object.keys(files).map((file) => `replay ${file}`),
  ]

  it('is told in one line, ends with 64, starts and writes nothing', async () => {
    const told: string[] = []
    for (const line of lines) {
      const io = new FakeIo()
      const services = new FakeServices()
      for (const [name, content] of Object.entries(files)) writeFileSync(join(io.cwd, name), content)
      const { code, out, err } = await ackward(line, io, services)
      expect([line, code, out, services.opened, io.files.length]).toEqual([line, 64, '', 0, Object.keys(files).length])
      expect(err).toMatch(/^ackward: [^\n]+\n$/)
      told.push(`${JSON.stringify(line)}\n  ${err.trimEnd()}`)
    }
    expect(`\n${told.join('\n')}\n`).toMatchInlineSnapshot(`
      "
      ""
        ackward: no command given: list, matrix, run or replay; see ackward --help
      "rnu commit-before"
        ackward: unknown command 'rnu'; did you mean run?
      "fly"
        ackward: unknown command 'fly'; see ackward --help
      "--jsno"
        ackward: unknown option '--jsno'; see ackward --help
      "run"
        ackward: missing required argument 'scenario'; see ackward --help
      "run comit-before"
        ackward: unknown scenario 'comit-before'; did you mean 'commit-before'? (ackward list tells what each does)
      "run nothing-like-it"
        ackward: unknown scenario 'nothing-like-it'; known: commit-before, commit-after (ackward list tells what each does)
      "run commit-before twice"
        ackward: too many arguments for 'run'. Expected 1 argument but got 2; see ackward --help
      "run commit-before --sed 1"
        ackward: unknown option '--sed'; did you mean --seed?
      "run commit-before --seed"
        ackward: option '--seed <s>' argument missing; see ackward --help
      "run commit-before --runs 0"
        ackward: option '--runs <n>' argument '0' is invalid. It must be a whole number from 1 to 1000000000; see ackward --help
      "run commit-before --runs 1e3"
        ackward: option '--runs <n>' argument '1e3' is invalid. It must be a whole number from 1 to 1000000000; see ackward --help
      "run commit-before --runs -5"
        ackward: option '--runs <n>' argument '-5' is invalid. It must be a whole number from 1 to 1000000000; see ackward --help
      "run commit-before --runs 99999999999"
        ackward: option '--runs <n>' argument '99999999999' is invalid. It must be a whole number from 1 to 1000000000; see ackward --help
      "run commit-before --promise at-most-onec"
        ackward: option '--promise <p>' argument 'at-most-onec' is invalid. Unknown promise 'at-most-onec'; did you mean 'at-most-once'?
      ["run","commit-before","--promise","a\\u001b[31m\\nb"]
        ackward: option '--promise <p>' argument 'a?[31m b' is invalid. Unknown promise 'a?[31m?b'; known: none, at-most-once, at-least-once, exactly-once; see ackward --help
      "matrix --runs 5 --seconds 5"
        ackward: option '--seconds <n>' cannot be used with option '--runs <n>'; see ackward --help
      "matrix commit-before"
        ackward: too many arguments for 'matrix'. Expected 0 arguments but got 1; see ackward --help
      "replay"
        ackward: missing required argument 'plan.json | token'; see ackward --help
      "replay none.json"
        ackward: 'none.json' is neither a file nor a token; saved plans are in .ackward/plans/
      "replay ."
        ackward: '.' is a folder; give one of the plans in it
      "replay commit-before"
        ackward: 'commit-before' is neither a file nor a token; saved plans are in .ackward/plans/
      "replay v1:commit-before:at-least-once:ackward"
        ackward: 'v1:commit-before:at-least-once:ackward' is not a token; one has five parts, v1:scenario:promise:seed:index, and then perhaps kinds of faults, and a number of copies
      "replay v2:commit-before:at-least-once:ackward:36"
        ackward: 'v2:commit-before:at-least-once:ackward:36': made by a newer ackward (v2, this one reads v1); upgrade ackward
      "replay v1:comit-before:at-least-once:ackward:36"
        ackward: unknown scenario 'comit-before'; did you mean 'commit-before'? (ackward list tells what each does)
      "replay v1:commit-before:at-least-once:ackward:x"
        ackward: 'v1:commit-before:at-least-once:ackward:x': its fifth part, the index of the run, must be a whole number from 0
      "replay truncated.json"
        ackward: truncated.json is truncated: it ends at line 10, column 22 in the middle of a value; copy it again, or replay the token of its finding
      "replay text.json"
        ackward: text.json is not JSON (line 1, column 1); give a plan that ackward saved
      "replay newer.json"
        ackward: newer.json was made by a newer ackward (format 2, this one reads 1); upgrade ackward
      "replay other.json"
        ackward: other.json is JSON, but not a plan: it has no 'format'; give a plan that ackward saved
      "replay unknown-process.json"
        ackward: unknown-process.json: faults[0].at.process is 'consumer-9', which is no process of this plan; did you mean 'consumer-0'?
      "replay unknown-point.json"
        ackward: unknown-point.json: faults[0].at.point is an unknown point, 'aplied'; did you mean 'applied'?
      "
    `)
  })

  it('is also what the search refuses', async () => {
    const services = new FakeServices()
    const io = new FakeIo()
    writeFileSync(join(io.cwd, 'x.json'), text)
    services.replayPlan = () =>
      Promise.reject(Object.assign(new Error('no such entry: ./orders.ts;\n  check it'), { usage: true }))
    expect(await ackward('replay x.json', io, services)).toMatchObject({
      code: 64,
      err: 'ackward: no such entry: ./orders.ts; check it\n',
    })
    expect(services.closed).toBe(1)
  })

  it('is a folder that cannot be read', async () => {
    const io = new FakeIo()
    mkdirSync(join(io.cwd, 'plans.json'))
    expect((await ackward('replay plans.json', io)).err).toBe(
      "ackward: 'plans.json' is a folder; give one of the plans in it\n",
    )
  })
})

it('says in one line that kafkajs is not installed', async () => {
  const io = new FakeIo()
  const requireKafkajs = (cwd: string) => {
    throw new UsageError(`kafkajs is not installed in ${cwd}`)
  }
  const providers = { loadServices: async () => new FakeServices(), requireKafkajs }
  expect(await main(['run', 'commit-before'], io, providers)).toBe(64)
  expect(io.written).toEqual({ out: '', err: `ackward: kafkajs is not installed in ${io.cwd}\n` })
  expect(await main(['list'], io, providers)).toBe(0)
})

it('tells an error of its own as its own, with all that a report needs', async () => {
  const services = new FakeServices()
  const error = new RangeError('an offset moved back', { cause: new TypeError('x') })
  error.stack = 'RangeError: an offset moved back\n    at append (log.ts:12:3)'
  error.cause = 'the log'
  services.search = () => Promise.reject(error)
  const { code, out, err } = await ackward('run commit-before', new FakeIo(), services)
  expect([code, out, services.closed]).toEqual([70, '', 1])
  expect(
    err.replace(/ackward \d\S+,/, 'ackward 0.0.0,').replace(/(report it ).*?, with/, '$1somewhere, with'),
  ).toMatchInlineSnapshot(`
    "ackward: this is ackward's own fault, not that of the code under test.
      RangeError: an offset moved back
      at append (log.ts:12:3)
      caused by the log
    Please report it somewhere, with the command and these lines. ackward 0.0.0, Node v22.12.0 on linux x64
    "
  `)
})
