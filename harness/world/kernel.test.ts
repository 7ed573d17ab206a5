/**
 * The kernel with tiny entry modules. The arithmetic of all of them: the entry runs at 0 ms; a call of effects takes 1 ms there and
 * 1 ms back; a restart comes 100 ms after the end of a life.
 */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Fault, ProcessSpec } from '../plan/plan.ts'
import { harden, setTripwires } from '../sim/virtual/index.ts'
import { atEffect, FIXTURES, fates, planOf, runOf, told } from './testing/fixture.ts'

const undos: (() => void)[] = []
beforeAll(() => {
  undos.push(harden(), setTripwires())
})
afterAll(() => {
  for (const undo of undos.toReversed()) undo()
})

const once = { restartAfterMs: 100, maxRestarts: 0 }
const deed = (what: string, faults: readonly Fault[] = [], supervisor: ProcessSpec['supervisor'] = once) =>
  planOf('deeds.ts', { config: { do: what }, faults, supervisor })

describe.each(['order.ts', 'order.mjs', 'order.cjs'])('%s', (entry) => {
  // The start, the next turn, then timers by time and order of arming; after each, ticks before promises.
  const order = ['sync1', 'immediate', 'a10', 'tick', 'micro', 'd15', 'b20', 'c20']

  it('runs what is due in order', async () => {
    expect(told(await runOf(planOf(entry)))).toEqual(order)
  })

  it('starts again with module instances of its own', async () => {
    const crash: Fault = { at: atEffect('a10', 'applied'), kind: 'crash' }
    const made = await runOf(planOf(entry, { faults: [crash] }))
    // Killed at 11 ms, when a10 was applied; the second life says sync1 again: its module's counter is a new one.
    expect(told(made)).toEqual([...order.slice(0, 5), ...order])
    expect(fates(made)).toEqual(['p/1 started', 'p/1 killed', 'p/2 started'])
  })
})

describe('a pause', () => {
  it('holds what falls due; on waking it comes in the order in which it was due', async () => {
    const pause: Fault = { at: atEffect('one', 'applied'), kind: 'pause', ms: 40 }
    const made = await runOf(deed('late', [pause]))
    // 'start' takes 0–2 ms, 'one' is applied at 3 ms: paused from 3 to 43, so what was due at 22 and 32 comes at 43, 62 comes at 62.
    expect(told(made)).toEqual(['start 1', 'one', 'armed second, due at 20', 'armed first, due at 30', 'due at 60'])
    const times = made.history.flatMap(({ body, phase, nowMs }) =>
      body.what === 'effect' && phase === 'invoke' ? [nowMs] : [],
    )
    expect(times).toEqual([0, 2, 43, 43, 62])
  })

  it('that ends in a kill leaves nothing paused', async () => {
    const at = atEffect('one', 'before')
    const faults: Fault[] = [
      { at, kind: 'pause', ms: 100_000 },
      { at: { ...at, point: 'applied' }, kind: 'crash' },
    ]
    const made = await runOf(deed('work', faults))
    expect(fates(made).slice(0, 4)).toEqual(['p/1 started', 'p/1 paused', 'p/1 killed', 'p/1 gave-up'])
    // Nobody is left who could be waited for: at rest long before the pause would have ended.
    expect(made.ended).toEqual({ by: 'rest' })
    expect(made.virtualMs).toBeLessThan(100_000)
  })
})

describe('a kill', () => {
  it.each(['before', 'applied', 'answered'] as const)(
    'at the point %s: the struck call never settles',
    async (point) => {
      const made = await runOf(deed('work', [{ at: atEffect('one', point), kind: 'crash' }]))
      const applied = made.history.flatMap(({ body }) => (body.what === 'applied' ? [body.key] : []))
      expect(applied).toEqual(point === 'before' ? ['start 1'] : ['start 1', 'one'])
      const ends = made.history.filter(
        ({ body, phase }) => body.what === 'effect' && body.key === 'one' && phase !== 'invoke',
      )
      expect(ends.map(({ phase }) => phase)).toEqual([point === 'answered' ? 'ok' : 'unknown'])
      expect(fates(made)).toEqual(['p/1 started', 'p/1 killed', 'p/1 gave-up'])
    },
  )

  it('at the point answered: what the answer set off is open for ever, and never leaves', async () => {
    const made = await runOf(deed('work', [{ at: atEffect('one', 'answered'), kind: 'crash' }]))
    const two = made.history.filter(({ body }) => 'key' in body && body.key === 'two')
    expect(two.map(({ phase, body }) => `${phase} ${body.what}`)).toEqual(['invoke effect', 'unknown effect'])
  })

  it('takes the timers along', async () => {
    const made = await runOf(deed('late', [{ at: atEffect('one', 'applied'), kind: 'crash' }]))
    expect(told(made)).toEqual(['start 1', 'one'])
  })
})

