import { describe, expect, it } from 'vitest'
import { commitNotPastUnfinished as property } from './commit-not-past-unfinished.ts'
import { Story } from './testing/history-builder.ts'

function story(): Story {
  const s = new Story('at-least-once')
  s.starts('c')
  s.writes('orders/0', 'm1', 'm2')
  return s
}

describe('commit-not-past-unfinished', () => {
  // Committed 1 > offset 0 of m1, whose effect begins after that.
  it('is violated by a commit before the effect', () => {
    const s = story()
    const handler = s.handles('c', 'g', 'm1')
    s.commits('g', 'orders/0', 1)
    s.applies('c', 'm1')
    s.end(handler)
    expect(s.verdict(property)).toMatchObject({
      is: 'violated',
      party: 'application',
      evidence: [{ says: 'group g committed 1, past m1 (orders/0@0), before its effect had begun', messages: ['m1'] }],
    })
  })

  it('is violated by a handler that does not wait for its effect', () => {
    const s = story()
    const handler = s.handles('c', 'g', 'm1')
    const effect = s.applies('c', 'm1', 'invoke')
    s.end(handler)
    s.commits('g', 'orders/0', 1)
    s.end(effect)
    expect(s.verdict(property)).toMatchObject({
      evidence: [{ says: expect.stringContaining('while its effect was under way') }],
    })
  })

  it('is violated by a handler that dies after the commit and before the effect', () => {
    const s = story()
    s.handles('c', 'g', 'm1')
    s.commits('g', 'orders/0', 1)
    s.dies('c')
    expect(s.verdict(property)).toMatchObject({
      evidence: [{ says: expect.stringContaining('which then never ended') }],
    })
  })

  // Committed 1 while the handler of m1 is still open: its effect is durable, so nothing can be lost.
  it('holds for a commit from within the handler, after the effect', () => {
    const s = story()
    const handler = s.handles('c', 'g', 'm1')
    s.applies('c', 'm1')
    s.commits('g', 'orders/0', 1)
    s.end(handler)
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })

  // eachBatch over m1 and m2 commits 1 in the middle: m2, at 1, is not passed.
  it('holds for a commit in the middle of a batch', () => {
    const s = story()
    const handler = s.handles('c', 'g', 'm1', 'm2')
    s.applies('c', 'm1')
    s.commits('g', 'orders/0', 1)
    s.applies('c', 'm2')
    s.end(handler)
    s.commits('g', 'orders/0', 2)
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })

  it('holds for a handler that made up its mind to do nothing, and for what was never delivered', () => {
    const s = story()
    s.end(s.handles('c', 'g', 'm1'))
    s.commits('g', 'orders/0', 2)
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })

  it('does not judge one group by the handlers of another', () => {
    const s = story()
    s.handles('c', 'g', 'm1')
    s.commits('audit', 'orders/0', 1)
    s.applies('c', 'm1')
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })

  // The old log's position 2 says nothing of m3 at 0 of the new one.
  it('begins anew with the log', () => {
    const s = story()
    s.finishes('c', 'g', 'm1', 'm2')
    s.commits('g', 'orders/0', 2)
    s.resets()
    s.writes('orders/0', 'm3')
    s.finishes('c', 'g', 'm3')
    s.commits('g', 'orders/0', 1)
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })

  it('is judged only where nothing may be lost', () => {
    const { trial } = story()
    const judged = (['none', 'at-most-once', 'at-least-once', 'exactly-once'] as const).filter((promise) =>
      property.applies({ ...trial, promise }),
    )
    expect(judged).toEqual(['at-least-once', 'exactly-once'])
  })
})
