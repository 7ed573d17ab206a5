import { describe, expect, it } from 'vitest'
import { inferGuarantee, noRuns, withRun } from './guarantee.ts'
import { judgeRun } from './index.ts'
import { Story } from './testing/history-builder.ts'

/** Two orders with so many effects each, one fault; judged under a promise that says nothing of them. */
function run(...effects: readonly [number, number]) {
  const s = new Story('none')
  s.starts('c')
  s.joins('c', 'g', 'orders/0')
  s.writes('orders/0', 'm1', 'm2')
  s.strikes('crash')
  for (const [at, times] of effects.entries()) {
    for (let time = 0; time < times; time++) s.end(s.handles('c', 'g', `m${at + 1}`), time === 0 ? 'fail' : 'ok')
    for (let time = 0; time < times; time++) s.applies('c', `m${at + 1}`)
  }
  s.commits('g', 'orders/0', 2)
  s.rests()
  return judgeRun(s.history, s.trial).effects
}
const infer = (...runs: readonly ReturnType<typeof run>[]) =>
  inferGuarantee(runs.reduce((tally, verdicts) => withRun(tally, 1, verdicts), noRuns))

describe('one run', () => {
  it('is judged under all three promises, whatever was asked for', () => {
    expect(run(0, 2)).toEqual([
      { promise: 'exactly-once', is: 'violated', party: 'application' },
      { promise: 'at-least-once', is: 'violated', party: 'application' },
      { promise: 'at-most-once', is: 'violated', party: 'application' },
    ])
    expect(run(1, 2).map(({ is }) => is)).toEqual(['violated', 'holds', 'violated'])
  })

  it('of a producer counts its records in the log', () => {
    const s = new Story('none')
    s.starts('p')
    s.takes('p', 'm1')
    const send = s.sends('p', ['m1'], { idempotent: false })
    s.appends('orders/0', ['m1'])
    s.appends('orders/0', ['m1'])
    s.resolves(send)
    s.rests()
    expect(judgeRun(s.history, s.trial).effects).toEqual([
      { promise: 'exactly-once', is: 'violated', party: 'configuration' },
      { promise: 'at-least-once', is: 'holds' },
      { promise: 'at-most-once', is: 'violated', party: 'configuration' },
    ])
  })
})

describe('the guarantee that many runs show', () => {
  it('is what never happened in any of them', () => {
    expect(infer(run(1, 1), run(1, 1)).guarantee).toBe('exactly-once')
    expect(infer(run(1, 1), run(1, 2)).guarantee).toBe('at-least-once')
    expect(infer(run(1, 1), run(0, 1)).guarantee).toBe('at-most-once')
    expect(infer(run(1, 2), run(0, 1)).guarantee).toBe('none')
  })

  // 3 runs with 1, 1 and 0 faults, of which two repeated: 2 are telling.
  it('says what it rests on, and what was seen', () => {
    const tally = withRun(withRun(withRun(noRuns, 1, run(1, 1)), 1, run(1, 2)), 0, run(1, 2))
    expect(inferGuarantee(tally)).toEqual({
      ...{ guarantee: 'at-least-once', ofItself: 'at-least-once', runs: 3, struck: 2, telling: 2 },
      anomalies: [{ harm: 'repeated', party: 'application', runs: 2 }],
    })
  })

  it('tells what is the client’s from what is the application’s own, and counts nothing of the cluster', () => {
    const by = (party: 'client' | 'cluster' | 'configuration', promise: 'at-least-once' | 'at-most-once') =>
      [{ promise, is: 'violated', party }] as const
    const client = inferGuarantee(withRun(noRuns, 1, by('client', 'at-most-once')))
    expect([client.guarantee, client.ofItself]).toEqual(['at-least-once', 'exactly-once'])
    const cluster = inferGuarantee(withRun(noRuns, 1, by('cluster', 'at-least-once')))
    expect([cluster.guarantee, cluster.ofItself]).toEqual(['exactly-once', 'exactly-once'])
    const configuration = inferGuarantee(withRun(noRuns, 1, by('configuration', 'at-least-once')))
    expect([configuration.guarantee, configuration.ofItself]).toEqual(['at-most-once', 'at-most-once'])
  })

  it('is nothing at all where no run tells', () => {
    expect(inferGuarantee(noRuns).guarantee).toBeNull()
    expect(inferGuarantee(withRun(noRuns, 0, run(1, 1))).guarantee).toBeNull()
    const open = [{ promise: 'at-least-once', is: 'unknown' }] as const
    expect(inferGuarantee(withRun(noRuns, 2, open)).guarantee).toBeNull()
  })
})