describe('a process that ends by itself', () => {
  it.each<[string, string, string[]]>([
    ['exit', 'exited', []],
    ['rejection', 'crashed', []],
    ['lateHandler', 'crashed', []],
    ['exception', 'crashed', []],
  ])('%s: it has %s, and nothing comes after it', async (what, is, after) => {
    const made = await runOf(deed(what))
    expect(fates(made)).toEqual(['p/1 started', `p/1 ${is}`, 'p/1 gave-up'])
    expect(told(made)).toEqual(['start 1', ...after])
    expect(made.ended).toEqual({ by: 'rest' })
  })

  it('is dead for the rest of its event, microtasks and all', async () => {
    expect(told(await runOf(deed('exitAndGoOn')))).toEqual(['start 1', 'one', 'a microtask of the dead'].slice(0, 2))
  })

  it('a rejection with a listener ends nothing, as in Node', async () => {
    const made = await runOf(deed('heard'))
    expect(told(made)).toEqual(['start 1', 'heard', 'after the rejection'])
    expect(fates(made)).toEqual(['p/1 started'])
  })

  it('is started again as often as the policy says, then given up', async () => {
    const made = await runOf(deed('exception', [], { restartAfterMs: 100, maxRestarts: 2 }))
    const lives = [1, 2, 3].flatMap((life) => [`p/${life} started`, `p/${life} crashed`])
    expect(fates(made)).toEqual([...lives, 'p/3 gave-up'])
    // Each life: 2 ms for its start, 10 ms for its timer; then 100 ms.
    const started = made.history.filter(({ body }) => body.what === 'process' && body.is === 'started')
    expect(started.map(({ nowMs }) => nowMs)).toEqual([0, 112, 224])
  })
})

describe('a process that spins in microtasks', () => {
  const hung = {
    what: 'process',
    is: 'hung',
    why: expect.stringMatching(/^a loop that waits for nothing went round 100,000 times/),
  }

  it('hangs: what it had sent arrives, nothing comes after, and an operator has to kill it', async () => {
    const made = await runOf(deed('spinInMicrotasks'))
    expect(told(made)).toEqual(['start 1', 'on its way', 'start 1', 'on its way'])
    expect(made.history.flatMap(({ body }) => (body.what === 'applied' ? [body.key] : []))).toEqual(told(made))
    // Nobody is left after the operator's restart who could end the second life.
    expect(fates(made)).toEqual(['p/1 started', 'p/1 hung', 'p/1 killed', 'p/2 started', 'p/2 hung'])
    const [op] = made.history.filter(({ body }) => body.what === 'process' && body.is === 'hung')
    expect(op).toMatchObject({ nowMs: 12, at: 'harness', body: { ...hung, loop: { package: '', file: 'deeds.ts' } } })
    const { line } = (op!.body as { loop: { line: number } }).loop
    expect(readFileSync(`${FIXTURES}deeds.ts`, 'utf8').split('\n')[line - 1]).toContain('for (;;) await undefined')
    expect(made.ended).toEqual({ by: 'rest' })
    expect((await runOf(deed('spinInMicrotasks'))).traceHash).toBe(made.traceHash)
  })

  it('hangs whatever it catches', async () => {
    const made = await runOf(deed('spinAndCatch'))
    expect(told(made)).toEqual(['start 1', 'start 1'])
    expect(fates(made).slice(0, 2)).toEqual(['p/1 started', 'p/1 hung'])
  })

  it('whatever it makes of stacks', async () => {
    const made = await runOf(deed('spinWithoutStacks'))
    const [op] = made.history.filter(({ body }) => body.what === 'process' && body.is === 'hung')
    expect(op!.body).toEqual({ ...hung, why: 'a loop that waits for nothing went round 100,000 times in one event' })
    expect(Error.stackTraceLimit).toBeGreaterThan(0)
  })

  it('is killed by a fault, and started again', async () => {
    const at = atEffect('on its way', 'applied')
    const made = await runOf(deed('spinInMicrotasks', [{ at, kind: 'crash' }], { restartAfterMs: 100, maxRestarts: 1 }))
    expect(fates(made).slice(0, 4)).toEqual(['p/1 started', 'p/1 hung', 'p/1 killed', 'p/2 started'])
  })

  it('is killed when it does not stop in time', async () => {
    const stop: Fault = { at: atEffect('start 1', 'answered'), kind: 'stop', graceMs: 5_000 }
    const made = await runOf(deed('spinWhenStopped', [stop]))
    expect(fates(made)).toEqual(['p/1 started', 'p/1 hung', 'p/1 killed', 'p/2 started'])
    const killed = made.history.find(({ body }) => body.what === 'process' && body.is === 'killed')
    expect(killed).toMatchObject({ nowMs: 5_002, body: { why: '5000 ms after it was asked to stop' } })
  })

  it('and one that only has much to do at one moment is left alone', async () => {
    const made = await runOf(deed('work60000'))
    expect(told(made)).toEqual(['start 1', 'half of it', 'done'])
    expect(fates(made)).toEqual(['p/1 started'])
  })
})

