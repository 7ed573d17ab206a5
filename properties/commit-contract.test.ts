import { describe, expect, it } from 'vitest'
import { commitContract as property } from './commit-contract.ts'
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
      evidence: [{ says: 'c was told that 1 is committed in orders/0 for group g, and nobody had stored it' }],
    })
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
