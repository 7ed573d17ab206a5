import { describe, expect, it } from 'vitest'
import { Story } from './testing/history-builder.ts'
import { transactionsAtomic as property } from './transactions-atomic.ts'

const both = ['orders/0', 'orders/1'] as const
const write = { producerId: '7', transactional: true }

/** A transaction of t wrote m1 and m2 into two partitions, and took offset 5 of input/0 for group g along. */
function story(): Story {
  const s = new Story()
  s.starts('p')
  s.begins('p')
  s.appends('orders/0', ['m1'], write)
  s.appends('orders/1', ['m2'], write)
  s.sendsOffset('p', 'g', 'input/0', 5)
  return s
}

describe('transactions-atomic', () => {
  it('holds where all partitions and the offsets end alike', () => {
    const s = story()
    s.decides('PrepareCommit', both)
    for (const where of both) s.marks(where, 'commit')
    s.commits('g', 'input/0', 5, '', '7')
    s.decides('CompleteCommit')
    s.rests()
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })

  it('is violated where a partition never gets its marker', () => {
    const s = story()
    s.decides('PrepareCommit', both)
    s.marks('orders/0', 'commit')
    s.commits('g', 'input/0', 5, '', '7')
    s.rests()
    expect(s.verdict(property)).toMatchObject({
      is: 'violated',
      party: 'cluster',
      evidence: [
        {
          says: 'the coordinator decided to commit a transaction of t, and orders/1 has no marker of it',
          messages: ['m2'],
          clause: 'same-end-everywhere',
        },
      ],
    })
  })

  it('is violated where a partition gets the other marker', () => {
    const s = story()
    s.decides('PrepareCommit', both)
    s.marks('orders/0', 'commit')
    s.marks('orders/1', 'abort')
    s.commits('g', 'input/0', 5, '', '7')
    s.rests()
    expect(s.verdict(property)).toMatchObject({
      is: 'violated',
      evidence: [{ says: expect.stringContaining('orders/1 has the marker abort'), messages: ['m2'] }],
    })
  })

  it('is violated where the offsets do not come along, or come without it', () => {
    const s = story()
    s.decides('PrepareCommit', both)
    for (const where of both) s.marks(where, 'commit')
    s.rests()
    expect(s.verdict(property)).toMatchObject({ is: 'violated', evidence: [{ clause: 'offsets-with-records' }] })

    const aborted = story()
    aborted.decides('PrepareAbort', both)
    for (const where of both) aborted.marks(where, 'abort')
    aborted.commits('g', 'input/0', 5, '', '7')
    aborted.rests()
    expect(aborted.verdict(property)).toMatchObject({
      is: 'violated',
      evidence: [{ says: expect.stringContaining('was committed all the same') }],
    })
  })

  // A zombie's transaction was decided, and before its marker came the next owner had gone on and committed 6.
  it('holds where another commit lies behind the offsets when their marker comes', () => {
    const s = story()
    s.decides('PrepareCommit', both)
    s.commits('g', 'input/0', 6)
    for (const where of both) s.marks(where, 'commit')
    s.marks('__consumer_offsets/0', 'commit')
    s.rests()
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })

  // The next transaction takes the same offset along, and is committed.
  it('does not take the offsets of the next transaction for those of an aborted one', () => {
    const s = story()
    s.decides('PrepareAbort', both)
    for (const where of both) s.marks(where, 'abort')
    s.decides('CompleteAbort')
    s.begins('p', 2)
    s.sendsOffset('p', 'g', 'input/0', 5, 2)
    s.decides('PrepareCommit', ['orders/0'])
    s.marks('orders/0', 'commit')
    s.commits('g', 'input/0', 5, '', '7')
    s.decides('CompleteCommit')
    s.rests()
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })

  it('is not judged before the run rests: markers land one by one', () => {
    const s = story()
    s.decides('PrepareCommit', both)
    s.marks('orders/0', 'commit')
    expect(s.verdict(property)).toMatchObject({ is: 'unknown' })
  })

  it('has nothing to say of one that is open at the end, or whose topic is gone', () => {
    const s = story()
    s.decides('Ongoing', both)
    s.rests()
    expect(s.verdict(property)).toEqual({ is: 'holds' })
    const gone = new Story()
    gone.appends('orders/0', ['m1'], write)
    gone.decides('PrepareCommit', ['orders/0'])
    gone.recreates('orders')
    gone.rests()
    expect(gone.verdict(property)).toEqual({ is: 'holds' })
  })

  // A new coordinator reads its log and says again what it was about to do.
  it('counts a decision that is told twice once', () => {
    const s = new Story()
    s.appends('orders/0', ['m1'], write)
    s.decides('PrepareCommit', ['orders/0'])
    s.marks('orders/0', 'commit')
    s.decides('PrepareCommit', ['orders/0'])
    s.decides('CompleteCommit')
    s.rests()
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })
})
