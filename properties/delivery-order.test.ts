import { describe, expect, it } from 'vitest'
import { deliveryOrder as property } from './delivery-order.ts'
import { Story } from './testing/history-builder.ts'

/** c owns orders/0, where m1, m2 and m3 lie at 0, 1 and 2. */
function story(): Story {
  const s = new Story()
  s.starts('c')
  s.runs('c', 'g')
  s.writes('orders/0', 'm1', 'm2', 'm3')
  s.joins('c', 'g', 'orders/0')
  return s
}
const handled = (s: Story, ...messages: readonly string[]) => {
  for (const message of messages) s.end(s.handles('c', 'g', message))
}

describe('delivery-order', () => {
  it('holds for each record in its turn', () => {
    const s = story()
    handled(s, 'm1', 'm2', 'm3')
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })

  it('is violated by a record that is left out', () => {
    const s = story()
    handled(s, 'm1', 'm3')
    expect(s.verdict(property)).toMatchObject({
      is: 'violated',
      party: 'client',
      evidence: [
        {
          says: 'c was handed m3 (orders/0@2) right after @0, and not m2',
          messages: ['m2'],
          clause: 'nothing-skipped',
        },
      ],
    })
  })

  // Aborted m2 at 1, its marker at 2, then m3.
  it('holds where what is left out was aborted, or is a marker', () => {
    const s = new Story()
    s.writes('orders/0', 'm1')
    s.joins('c', 'g', 'orders/0')
    s.appends('orders/0', ['m2'], { producerId: '7', transactional: true })
    s.marks('orders/0', 'abort')
    s.writes('orders/0', 'm3')
    handled(s, 'm1', 'm3')
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })

  it('is violated by a record that comes again, and not after its handler threw', () => {
    const s = story()
    s.end(s.handles('c', 'g', 'm1'), 'fail')
    handled(s, 'm1', 'm2')
    expect(s.verdict(property)).toEqual({ is: 'holds' })
    handled(s, 'm1')
    expect(s.verdict(property)).toMatchObject({
      is: 'violated',
      evidence: [{ messages: ['m1'], clause: 'once-per-assignment' }],
    })
  })

  it('is violated where a record is skipped after a handler threw', () => {
    const s = story()
    s.end(s.handles('c', 'g', 'm1'), 'fail')
    handled(s, 'm2')
    expect(s.verdict(property)).toMatchObject({ is: 'violated', evidence: [{ messages: ['m1'] }] })
  })

  it('begins anew with an assignment, a seek, a reset, and where the beginning was deleted', () => {
    const resets: readonly ((s: Story) => unknown)[] = [
      (s) => s.joins('c', 'g', 'orders/0'),
      (s) => s.seeks('c', 'g', 'orders/0@0'),
      (s) => s.commits('g', 'orders/0', -2),
      (s) => s.crashes('c', 'g', 'E', '', true),
    ]
    for (const reset of resets) {
      const s = story()
      handled(s, 'm1', 'm2')
      reset(s)
      handled(s, 'm1')
      expect(s.verdict(property)).toEqual({ is: 'holds' })
    }
    const s = story()
    handled(s, 'm1')
    s.deletesUpTo('orders/0', 2)
    handled(s, 'm3')
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })

  it('is violated by two calls at a time in one partition, not in two', () => {
    const s = story()
    s.writes('orders/1', 'n1')
    s.joins('c', 'g', 'orders/0', 'orders/1')
    s.handles('c', 'g', 'm1')
    handled(s, 'n1')
    expect(s.verdict(property)).toEqual({ is: 'holds' })
    s.handles('c', 'g', 'm2')
    expect(s.verdict(property)).toMatchObject({ is: 'violated', evidence: [{ clause: 'one-at-a-time' }, {}] })
  })

  // A batch of m1 and m2 that threw may go on anywhere within it; one that returned is done.
  it('lets a batch that threw go on with any of its records', () => {
    const s = story()
    s.end(s.handlesBatch('c', 'g', 3, 'm1', 'm2'), 'fail')
    s.end(s.handlesBatch('c', 'g', 3, 'm2', 'm3'))
    expect(s.verdict(property)).toEqual({ is: 'holds' })
    s.end(s.handlesBatch('c', 'g', 3, 'm3'))
    expect(s.verdict(property)).toMatchObject({ is: 'violated', evidence: [{ messages: ['m3'] }] })
  })

  it('is violated by a batch with a hole', () => {
    const s = story()
    s.end(s.handlesBatch('c', 'g', 3, 'm1', 'm3'))
    expect(s.verdict(property)).toMatchObject({
      is: 'violated',
      evidence: [{ says: 'c was handed orders/0@0 and @2 in one batch, without m2 between them', messages: ['m2'] }],
    })
  })
})
