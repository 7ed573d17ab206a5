import { describe, expect, it } from 'vitest'
import { startPosition as property } from './start-position.ts'
import { Story } from './testing/history-builder.ts'

/** m1, m2 and m3 lie in orders/0 at 0, 1 and 2; c runs in group g. */
function story(fromBeginning = true): Story {
  const s = new Story()
  s.starts('c')
  s.runs('c', 'g', { fromBeginning })
  s.writes('orders/0', 'm1', 'm2', 'm3')
  return s
}

describe('start-position', () => {
  it('holds for who goes on where the group had committed', () => {
    const s = story()
    s.commits('g', 'orders/0', 1)
    s.joins('c', 'g', 'orders/0')
    s.handles('c', 'g', 'm2')
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })

  it('is violated by who begins behind it, or before it', () => {
    const behind = story()
    behind.commits('g', 'orders/0', 1)
    behind.joins('c', 'g', 'orders/0')
    behind.handles('c', 'g', 'm3')
    expect(behind.verdict(property)).toMatchObject({
      is: 'violated',
      party: 'client',
      evidence: [
        {
          says: 'c began orders/0 with m3 (orders/0@2), though group g had committed 1, and not m2',
          messages: ['m2'],
          clause: 'starts-not-behind',
        },
      ],
    })
    const before = story()
    before.commits('g', 'orders/0', 1)
    before.joins('c', 'g', 'orders/0')
    before.handles('c', 'g', 'm1')
    expect(before.verdict(property)).toMatchObject({
      is: 'violated',
      evidence: [{ messages: ['m1'], clause: 'starts-not-before' }],
    })
  })

  it('is violated where only a former life was handed what is skipped', () => {
    const s = story()
    s.joins('c', 'g', 'orders/0')
    s.end(s.handles('c', 'g', 'm1'))
    s.dies('c')
    s.starts('c')
    s.runs('c', 'g')
    s.joins('c', 'g', 'orders/0')
    s.handles('c', 'g', 'm2')
    expect(s.verdict(property)).toMatchObject({
      is: 'violated',
      evidence: [{ messages: ['m1'], clause: 'starts-not-behind' }],
    })
  })

  it('takes any position that was committed until then: nobody says when it was looked up', () => {
    const s = story()
    s.commits('g', 'orders/0', 1)
    s.joins('c', 'g', 'orders/0')
    s.commits('g', 'orders/0', 2)
    s.handles('c', 'g', 'm3')
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })

  it('goes by the policy where nothing was committed', () => {
    const s = story()
    s.joins('c', 'g', 'orders/0')
    s.handles('c', 'g', 'm2')
    expect(s.verdict(property)).toMatchObject({
      is: 'violated',
      evidence: [{ says: expect.stringContaining('begins at the beginning, and not m1'), messages: ['m1'] }],
    })
  })

  // Written before the assignment: m1 to m3. The end was looked up behind it.
  it('begins at the end under `latest`, at whatever moment since the assignment', () => {
    const s = story(false)
    s.joins('c', 'g', 'orders/0')
    s.writes('orders/0', 'm4', 'm5')
    s.handles('c', 'g', 'm5')
    expect(s.verdict(property)).toEqual({ is: 'holds' })
    const before = story(false)
    before.joins('c', 'g', 'orders/0')
    before.handles('c', 'g', 'm3')
    expect(before.verdict(property)).toMatchObject({ is: 'violated', evidence: [{ clause: 'starts-not-before' }] })
  })

  it('goes by the policy where the position is out of range', () => {
    const s = story()
    s.commits('g', 'orders/0', 1)
    s.deletesUpTo('orders/0', 2)
    s.joins('c', 'g', 'orders/0')
    s.handles('c', 'g', 'm3')
    expect(s.verdict(property)).toEqual({ is: 'holds' })
    const asked = story()
    asked.commits('g', 'orders/0', 2)
    asked.joins('c', 'g', 'orders/0')
    asked.commits('g', 'orders/0', -2)
    asked.handles('c', 'g', 'm1')
    expect(asked.verdict(property)).toEqual({ is: 'holds' })
  })

  // A marker lies at 3, and the group has committed behind it.
  it('takes a position behind a marker for one within the log', () => {
    const s = story()
    s.marks('orders/0', 'commit')
    s.commits('g', 'orders/0', 4)
    s.joins('c', 'g', 'orders/0')
    s.writes('orders/0', 'm4')
    s.handles('c', 'g', 'm4')
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })

  it('does not call skipped what this process was handed before', () => {
    const s = story()
    s.joins('c', 'g', 'orders/0')
    s.finishes('c', 'g', 'm1', 'm2')
    s.commits('g', 'orders/0', 1)
    s.joins('c', 'g', 'orders/0')
    s.handles('c', 'g', 'm3')
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })

  it('says nothing after a seek, after a reset, and where the policy is not known', () => {
    const sought = story()
    sought.joins('c', 'g', 'orders/0')
    sought.seeks('c', 'g', 'orders/0@2')
    sought.handles('c', 'g', 'm3')
    expect(sought.verdict(property)).toEqual({ is: 'holds' })
    const silent = new Story()
    silent.writes('orders/0', 'm1', 'm2')
    silent.joins('c', 'g', 'orders/0')
    silent.handles('c', 'g', 'm2')
    expect(silent.verdict(property)).toEqual({ is: 'holds' })
  })
})
