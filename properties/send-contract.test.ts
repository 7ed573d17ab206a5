import { describe, expect, it } from 'vitest'
import { sendContract as property } from './send-contract.ts'
import { Story } from './testing/history-builder.ts'

describe('send-contract', () => {
  // 2 sends resolve, 1 record lies in the log. m2 went out under the number of m1 and was taken for its retry.
  it('is violated by a send that resolves without having been stored', () => {
    const s = new Story()
    const [first, second] = [s.sends('p', ['m1']), s.sends('p', ['m2'])]
    s.appends('orders/0', ['m1'], { producerId: '1', sequence: 0 })
    s.op('cluster', 'ok', {
      ...{ what: 'duplicate', topic: 'orders', partition: 0, baseOffset: '0' },
      ...{ producerId: '1', producerEpoch: 0, baseSequence: 0, messages: ['m2'] },
    })
    s.resolves(second, 'orders/0@0')
    s.throws(first, 'unknown', 'KafkaJSNumberOfRetriesExceeded')
    expect(s.verdict(property)).toMatchObject({
      is: 'violated',
      party: 'client',
      evidence: [
        {
          says: 'send of m2 resolved with orders/0@0, where m1 lies, and m2 was never stored',
          messages: ['m2'],
          ops: [second, 2, 3, 4],
        },
      ],
    })
  })

  it('is violated by an offset that is not its own', () => {
    const s = new Story()
    const [first, second] = [s.sends('p', ['m1']), s.sends('p', ['m2'])]
    s.appends('orders/0', ['m1', 'm2'])
    s.resolves(first, 'orders/0@0')
    s.resolves(second, 'orders/0@7')
    expect(s.verdict(property)).toMatchObject({
      is: 'violated',
      evidence: [{ says: 'send of m2 resolved with orders/0@7, where nothing lies' }],
    })
  })

  it('holds for what is stored where it says, or where the client does not know', () => {
    const s = new Story()
    const sends = [s.sends('p', ['m1']), s.sends('p', ['m2']), s.sends('p', ['m3'], { acks: 0 })]
    s.appends('orders/0', ['m1', 'm2'])
    s.resolves(sends[0]!, 'orders/0@0')
    s.resolves(sends[1]!, 'orders/0@-1')
    s.resolves(sends[2]!)
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })

  // Two sends of m1 resolve: two records are due, one is there.
  it('wants a record for each send that resolved', () => {
    const s = new Story()
    const sends = [s.sends('p', ['m1']), s.sends('p', ['m1'])]
    s.appends('orders/0', ['m1'])
    for (const send of sends) s.resolves(send, 'orders/0@0')
    expect(s.verdict(property)).toMatchObject({ is: 'violated' })
  })

  it('is violated by a refusal of what is stored', () => {
    const s = new Story()
    const send = s.sends('p', ['m1'])
    s.appends('orders/0', ['m1'])
    s.throws(send, 'unknown', 'KafkaJSProtocolError', 'MESSAGE_TOO_LARGE')
    expect(s.verdict(property)).toMatchObject({
      is: 'violated',
      evidence: [{ says: 'send of m1 was refused with MESSAGE_TOO_LARGE, and it lies at orders/0@0' }],
    })
  })

  // Of several attempts the error tells of the last one only.
  it('holds for errors that do not say that nothing was stored', () => {
    for (const code of ['OUT_OF_ORDER_SEQUENCE_NUMBER', 'REQUEST_TIMED_OUT', 'ECONNRESET', '']) {
      const s = new Story()
      const send = s.sends('p', ['m1'])
      s.appends('orders/0', ['m1'])
      s.throws(send, 'unknown', 'KafkaJSNonRetriableError', code)
      expect(s.verdict(property)).toEqual({ is: 'holds' })
    }
  })

  // Two records, two partitions: one broker took its part, the other refused.
  it('holds for a refusal of a send of several records, of which some were stored', () => {
    const s = new Story()
    const send = s.sends('p', ['m1', 'm2'])
    s.appends('orders/0', ['m1'])
    s.throws(send, 'unknown', 'KafkaJSProtocolError', 'MESSAGE_TOO_LARGE')
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })

  it('holds for a refused send whose message another send stored', () => {
    const s = new Story()
    s.throws(s.sends('p', ['m1']), 'fail', 'KafkaJSError')
    const send = s.sends('p', ['m1'])
    s.appends('orders/0', ['m1'])
    s.resolves(send, 'orders/0@0')
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })

  it('is unknown where storage is not seen', () => {
    const s = new Story()
    s.resolves(s.sends('p', ['m1']), 'orders/0@0')
    expect(s.verdict(property)).toMatchObject({ is: 'unknown' })
  })
})
