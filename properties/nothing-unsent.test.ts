import { describe, expect, it } from 'vitest'
import { nothingUnsent as property } from './nothing-unsent.ts'
import { Story } from './testing/history-builder.ts'

describe('nothing-unsent', () => {
  // 2 records stored, 1 sent.
  it('is violated by a record that nobody sent', () => {
    const s = new Story()
    s.sends('p', ['m1'])
    s.appends('orders/0', ['m1', 'm9'])
    expect(s.verdict(property)).toMatchObject({
      is: 'violated',
      party: 'cluster',
      evidence: [{ says: 'm9 was stored at orders/0@1, and nobody had sent it', messages: ['m9'] }],
    })
  })

  it('is violated by a record that was stored before it was sent', () => {
    const s = new Story()
    s.appends('orders/0', ['m1'])
    s.sends('p', ['m1'])
    expect(s.verdict(property)).toMatchObject({ is: 'violated' })
  })

  it('holds for what was sent, though the send threw, and for what the harness wrote', () => {
    const s = new Story()
    const send = s.sends('p', ['m1'])
    s.appends('orders/0', ['m1'])
    s.throws(send, 'unknown', 'KafkaJSNumberOfRetriesExceeded')
    s.writes('orders/0', 'm2')
    s.finishes('c', 'g', 'm1', 'm2')
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })

  it('blames the client for what only a handler saw', () => {
    const s = new Story()
    s.writes('orders/0', 'm1')
    s.handles('c', 'g', 'm9')
    expect(s.verdict(property)).toMatchObject({ is: 'violated', party: 'client', evidence: [{ messages: ['m9'] }] })
  })

  it('is unknown where nobody saw the sends', () => {
    const s = new Story()
    s.appends('orders/0', ['m1'])
    expect(s.verdict(property)).toMatchObject({ is: 'unknown' })
  })
})
