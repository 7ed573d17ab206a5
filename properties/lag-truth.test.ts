import { describe, expect, it } from 'vitest'
import { lagTruth as property } from './lag-truth.ts'
import { Story } from './testing/history-builder.ts'

// m1 and m2 at 0 and 1, a marker at 2: the log ends at 3.
function told(highWatermark: number): Story {
  const s = new Story()
  s.writes('orders/0', 'm1', 'm2')
  s.marks('orders/0', 'commit')
  s.handlesBatch('c', 'g', highWatermark, 'm1', 'm2')
  return s
}

describe('lag-truth', () => {
  it('holds anywhere between the batch and the end of the log', () => {
    for (const highWatermark of [2, 3]) expect(told(highWatermark).verdict(property)).toEqual({ is: 'holds' })
  })

  it('is violated behind the end, and before the end of the batch', () => {
    expect(told(4).verdict(property)).toMatchObject({
      is: 'violated',
      party: 'cluster',
      evidence: [{ says: 'a batch up to orders/0@1 came with the high watermark 4, and the log ended at 3' }],
    })
    expect(told(1).verdict(property)).toMatchObject({ is: 'violated' })
  })

  it('has nothing to say of eachMessage', () => {
    const s = new Story()
    s.writes('orders/0', 'm1')
    s.handles('c', 'g', 'm1')
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })
})
