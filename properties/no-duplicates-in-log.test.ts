import { describe, expect, it } from 'vitest'
import { noDuplicatesInLog as property } from './no-duplicates-in-log.ts'
import { Story } from './testing/history-builder.ts'

const numbered = (sequence: number) => ({ producerId: '1', sequence })

describe('no-duplicates-in-log', () => {
  // 1 send, 2 records, sequences 0 and 1: the client numbered one message twice.
  it('is violated by the client that numbers a retry anew', () => {
    const s = new Story()
    s.sends('p', ['m1'])
    s.appends('orders/0', ['m1'], numbered(0))
    s.appends('orders/0', ['m1'], numbered(1))
    expect(s.verdict(property)).toMatchObject({
      is: 'violated',
      party: 'client',
      evidence: [{ says: 'm1 was sent once and lies at orders/0@0, orders/0@1: the client numbered it anew' }],
    })
  })

  // Two records, of which one was lost before the other came; then it came back.
  it('holds when the first one was lost, and not when it was regained', () => {
    const s = new Story()
    s.sends('p', ['m1'])
    s.appends('orders/0', ['m1'], numbered(0))
    s.loses('orders/0', 0)
    s.appends('orders/1', ['m1'], numbered(0))
    expect(s.verdict(property)).toEqual({ is: 'holds' })
    s.regains('orders/0', 0, ['m1'])
    expect(s.verdict(property)).toMatchObject({ is: 'violated', party: 'client' })
  })

  // The same sequence 0 twice: the broker's window let it pass.
  it('is violated by the cluster that takes one sequence twice', () => {
    const s = new Story()
    s.sends('p', ['m1'])
    s.appends('orders/0', ['m1'], numbered(0))
    s.appends('orders/0', ['m1'], numbered(0))
    expect(s.verdict(property)).toMatchObject({ is: 'violated', party: 'cluster' })
  })

  // 2 sends, 2 records: one each.
  it('holds when the application sent it twice by itself', () => {
    const s = new Story()
    for (const sequence of [0, 1]) {
      s.sends('p', ['m1'])
      s.appends('orders/0', ['m1'], numbered(sequence))
    }
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })

  it('allows it for a producer that is not idempotent', () => {
    const s = new Story()
    s.sends('p', ['m1'], { idempotent: false })
    s.appends('orders/0', ['m1'])
    s.appends('orders/0', ['m1'])
    expect(s.verdict(property)).toMatchObject({ is: 'allowed', by: 'the producer is not idempotent' })
  })

  // Stored, reset, retried: one copy under each topic id.
  it('counts each topic id by itself', () => {
    const s = new Story()
    s.sends('p', ['m1'])
    s.appends('orders/0', ['m1'], numbered(0))
    s.resets()
    s.appends('orders/0', ['m1'], numbered(0))
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })

  it('is violated by two partitions of one topic', () => {
    const s = new Story()
    s.sends('p', ['m1'])
    s.appends('orders/0', ['m1'], numbered(0))
    s.appends('orders/1', ['m1'], numbered(0))
    expect(s.verdict(property)).toMatchObject({ is: 'violated', party: 'client' })
  })
})
