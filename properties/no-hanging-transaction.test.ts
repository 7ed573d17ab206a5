import { describe, expect, it } from 'vitest'
import { noHangingTransaction as property } from './no-hanging-transaction.ts'
import { Story } from './testing/history-builder.ts'

/** Transactional id t has a time-out of 60 s, and an open transaction. */
function story(): Story {
  const s = new Story()
  s.givesProducer('t', '7', 0)
  s.decides('Empty')
  s.decides('Ongoing', ['orders/0'])
  return s
}

describe('no-hanging-transaction', () => {
  // Each op of a story takes 1 ms: begun at 2 ms, healed at 3 + 80,000, at rest 1 ms later. 60 s and 15 s of grace, after both.
  it('is violated where the time-out passed, everything healed, and it is still open', () => {
    const s = story()
    s.decides('Ongoing', ['orders/0', 'orders/1'])
    s.rests('not at rest')
    s.passes(75_002)
    const rest = s.rests('not at rest')
    expect(s.verdict(property)).toMatchObject({
      is: 'violated',
      party: 'cluster',
      evidence: [
        { says: expect.stringMatching(/^a transaction of t with a time-out of 60000 ms had been open for 750/) },
      ],
    })
    expect(s.verdict(property)).toHaveProperty('evidence.0.ops', [0, 2, rest])
  })

  it('holds a moment before', () => {
    const s = story()
    s.rests('not at rest')
    s.passes(74_990)
    s.rests('not at rest')
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })

  it('holds where it has only just healed: no coordinator may have been there', () => {
    const s = story()
    s.passes(200_000)
    s.rests('not at rest')
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })

  it.each(['PrepareAbort', 'CompleteAbort', 'Empty'])('holds where it came to be %s', (state) => {
    const s = story()
    s.decides(state)
    s.rests()
    s.passes(200_000)
    s.rests()
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })

  it('holds where the coordinator has forgotten it', () => {
    const s = story()
    s.wipes('__transaction_state/0')
    s.rests()
    s.passes(200_000)
    s.rests()
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })

  it('does not know where the run never rested', () => {
    expect(story().verdict(property)).toMatchObject({ is: 'unknown' })
    expect(new Story().verdict(property)).toEqual({ is: 'holds' })
  })
})
