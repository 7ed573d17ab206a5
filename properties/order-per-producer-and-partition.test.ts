import { describe, expect, it } from 'vitest'
import { orderPerProducerAndPartition as property } from './order-per-producer-and-partition.ts'
import { Story } from './testing/history-builder.ts'

describe('order-per-producer-and-partition', () => {
  // m1 at 1, m2 at 0, and m2 was sent after m1 was ok: 0 < 1 is the wrong way round.
  it('is violated by a send that was invoked after another was ok and lies before it', () => {
    const s = new Story()
    s.resolves(s.sends('p', ['m1']))
    s.sends('p', ['m2'])
    s.appends('orders/0', ['m2', 'm1'])
    expect(s.verdict(property)).toMatchObject({
      is: 'violated',
      party: 'client',
      evidence: [
        {
          says: 'm2 was sent behind m1, after that was ok, and lies before it: orders/0@0 and @1',
          messages: ['m1', 'm2'],
        },
      ],
    })
  })

  // Behind m3 lie m1, which was ok before m3 was sent, and m2, which was ok after it: it has to lie behind the first.
  it('is violated by one that lies before any of several that were ok before', () => {
    const s = new Story()
    const second = s.sends('p', ['m2'])
    s.resolves(s.sends('p', ['m1']))
    const third = s.sends('p', ['m3'])
    s.resolves(second)
    s.resolves(third)
    s.appends('orders/0', ['m3', 'm1', 'm2'])
    expect(s.verdict(property)).toMatchObject({ is: 'violated', evidence: [{ messages: ['m1', 'm3'] }] })
  })

  it('holds when they lie in the order of the sends, and across producers and partitions', () => {
    const s = new Story()
    s.resolves(s.sends('p', ['m1']))
    s.resolves(s.sends('p', ['m2']))
    s.resolves(s.sends('p', ['m3']))
    s.resolves(s.sends('q', ['m4']))
    s.appends('orders/0', ['m4', 'm1', 'm3'])
    s.appends('orders/1', ['m2'])
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })

  // m1 was under way when m2 was sent; m1 is tried again and lands behind it.
  it('allows overlapping sends of an idempotent producer to change places', () => {
    const s = new Story()
    const first = s.sends('p', ['m1'])
    s.resolves(s.sends('p', ['m2']))
    s.resolves(first)
    s.appends('orders/0', ['m2', 'm1'])
    expect(s.verdict(property)).toMatchObject({
      is: 'allowed',
      by: 'the sends overlapped in time',
      evidence: [{ messages: ['m1', 'm2'] }],
    })
  })

  it('is violated by records of one send in another order', () => {
    const s = new Story()
    s.sends('p', ['m1', 'm2'])
    s.appends('orders/0', ['m2', 'm1'])
    expect(s.verdict(property)).toMatchObject({
      is: 'violated',
      evidence: [{ says: expect.stringContaining('in one send') }],
    })
  })

  // m1 was sent twice, so nobody can say which copy is whose.
  it('does not judge messages of several sends', () => {
    const s = new Story()
    s.resolves(s.sends('p', ['m1']))
    s.resolves(s.sends('p', ['m2']))
    s.sends('p', ['m1'])
    s.appends('orders/0', ['m2', 'm1'])
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })
})
