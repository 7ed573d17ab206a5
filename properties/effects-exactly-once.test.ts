import { describe, expect, it } from 'vitest'
import { effectsExactlyOnce as property } from './effects-exactly-once.ts'
import { Story } from './testing/history-builder.ts'

function story(): Story {
  const s = new Story('exactly-once')
  s.starts('c')
  s.joins('c', 'g', 'orders/0')
  s.writes('orders/0', 'm1', 'm2')
  return s
}

describe('effects-exactly-once', () => {
  // 2 inputs: m1 none, m2 two effects. Both halves broke, in one finding.
  it('tells of both halves', () => {
    const s = story()
    s.finishes('c', 'g', 'm2', 'm2')
    s.commits('g', 'orders/0', 2)
    s.rests()
    expect(s.verdict(property)).toMatchObject({
      is: 'violated',
      evidence: [
        { says: expect.stringContaining('has no effect'), messages: ['m1'] },
        { says: expect.stringContaining('2 times'), messages: ['m2'] },
      ],
    })
  })

  it('holds when each of two inputs has one effect', () => {
    const s = story()
    s.finishes('c', 'g', 'm1', 'm2')
    s.commits('g', 'orders/0', 2)
    s.rests()
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })

  // A reset excuses the loss of m2, and not the repetition of m1.
  it('is violated by a repetition under a cluster reset', () => {
    const s = story()
    s.finishes('c', 'g', 'm1', 'm1')
    s.resets()
    s.rests()
    expect(s.verdict(property)).toMatchObject({ is: 'violated', evidence: [{ messages: ['m1'] }] })
  })
})
