import { describe, expect, it } from 'vitest'
import { oneOwner as property } from './one-owner.ts'
import { Story } from './testing/history-builder.ts'

function assigns(s: Story, generation: number, ...members: readonly string[]): void {
  const owners = members.map((member) => ({ member, topic: 'orders', partition: 0 }))
  s.op('cluster', 'ok', { what: 'assignment', group: 'g', generation, owners })
}

describe('one-owner', () => {
  it('is violated by two owners in one assignment: the leader of the group made it', () => {
    const s = new Story()
    assigns(s, 1, 'a', 'b')
    expect(s.verdict(property)).toMatchObject({
      is: 'violated',
      party: 'client',
      evidence: [{ says: 'orders/0 belongs to a and to b in generation 1 of group g' }],
    })
  })

  it('is violated by two assignments of one generation: the coordinator took both', () => {
    const s = new Story()
    assigns(s, 1, 'a')
    assigns(s, 1, 'b')
    expect(s.verdict(property)).toMatchObject({ is: 'violated', party: 'cluster' })
  })

  it('holds for one owner after another, and for a generation counted anew after a reset', () => {
    const s = new Story()
    assigns(s, 1, 'a')
    assigns(s, 2, 'b')
    s.resets()
    assigns(s, 1, 'c')
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })

  it('is violated by what is handed out after a revoke', () => {
    const s = new Story()
    s.writes('orders/0', 'm1')
    s.joins('c', 'g', 'orders/0')
    s.learnsOfRevoke('c', 'g')
    s.handles('c', 'g', 'm1')
    expect(s.verdict(property)).toMatchObject({
      is: 'violated',
      party: 'client',
      evidence: [{ says: 'c was handed m1 (orders/0@0), after it learnt that it had lost it' }],
    })
  })

  it('is violated by what is handed out of a partition that went to somebody else', () => {
    const s = new Story()
    s.writes('orders/0', 'm1')
    s.joins('c', 'g', 'orders/0')
    s.joins('c', 'g', 'orders/1')
    s.handles('c', 'g', 'm1')
    expect(s.verdict(property)).toMatchObject({
      is: 'violated',
      evidence: [{ says: expect.stringContaining('not assigned') }],
    })
  })

  it('does not judge handlers of a process with two consumers in one group', () => {
    const s = new Story()
    s.writes('orders/0', 'm1')
    s.joins('c', 'g', 'orders/0')
    s.op(
      'client',
      'ok',
      { what: 'assigned', consumer: 2, group: 'g', generation: 1, member: 'c2', partitions: [] },
      'c',
    )
    s.handles('c', 'g', 'm1')
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })

  // In hand when the revoke came, finished after it: nothing was handed out too late.
  it('holds for what was in hand, and after the next assignment', () => {
    const s = new Story()
    s.writes('orders/0', 'm1', 'm2')
    s.joins('c', 'g', 'orders/0')
    const handler = s.handles('c', 'g', 'm1')
    s.learnsOfRevoke('c', 'g')
    s.end(handler)
    s.joins('c', 'g', 'orders/0')
    s.finishes('c', 'g', 'm2')
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })
})
