/**
 * The examples as a user runs them: their own test files, with a runner that keeps each test instead of running it. The ones that are
 * meant to fail fail as the README tells, with a plan that replays; the others hold. And what `trial()` says of mistakes.
 */
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { parsePlan } from '../harness/plan/schema.ts'
import { attempt, TrialError, type TrialOptions } from './trial.ts'

const bodies = vi.hoisted(() => new Map<string, () => Promise<void>>())
vi.mock('./runner.ts', () => ({
  runner: () => ({ test: (name: string, _: object, body: () => Promise<void>) => void bodies.set(name, body) }),
}))

const examples = new URL('../examples/', import.meta.url)

/** What a test of the examples fails with; '' when it passes. */
async function textOf(name: string, replay = ''): Promise<string> {
  vi.stubEnv('ACKWARD_REPLAY', replay)
  try {
    await bodies.get(name)!()
    return ''
  } catch (error) {
    return String((error as Error).stack)
  } finally {
    vi.unstubAllEnvs()
  }
}

describe('the examples', () => {
  beforeAll(async () => {
    process.chdir(new URL(examples).pathname)
    await import('../examples/orders/orders.test.ts')
    await import('../examples/orders/orders-fixed.test.ts')
    await import('../examples/payments/payments.test.ts')
    await import('../examples/payments/payments-fixed.test.ts')
  })

  test.each([
    ['orders/orders.test.ts', 'every order is booked at least once', 'o'],
    ['payments/payments.test.ts', 'every payment is booked at least once', 'p'],
  ])('%s: loses one, and the saved plan shows it again', async (file, name, prefix) => {
    const text = await textOf(name)
    expect(text, text).toMatch(/^Violated: /)
    expect(text).toContain('Violated: effects-at-least-once, by the application')
    expect(text).toMatch(/The plan: 1 fault and 1 message/)
    expect(text).toMatch(new RegExp(`^  ${prefix}\\d \\(\\w+/\\d@\\d+\\) was handled and has no effect`, 'm'))
    expect(text).toContain('Time line (virtual time; > marks the evidence)')

    const line = /ACKWARD_REPLAY=(\S+\.json) npx vitest run (\S+) -t '(.+)'/.exec(text)!
    expect(line.slice(2)).toEqual([file, name])

    const plan = parsePlan(readFileSync(line[1]!, 'utf8'), line[1]!)
    const again = await textOf(name, line[1]!)
    expect(plan.saved?.finding).toBe('effects-at-least-once/application')
    expect(again).toContain('Violated: effects-at-least-once, by the application')
    expect(again).toContain(`trace   ${plan.saved?.traceHash}, the same twice`)
    // The time line and the evidence are the same, word for word.
    const told = text.slice(text.indexOf('Time line'), text.indexOf('Replay it')).trim()
    expect(again).toContain(told)
    // A plan of another trial is not for this one.
    expect(await textOf(`${name}, whatever is killed`, line[1]!)).toBe('')
  })

  test.each([
    'every order is booked at least once, whatever is killed',
    'every payment is booked at least once, whatever is killed',
  ])('%s: holds', async (name) => {
    expect(await textOf(name)).toBe('')
  })
})

describe('what cannot be run is told in one line', () => {
  const entry = new URL('orders/orders.process.ts', examples)
  const good: TrialOptions<{ id: string }> = {
    topics: { orders: { partitions: 1 } },
    processes: { consumer: { entry } },
    workload: { topic: 'orders', count: 2, value: (i) => ({ id: `o${i}` }), id: ({ id }) => id },
    promises: 'at-least-once',
    runs: 1,
  }
  const { workload } = good
  const consumer = (of: object) => ({ processes: { consumer: { entry, ...of } } })

  test.each<[string, object, RegExp]>([
    [
      'a closure',
      consumer({ entry: () => {} }),
      /processes\.consumer\.entry is a function.*put the function into a file/,
    ],
    ['a path', consumer({ entry: './orders.ts' }), /processes\.consumer\.entry must be a file URL: new URL\(/],
    [
      'no such file',
      consumer({ entry: new URL('nope.ts', examples) }),
      /consumer-0: there is no entry module \.\/examples\/nope\.ts/,
    ],
    [
      'no instance',
      consumer({ instances: 0 }),
      /processes\.consumer\.instances must be a whole number of 1 or more, not 0/,
    ],
    ['no process', { processes: {} }, /processes must be an object with at least one entry/],
    ['an unknown fault', { faults: ['crush'] }, /faults has "crush", which is not known; did you mean 'crash'\?/],
    [
      'an unknown promise',
      { promises: 'at-leats-once' },
      /promises is "at-leats-once".*did you mean 'at-least-once'\?/,
    ],
    ['no promise', { promises: undefined }, /promises is undefined, which is not known; known: none, at-most-once/],
    ['an unknown option', { topcis: {} }, /topcis is not an option; did you mean 'topics'\?/],
    [
      'another topic',
      { workload: { ...workload, topic: 'order' } },
      /workload\.topic is "order".*did you mean 'orders'\?/,
    ],
    [
      'another process',
      { workload: { ...workload, topic: undefined, process: 'producer' } },
      /workload\.process is "producer", which is not among/,
    ],
    [
      'nowhere to go',
      { workload: { ...workload, topic: undefined } },
      /workload needs one of topic .*, process .* and file/,
    ],
    [
      'nothing to do',
      { workload: { ...workload, count: 0 } },
      /workload\.count must be a whole number of 1 or more, not 0/,
    ],
    ['ids that are the same', { workload: { ...workload, id: () => 'x' } }, /workload\.id gives "x" twice/],
    [
      'an id that is none',
      { workload: { ...workload, id: () => 7 } },
      /workload\.id must give a non-empty string, not 7/,
    ],
    [
      'a value that is no JSON',
      { workload: { ...workload, value: () => ({ id: 1n }) } },
      /workload\.value\(0\) is nothing that JSON can say/,
    ],
    [
      'a topic that Kafka refuses',
      { topics: { 'a b': { partitions: 1 }, orders: { partitions: 1 } } },
      /topics\[0\]\.name must be a topic name/,
    ],
    ['a hundred brokers', { brokers: 100 }, /topology\.brokers must be at most 9, not 100/],
    ['a release that is not imitated', { imitate: '1.1' }, /imitate is .*1\.1.*known: 2\.8, 3\.9/],
    ['no run', { runs: 0 }, /runs must be a whole number of 1 or more, not 0/],
  ])('%s', async (_, wrong, says) => {
    const options = { ...good, ...wrong } as unknown as TrialOptions
    const error = await attempt(
      { name: 'a trial', file: 'a.test.ts' },
      options,
      new URL('..', examples).pathname,
    ).catch((e) => e)
    expect(error).toBeInstanceOf(TrialError)
    expect(error.message).toMatch(says)
    expect(error.message).not.toContain('\n')
  })

  test('a plan that is not there', async () => {
    const replayed = attempt({ name: 'a trial', file: 'a.test.ts' }, good, process.cwd(), 'nope.json')
    await expect(replayed).rejects.toThrow(
      /^ACKWARD_REPLAY names a file that cannot be read: nope\.json; it is relative to /,
    )
  })
})
