import { describe, expect, it } from 'vitest'
import { readCommitted as property } from './read-committed.ts'
import { Story } from './testing/history-builder.ts'

/** m1 of producer 7 lies at orders/0@0, in a transaction. */
function story(readUncommitted = false): Story {
  const s = new Story()
  s.starts('c')
  s.runs('c', 'g', { readUncommitted })
  s.joins('c', 'g', 'orders/0')
  s.appends('orders/0', ['m1'], { producerId: '7', transactional: true })
  return s
}

describe('read-committed', () => {
  it('holds for a record whose commit marker came first', () => {
    const s = story()
    s.marks('orders/0', 'commit')
    s.handles('c', 'g', 'm1')
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })

  it('is violated by the client that hands out what was aborted', () => {
    const s = story()
    s.marks('orders/0', 'abort')
    s.handles('c', 'g', 'm1')
    expect(s.verdict(property)).toMatchObject({
      is: 'violated',
      party: 'client',
      evidence: [
        {
          says: 'c was handed m1 (orders/0@0), whose transaction had been aborted',
          clause: 'no-aborted',
          messages: ['m1'],
        },
      ],
    })
  })

  it('is violated by the cluster that gives out what is open, also when it is committed later', () => {
    const s = story()
    s.handles('c', 'g', 'm1')
    s.marks('orders/0', 'commit')
    expect(s.verdict(property)).toMatchObject({ is: 'violated', party: 'cluster', evidence: [{ clause: 'no-open' }] })
  })

  it('does not take the marker of another producer for its own', () => {
    const s = story()
    s.marks('orders/0', 'commit', '8')
    s.handles('c', 'g', 'm1')
    expect(s.verdict(property)).toMatchObject({ is: 'violated', evidence: [{ clause: 'no-open' }] })
  })

  it('is not about consumers that read uncommitted records, nor about records in no transaction', () => {
    const s = story(true)
    s.appends('orders/0', ['m2'])
    s.handles('c', 'g', 'm1')
    s.handles('c', 'g', 'm2')
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })

  // Two transactions of one producer in one partition: m1 aborted, m2 committed.
  it('tells the transactions of one producer apart', () => {
    const s = story()
    s.marks('orders/0', 'abort')
    s.appends('orders/0', ['m2'], { producerId: '7', transactional: true })
    s.marks('orders/0', 'commit')
    s.handles('c', 'g', 'm2')
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })
})
