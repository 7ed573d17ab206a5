/** Clean stops with a tiny entry module: starts at 0 ms, `start` is applied at 1 ms and answered at 2 ms, where it is asked to stop. */
import { expect, it } from 'vitest'
import { atEffect, fates, planOf, runOf, told } from './testing/fixture.ts'

const stopped = (how: string, graceMs = 500) =>
  runOf(
    planOf('stops.ts', {
      config: { how },
      supervisor: { restartAfterMs: 100, maxRestarts: 0 },
      faults: [{ at: atEffect('start', 'answered'), kind: 'stop', graceMs }],
    }),
  )

/** What the first life told, and how it ended. */
async function first(how: string) {
  const made = await stopped(how)
  const lives = fates(made)
  expect([...made.struck.values()]).toEqual(['p was asked to stop (SIGTERM)'])
  // It is started again although the policy has no restart: a deployment is no failure.
  expect(lives.at(-1)).toBe('p/2 started')
  const end = made.history.find(({ body }) => body.what === 'process' && body.is !== 'started')!
  const why = end.body.what === 'process' ? (end.body.why ?? '') : ''
  return { told: told(made).slice(0, -1), end: lives[1], nowMs: end.nowMs, why }
}

it('calls stop() that the entry returned, and waits for it', async () => {
  // 2 ms + 2 ms for the effect + 30 ms.
  expect(await first('stop')).toEqual({
    told: ['start', 'stopping', 'exit 0'],
    end: 'p/1 stopped',
    nowMs: 34,
    why: 'as it was asked to',
  })
})

it('takes a stop() that fails for a crash', async () => {
  expect(await first('stopFails')).toMatchObject({ end: 'p/1 crashed', nowMs: 2, why: 'its stop() failed' })
})

it('raises SIGTERM for who listens: a process that exits with 0 has stopped', async () => {
  expect(await first('exits')).toMatchObject({ told: ['start', 'signalled', 'exit 0'], end: 'p/1 stopped', nowMs: 4 })
})

it('ends a process that has nothing left to wait for, as Node does', async () => {
  const { told, end } = await first('runsDry')
  expect(told).toEqual(['start', 'signalled', 'exit 0'])
  expect(end).toBe('p/1 stopped')
})

it('kills a process that has not ended in time', async () => {
  expect(await first('hangs')).toMatchObject({
    told: ['start', 'signalled'],
    end: 'p/1 killed',
    nowMs: 502,
    why: '500 ms after it was asked to stop',
  })
})

it('is the end of a process that does not listen, as in Node', async () => {
  expect(await first('deaf')).toMatchObject({
    told: ['start'],
    end: 'p/1 killed',
    nowMs: 2,
    why: 'by SIGTERM, which nothing in it listens to',
  })
})
