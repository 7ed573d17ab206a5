import { describe, expect, it } from 'vitest'
import { commitContract as property } from './commit-contract.ts'
import { judge } from './index.ts'
import { Story } from './testing/history-builder.ts'

function story(): Story {
  const s = new Story()
  s.starts('c')
  s.joins('c', 'g', 'orders/0')
  s.writes('orders/0', 'm1', 'm2')
  return s
}

describe('commit-contract', () => {
  it('holds for what was stored between the call and its answer, or stood there already', () => {
    const s = story()
    const first = s.asksToCommit('c', 'g', 'orders/0', 1)
    s.commits('g', 'orders/0', 1)
    s.end(first)
    s.end(s.asksToCommit('c', 'g', 'orders/0', 1))
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })

  it('is violated by a commit that resolves and was never stored', () => {
    const s = story()
    s.end(s.asksToCommit('c', 'g', 'orders/0', 1))
    expect(s.verdict(property)).toMatchObject({
      is: 'violated',
      party: 'client',
      evidence: [
        { says: 'c was told that 1 is committed in orders/0 for group g, and nobody had stored it', messages: ['m1'] },
      ],
    })
  })

  it('names what comes again: from where the group stood up to what was asked for', () => {
    const s = story()
    s.writes('orders/0', 'm3', 'm4')
    s.commits('g', 'orders/0', 1)
    s.end(s.asksToCommit('c', 'g', 'orders/0', 3))
    expect(s.verdict(property)).toMatchObject({ evidence: [{ messages: ['m2', 'm3'] }] })
  })

  it('is violated where it was stored long before, and something else since', () => {
    const s = story()
    s.commits('g', 'orders/0', 1)
    s.commits('g', 'orders/0', 2)
    s.end(s.asksToCommit('c', 'g', 'orders/0', 1))
    expect(s.verdict(property)).toMatchObject({ is: 'violated' })
  })

  it('says nothing of a commit that throws', () => {
    const s = story()
    s.end(s.asksToCommit('c', 'g', 'orders/0', 1), 'unknown')
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })

  it('is unknown where the cluster cannot be seen', () => {
    const s = new Story()
    s.end(s.asksToCommit('c', 'g', 'orders/0', 1))
    expect(s.verdict(property)).toMatchObject({ is: 'unknown' })
  })
})

/** Applies m1 in two lives, and in the first one was told, or did not ask, that its commit stands. */
function twice(isTold: boolean): Story {
  const s = new Story('at-most-once')
  s.starts('c')
  s.runs('c', 'g')
  s.joins('c', 'g', 'orders/0')
  s.writes('orders/0', 'm1')
  if (isTold) s.end(s.asksToCommit('c', 'g', 'orders/0', 1))
  s.finishes('c', 'g', 'm1')
  s.dies('c')
  s.starts('c')
  s.runs('c', 'g')
  s.joins('c', 'g', 'orders/0')
  s.finishes('c', 'g', 'm1')
  s.commits('g', 'orders/0', 1)
  s.rests()
  return s
}

it.each([
  [true, 'client'],
  [false, 'application'],
] as const)('a message that is handled twice, as its commit was told to stand (%s): by the %s', (isTold, party) => {
  const { history, trial } = twice(isTold)
  const told = judge(history, trial).find((one) => one.property === 'effects-at-most-once')
  expect(told).toMatchObject({ party, verdict: { is: 'violated' } })
})
