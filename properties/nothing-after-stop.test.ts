import { describe, expect, it } from 'vitest'
import { nothingAfterStop as property } from './nothing-after-stop.ts'
import { Story } from './testing/history-builder.ts'

function story(): Story {
  const s = new Story()
  s.starts('c')
  s.runs('c', 'g')
  s.joins('c', 'g', 'orders/0')
  s.writes('orders/0', 'm1', 'm2')
  return s
}

describe('nothing-after-stop', () => {
  it.each(['stop', 'disconnect'] as const)('is violated by what is handed out after %s() resolved', (what) => {
    const s = story()
    s.stops('c', what)
    s.handles('c', 'g', 'm1')
    expect(s.verdict(property)).toMatchObject({
      is: 'violated',
      party: 'client',
      evidence: [{ says: `c was handed m1, after ${what}() had resolved`, messages: ['m1'] }],
    })
  })

  it('holds for what was in hand, and for what comes when it runs again', () => {
    const s = story()
    const handler = s.handles('c', 'g', 'm1')
    s.stops('c')
    s.end(handler)
    s.runs('c', 'g')
    s.handles('c', 'g', 'm2')
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })

  it('holds for another life', () => {
    const s = story()
    s.stops('c')
    s.dies('c')
    s.starts('c')
    s.joins('c', 'g', 'orders/0')
    s.handles('c', 'g', 'm1')
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })
})
