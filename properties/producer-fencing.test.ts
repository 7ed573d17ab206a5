import { describe, expect, it } from 'vitest'
import { producerFencing as property } from './producer-fencing.ts'
import { Story } from './testing/history-builder.ts'

describe('epochs that are given out', () => {
  it('holds where they grow, where the id is another, and for who comes back for the same', () => {
    const s = new Story()
    s.givesProducer('t', '7', 0)
    s.givesProducer('t', '7', 1)
    s.givesProducer('t', '7', 1, true)
    s.givesProducer('t', '9', 0)
    s.givesProducer('u', '8', 0)
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })

  it.each([
    [0, false, 0],
    [1, false, 0],
    [1, true, 0],
  ])('is violated by epoch %i, coming back: %s, then %i', (first, comesBack, second) => {
    const s = new Story()
    const ops = [s.givesProducer('t', '7', first), s.givesProducer('t', '7', second, comesBack)]
    expect(s.verdict(property)).toMatchObject({
      is: 'violated',
      party: 'cluster',
      evidence: [{ says: `t was given producer 7 in epoch ${second}, after epoch ${first} had been given out`, ops }],
    })
  })

  it('holds where the coordinator has forgotten: a reset, a wiped log of transactions', () => {
    for (const forgets of [(s: Story) => s.resets(), (s: Story) => s.wipes('__transaction_state/0')]) {
      const s = new Story()
      s.givesProducer('t', '7', 3)
      s.decides('Ongoing', ['orders/0'], 3)
      forgets(s)
      s.givesProducer('t', '7', 0)
      expect(s.verdict(property)).toEqual({ is: 'holds' })
    }
    const other = new Story()
    other.givesProducer('t', '7', 3)
    other.wipes('orders/0')
    other.givesProducer('t', '7', 0)
    expect(other.verdict(property)).toMatchObject({ is: 'violated' })
  })
})

describe('a transaction that was left open', () => {
  it.each(['Ongoing', 'PrepareCommit', 'PrepareAbort'])('is violated while it is %s', (state) => {
    const s = new Story()
    const open = s.decides(state, ['orders/0'])
    const given = s.givesProducer('t', '7', 1)
    expect(s.verdict(property)).toMatchObject({
      is: 'violated',
      evidence: [{ says: `t was given producer 7 in epoch 1, while its transaction was ${state}`, ops: [open, given] }],
    })
  })

  it.each(['Empty', 'CompleteAbort', 'CompleteCommit'])('holds once it is %s', (state) => {
    const s = new Story()
    s.decides('Ongoing', ['orders/0'])
    s.decides(state)
    s.givesProducer('t', '7', 1)
    s.decides('Ongoing', ['orders/0'], 1)
    s.givesProducer('u', '8', 0)
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })
})

it('a producer without a transactional id has its producer id alone', () => {
  const s = new Story()
  s.givesProducer(null, '7', 0)
  s.givesProducer(null, '8', 0)
  expect(s.verdict(property)).toEqual({ is: 'holds' })
  s.givesProducer(null, '7', 0)
  s.givesProducer('t', '8', 1)
  expect(s.verdict(property)).toMatchObject({
    is: 'violated',
    evidence: [
      { says: 'a producer was given producer 7 in epoch 0, which another has' },
      { says: 't was given producer 8 in epoch 1, which another has' },
    ],
  })
})
