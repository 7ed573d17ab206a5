import { describe, expect, it } from 'vitest'
import { offsets as property } from './offsets.ts'
import { Story } from './testing/history-builder.ts'

describe('offsets', () => {
  // Two batches at offset 0.
  it('is violated by two appends at one offset', () => {
    const s = new Story()
    s.appends('orders/0@0', ['m1'])
    s.appends('orders/0@0', ['m2'])
    expect(s.verdict(property)).toMatchObject({
      is: 'violated',
      party: 'cluster',
      evidence: [{ says: 'orders/0@0 was appended twice, with different bytes', ops: [0, 1] }],
    })
  })

  it('is violated by an append that goes back', () => {
    const s = new Story()
    s.appends('orders/0@0', ['m1', 'm2', 'm3'])
    s.appends('orders/0@1', ['m4'])
    expect(s.verdict(property)).toMatchObject({
      is: 'violated',
      evidence: [{ says: 'orders/0@1 was appended behind @2' }],
    })
  })

  it('holds over gaps, other partitions, and a log that begins anew under another topic id', () => {
    const s = new Story()
    s.appends('orders/0@0', ['m1'])
    s.appends('orders/0@5', ['m2'])
    s.appends('orders/1@0', ['m3'])
    s.fetches('orders/0@5', 'm2')
    s.resets()
    s.appends('orders/0@0', ['m4'])
    s.fetches('orders/0@0', 'm4')
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })

  it('holds where another record lies where one was lost, and for who read the lost one; not where none was lost', () => {
    const s = new Story()
    s.appends('orders/0@0', ['m1', 'm2'])
    s.fetches('orders/0@1', 'm2')
    s.loses('orders/0', 1)
    s.appends('orders/0@1', ['m3'])
    s.fetches('orders/0@1', 'm3')
    s.fetches('orders/0@1', 'm2')
    expect(s.verdict(property)).toEqual({ is: 'holds' })
    s.fetches('orders/0@1', 'm4')
    expect(s.verdict(property)).toMatchObject({ is: 'violated', party: 'cluster' })
  })

  it('holds for who read what was lost after what came behind it', () => {
    const s = new Story()
    s.appends('orders/0@0', ['m1'])
    s.fetches('orders/0@0', 'm1')
    s.appends('orders/0@1', ['m2'])
    s.loses('orders/0', 1)
    s.loses('orders/0', 0)
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })

  it('is violated by a reader that gets something else, something more, or too little', () => {
    const s = new Story()
    s.appends('orders/0', ['m1', 'm2', 'm3'])
    s.fetches('orders/0@0', 'm2')
    s.fetches('orders/0@3', 'm4')
    s.op('cluster', 'ok', {
      ...{ what: 'fetched', topic: 'orders', topicId: 'orders-id-1', partition: 0, from: '0' },
      records: [
        { offset: '0', message: 'm1' },
        { offset: '2', message: 'm3' },
      ],
    })
    expect(s.verdict(property)).toMatchObject({
      is: 'violated',
      party: 'cluster',
      evidence: [
        { says: 'orders/0@0 was read as m2, and m1 lies there' },
        { says: 'orders/0@3 was read as m4, and nothing had been appended there' },
        { says: 'orders/0@2 was read right behind @0, and others lie between' },
      ],
    })
  })

  it('is violated by a reader that gets what is appended only later', () => {
    const s = new Story()
    s.appends('orders/0', ['m1'])
    s.fetches('orders/0@1', 'm2')
    s.appends('orders/0', ['m2'])
    expect(s.verdict(property)).toMatchObject({
      evidence: [{ says: 'orders/0@1 was read as m2, and nothing had been appended there' }],
    })
  })

  it('blames the client for what only a handler saw wrong', () => {
    const s = new Story()
    s.writes('orders/0', 'm1')
    s.fetches('orders/0@0', 'm1')
    s.op('application', 'invoke', {
      ...{ what: 'handler', group: 'g' },
      records: [{ topic: 'orders', partition: 0, offset: '0', message: 'm7' }],
    })
    expect(s.verdict(property)).toMatchObject({
      is: 'violated',
      party: 'client',
      evidence: [{ says: 'orders/0@0 was handled as m7, and m1 lies there' }],
    })
  })
})
