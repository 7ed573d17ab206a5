import { describe, expect, it } from 'vitest'
import { effectsAtMostOnce as property } from './effects-at-most-once.ts'
import { Story } from './testing/history-builder.ts'

function story(): Story {
  const s = new Story('at-most-once')
  s.starts('c')
  s.joins('c', 'g', 'orders/0')
  s.writes('orders/0', 'm1')
  return s
}

describe('effects-at-most-once', () => {
  // Applied in the first life, not committed, applied in the second: 2 effects of 1 message.
  it('is violated by an effect in each of two lives', () => {
    const s = story()
    s.handles('c', 'g', 'm1')
    s.applies('c', 'm1', 'durable')
    s.dies('c')
    s.starts('c')
    s.finishes('c', 'g', 'm1')
    expect(s.verdict(property)).toMatchObject({
      is: 'violated',
      party: 'application',
      evidence: [{ says: 'm1 had its effect 2 times: apply m1', messages: ['m1'] }],
    })
  })

  // Two tries, of which the first never became durable: 1 effect.
  it('holds when only one of two tries became durable', () => {
    const s = story()
    s.handles('c', 'g', 'm1')
    s.applies('c', 'm1', 'invoke')
    s.dies('c')
    s.starts('c')
    s.finishes('c', 'g', 'm1')
    s.rests()
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })

  it('holds when a message is lost', () => {
    const s = story()
    s.commits('g', 'orders/0', 1)
    s.rests()
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })

  it('does not count an upsert of the same value, and counts one of another', () => {
    const same = story()
    same.applies('c', 'm1', 'ok', 'upsert', 7)
    same.applies('c', 'm1', 'ok', 'upsert', 7)
    expect(same.verdict(property)).toEqual({ is: 'holds' })

    const counter = story()
    counter.applies('c', 'm1', 'ok', 'upsert', 7)
    counter.applies('c', 'm1', 'ok', 'upsert', 8)
    expect(counter.verdict(property)).toMatchObject({ is: 'violated', evidence: [{ messages: ['m1'] }] })
  })

  // Two transactions read a total of 7 and then 8 and write one more: m1 was counted twice.
  it('looks into transactions for what they put', () => {
    const twice = (first: number, second: number) => {
      const s = story()
      for (const value of [first, second]) {
        const write = { verb: 'upsert', key: 'total', value, messages: ['m1'] }
        const effect = { key: 'total', messages: ['m1'] }
        const call = s.op(
          'application',
          'invoke',
          { what: 'effect', verb: 'transaction', ...effect, value: [write] },
          'c',
        )
        s.op('application', 'ok', { what: 'applied', verb: 'upsert', ...effect, effect: 0 }, 'c')
        s.end(call)
      }
      return s.verdict(property).is
    }
    expect([twice(8, 9), twice(8, 8)]).toEqual(['violated', 'holds'])
  })

  // One send, two records: 2 − 1 = 1 more than was asked for, by a producer that is not idempotent.
  it('blames the configuration for what a plain producer stored twice', () => {
    const s = new Story('at-most-once')
    s.starts('p')
    s.takes('p', 'm1')
    s.sends('p', ['m1'], { idempotent: false })
    s.appends('orders/0', ['m1'])
    s.appends('orders/0', ['m1'])
    expect(s.verdict(property)).toMatchObject({
      is: 'violated',
      party: 'configuration',
      evidence: [{ messages: ['m1'] }],
    })
  })

  it('blames the application that sends again by itself', () => {
    const s = new Story('at-most-once')
    s.starts('p')
    s.takes('p', 'm1')
    for (let time = 0; time < 2; time++) {
      s.sends('p', ['m1'])
      s.appends('orders/0', ['m1'])
    }
    expect(s.verdict(property)).toMatchObject({
      is: 'violated',
      party: 'application',
      evidence: [{ says: 'm1 is 2 times in orders: the application sent it 2 times' }],
    })
  })

  // One copy before the reset and one after it: one in each log.
  it('counts the log before a reset and the one after it apart', () => {
    const s = new Story('at-most-once')
    s.starts('p')
    s.takes('p', 'm1')
    s.sends('p', ['m1'])
    s.appends('orders/0', ['m1'])
    s.resets()
    s.appends('orders/0', ['m1'])
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })
})