it('real work (a module that is imported by a computed name) takes no virtual time', async () => {
  const plan = planOf('deeds.ts', { config: { do: 'lateImport', late: 'order' }, supervisor: once })
  const made = await runOf(plan)
  expect(made.ended).toEqual({ by: 'rest' })
  expect(told(made).slice(0, 4)).toEqual(['start 1', 'imported', 'sync1', 'immediate'])
  const imported = made.history.find(({ body }) => 'key' in body && body.key === 'imported')
  // The start takes 2 ms.
  expect(imported?.nowMs).toBe(2)
  expect((await runOf(plan)).traceHash).toBe(made.traceHash)
})

describe('limits', () => {
  it('of events: says which, how far, and what it usually means', async () => {
    const { ended } = await runOf({ ...deed('spin'), limits: { events: 1_000, virtualMs: 600_000 } })
    expect(ended).toMatchObject({ by: 'limit', limit: 'events' })
    expect(ended).toHaveProperty(
      'says',
      expect.stringMatching(/limit of 1000 events .*1000 events, \d+ virtual ms.*usually means a loop/),
    )
  })

  it('of virtual time: says which, how far, and what it usually means', async () => {
    // At rest after 0.2 s, if nobody kept it busy: an input that comes too late does.
    const workload = [{ id: 'm1', to: { topic: 'orders' }, key: null, value: 1, atMs: 90_000 }]
    const plan = planOf('deeds.ts', { config: { do: 'tick' }, workload, limits: { events: 100_000, virtualMs: 5_000 } })
    const { ended } = await runOf(plan)
    expect(ended).toMatchObject({ by: 'limit', limit: 'virtualMs' })
    expect(ended).toHaveProperty(
      'says',
      expect.stringMatching(/limit of 5000 virtual ms .*events.*usually means an application that waits/),
    )
  })
})

describe('an entry that does not start is told as such, never as a finding', () => {
  it('throws while it loads', async () => {
    const { ended } = await runOf(planOf('throws.ts'))
    expect(ended).toEqual({
      by: 'entry',
      process: 'p',
      says: expect.stringMatching(/failed to load: RangeError: there is no configuration/),
    })
  })

  it('its start() rejects', async () => {
    const { ended } = await runOf(deed('startRejects'))
    expect(ended).toEqual({
      by: 'entry',
      process: 'p',
      says: expect.stringMatching(/start\(\) failed: RangeError: no such database/),
    })
  })

  it('after a fault has struck, a start that fails is a crash like any other', async () => {
    const crash: Fault = { at: atEffect('start 1', 'applied'), kind: 'crash' }
    const made = await runOf(deed('startRejects', [crash], { restartAfterMs: 100, maxRestarts: 1 }))
    expect(made.ended).toEqual({ by: 'rest' })
    expect(fates(made)).toEqual(['p/1 started', 'p/1 killed', 'p/2 started', 'p/2 crashed', 'p/2 gave-up'])
  })

  it('it calls what is not simulated', async () => {
    const { ended } = await runOf(deed('refused'))
    expect(ended).toEqual({
      by: 'entry',
      process: 'p',
      says: expect.stringMatching(/fs\/promises\.readFile is not simulated: .*ctx\.effects/),
    })
  })

  it('it catches the refusal: the run goes on, and tells', async () => {
    const made = await runOf(deed('refusedAndCaught'))
    expect(made.ended).toEqual({ by: 'rest' })
    expect(made.refused).toEqual(['p: fs/promises.readFile'])
  })
})

it('an unknown entry is refused before anything runs', async () => {
  await expect(runOf(planOf('nowhere.ts'))).rejects.toThrow(/process p: there is no entry module nowhere\.ts/)
})
