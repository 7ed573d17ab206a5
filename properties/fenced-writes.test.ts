import { describe, expect, it } from 'vitest'
import { fencedWrites as property } from './fenced-writes.ts'
import type { Trial } from './property.ts'
import { Story } from './testing/history-builder.ts'
import { viewsOf } from './views.ts'

const write = { producerId: '7', transactional: true }

/** Transactional id t had epoch 0 and was given epoch 1; the producer of epoch 0 writes m1 all the same. */
function late(): Story {
  const s = new Story()
  s.decides('Empty', [], 0)
  s.decides('Empty', [], 1)
  s.appends('orders/0', ['m1'], { ...write, producerEpoch: 0 })
  return s
}

/** The same cluster as an older Kafka. */
function judgeAs(imitate: string, s: Story) {
  const { plan, promise } = s.trial
  return property.judge(viewsOf(s.history), {
    plan: { ...plan, topology: { ...plan.topology, imitate } },
    promise,
  } as Trial)
}

describe('fenced-writes', () => {
  it('is violated where a late write is committed with the next transaction', () => {
    const s = late()
    s.marks('orders/0', 'commit', '7', 1)
    expect(s.verdict(property)).toMatchObject({
      is: 'violated',
      party: 'cluster',
      evidence: [{ says: expect.stringContaining('m1 (orders/0@0) was written in epoch 0 of t, after epoch 1') }],
    })
  })

  it('holds where it is aborted, or never ended', () => {
    const s = late()
    expect(s.verdict(property)).toEqual({ is: 'holds' })
    s.marks('orders/0', 'abort', '7', 1)
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })

  it('is allowed before KIP-890, where the partition had not seen the new epoch', () => {
    const s = late()
    s.marks('orders/0', 'commit', '7', 1)
    expect(judgeAs('3.5', s)).toMatchObject({ is: 'allowed', by: expect.stringContaining('KIP-890') })
    expect(judgeAs('3.6', s)).toMatchObject({ is: 'violated' })
  })

  it('is violated there too, where the partition had seen it', () => {
    const s = new Story()
    s.decides('Empty', [], 0)
    s.decides('Empty', [], 1)
    s.appends('orders/0', ['m0'], { ...write, producerEpoch: 1 })
    s.appends('orders/0', ['m1'], { ...write, producerEpoch: 0 })
    s.marks('orders/0', 'commit', '7', 1)
    expect(judgeAs('3.5', s)).toMatchObject({ is: 'violated', evidence: [{ messages: ['m1'] }] })
  })

  it('holds for what was written before the new epoch was given out', () => {
    const s = new Story()
    s.decides('Empty', [], 0)
    s.appends('orders/0', ['m1'], { ...write, producerEpoch: 0 })
    s.decides('PrepareAbort', ['orders/0'], 1)
    s.marks('orders/0', 'commit', '7', 1)
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })
})
