import { describe, expect, it } from 'vitest'
import { committedNeverBack as property } from './committed-never-back.ts'
import { Story } from './testing/history-builder.ts'

function story(): Story {
  const s = new Story()
  s.starts('c')
  s.writes('orders/0', 'm1', 'm2')
  s.commits('g', 'orders/0', 2)
  return s
}

describe('committed-never-back', () => {
  // 2, then 1: m2, at offset 1, will be read again.
  it('is violated by a client that goes back', () => {
    const s = story()
    s.commits('g', 'orders/0', 1)
    expect(s.verdict(property)).toMatchObject({
      is: 'violated',
      party: 'client',
      evidence: [{ says: 'group g had committed 2 in orders/0 and went back to 1', messages: ['m2'] }],
    })
  })

  it('is violated by an application that asked for it', () => {
    const s = story()
    const asked = s.asksToCommit('c', 'g', 'orders/0', 1)
    s.commits('g', 'orders/0', 1)
    s.end(asked)
    expect(s.verdict(property)).toMatchObject({ is: 'violated', party: 'application' })
  })

  // The call for 1 had been answered before 1 was stored once more: somebody else sent that.
  it('does not blame an application for a call that was over', () => {
    const s = new Story()
    s.starts('c')
    const asked = s.asksToCommit('c', 'g', 'orders/0', 1)
    s.commits('g', 'orders/0', 1)
    s.end(asked)
    s.commits('g', 'orders/0', 2)
    s.commits('g', 'orders/0', 1)
    expect(s.verdict(property)).toMatchObject({ is: 'violated', party: 'client' })
  })

  // 2 was cut off with the records up to 5: to ask for the beginning is right then, and to commit 0 is not.
  it('is violated by a client that commits 0 where its place was cut off', () => {
    const s = story()
    s.writes('orders/0', 'm3', 'm4', 'm5', 'm6')
    s.deletesUpTo('orders/0', 5)
    s.commits('g', 'orders/0', 0)
    expect(s.verdict(property)).toMatchObject({ is: 'violated', party: 'client' })
  })

  it('tells the beginning as such', () => {
    const s = story()
    s.commits('g', 'orders/0', -2)
    expect(s.verdict(property)).toMatchObject({
      evidence: [{ says: expect.stringContaining('-2, which asks for the beginning'), messages: ['m1', 'm2'] }],
    })
  })

  it('holds when it stands, grows, or belongs to another group or partition', () => {
    const s = story()
    s.commits('g', 'orders/0', 2)
    s.commits('h', 'orders/0', 1)
    s.commits('g', 'orders/1', 1)
    s.rests()
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })

  it('holds when a reset, a new topic or an operator declared it', () => {
    const declare = [(s: Story) => s.resets(), (s: Story) => s.recreates('orders')]
    for (const how of declare) {
      const s = story()
      how(s)
      s.commits('g', 'orders/0', -2)
      s.commits('g', 'orders/0', 1)
      expect(s.verdict(property)).toEqual({ is: 'holds' })
    }
    const operated = story()
    operated.commits('g', 'orders/0', 0, '')
    expect(operated.verdict(property)).toEqual({ is: 'holds' })
  })

  it('blames the cluster for what a state no longer shows', () => {
    const s = story()
    s.op('harness', 'ok', {
      ...{ what: 'state', logs: [] },
      committed: [{ group: 'g', topic: 'orders', partition: 0, offset: '1' }],
    })
    expect(s.verdict(property)).toMatchObject({ is: 'violated', party: 'cluster' })
  })
})
