import { describe, expect, it } from 'vitest'
import { factsOf, inferGuarantee, keeps } from './guarantee.ts'
import { Story } from './testing/history-builder.ts'

/** Two orders with so many effects each, one fault. */
function run(...effects: readonly [number, number]) {
  const s = new Story('none')
  s.starts('c')
  s.joins('c', 'g', 'orders/0')
  s.writes('orders/0', 'm1', 'm2')
  s.strikes('crash')
  for (const [at, times] of effects.entries()) {
    for (let time = 0; time < times; time++) s.finishes('c', 'g', `m${at + 1}`)
  }
  s.commits('g', 'orders/0', 2)
  s.rests()
  return factsOf(s.history, s.trial)
}

describe('the guarantee that many runs show', () => {
  // Effects 0 and 2 of two messages: 1 lost, 1 repeated, 1 fault.
  it('counts what one run shows, whatever was promised', () => {
    expect(run(0, 2)).toEqual({ lost: 1, repeated: 1, open: 0, struck: 1 })
  })

  it('is what never happened in any of them', () => {
    expect(inferGuarantee([run(1, 1), run(1, 1)]).guarantee).toBe('exactly-once')
    expect(inferGuarantee([run(1, 1), run(1, 2)]).guarantee).toBe('at-least-once')
    expect(inferGuarantee([run(1, 1), run(0, 1)]).guarantee).toBe('at-most-once')
    expect(inferGuarantee([run(1, 2), run(0, 1)]).guarantee).toBe('none')
  })

  // 3 runs, of which one repeated, and one without faults, which says little: 2 are telling.
  it('says over how many runs', () => {
    const calm = { ...run(1, 1), struck: 0 }
    expect(inferGuarantee([run(1, 1), run(1, 2), calm])).toEqual({
      guarantee: 'at-least-once',
      runs: 3,
      telling: 2,
      lostIn: 0,
      repeatedIn: 1,
      says: 'never lost, repeated in 1 of 3 runs; 2 of 3 runs had faults and came to a clear end',
    })
  })

  it('is kept by what is stronger', () => {
    expect(keeps('exactly-once', 'at-least-once')).toBe(true)
    expect(keeps('at-most-once', 'at-least-once')).toBe(false)
    expect(keeps('none', 'none')).toBe(true)
  })
})
