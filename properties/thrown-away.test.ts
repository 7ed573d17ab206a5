/**
 * What each property makes of records and offsets that an order took away: wiped volumes, retention, an operator's reset. Each story has
 * a near miss in which nothing excuses.
 */
import { describe, expect, it } from 'vitest'
import { acknowledgedWritesSurvive } from './acknowledged-writes-survive.ts'
import { committedNeverBack } from './committed-never-back.ts'
import { deliveryOrder } from './delivery-order.ts'
import { effectsAtLeastOnce } from './effects-at-least-once.ts'
import { effectsAtMostOnce } from './effects-at-most-once.ts'
import { noDuplicatesInLog } from './no-duplicates-in-log.ts'
import { offsets } from './offsets.ts'
import { oneOwner } from './one-owner.ts'
import { Story } from './testing/history-builder.ts'

/** m1 and m2 at orders/0@0 and @1; c of group g has handled m1 and committed 1. */
function story(promise: 'at-least-once' | 'at-most-once' = 'at-least-once'): Story {
  const s = new Story(promise)
  s.starts('c')
  s.joins('c', 'g', 'orders/0')
  s.writes('orders/0', 'm1', 'm2')
  s.finishes('c', 'g', 'm1')
  s.commits('g', 'orders/0', 1)
  return s
}

describe('a wiped volume', () => {
  it('excuses what went with it, and what was skipped after it', () => {
    const s = story()
    s.wipes('orders/0')
    // m3 lies at 0 now, and the group goes on at 1.
    s.writes('orders/0', 'm3')
    s.rests()
    expect(s.verdict(effectsAtLeastOnce)).toMatchObject({
      is: 'allowed',
      by: 'wiped volume',
      evidence: [{ messages: ['m2'] }, { messages: ['m3'] }],
    })
    expect(s.verdict(acknowledgedWritesSurvive)).toMatchObject({ is: 'allowed', by: 'wiped volume' })
  })

  it('of another partition excuses nothing', () => {
    const s = story()
    s.wipes('orders/1')
    s.rests()
    expect(s.verdict(effectsAtLeastOnce)).toMatchObject({ is: 'violated', evidence: [{ messages: ['m2'] }] })
  })

  it('makes offsets begin again: nothing is misplaced, misread or there twice', () => {
    const s = story()
    s.fetches('orders/0@0', 'm1', 'm2')
    s.wipes('orders/0')
    s.writes('orders/0', 'm2')
    s.fetches('orders/0@0', 'm2')
    expect(s.verdict(offsets)).toEqual({ is: 'holds' })
    expect(s.verdict(noDuplicatesInLog)).toEqual({ is: 'holds' })
    s.fetches('orders/0@0', 'm1')
    expect(s.verdict(offsets)).toMatchObject({ is: 'violated', party: 'cluster' })
  })

  it('of the coordinator excuses what is read again, and generations that begin again', () => {
    const s = story('at-most-once')
    s.wipes('__consumer_offsets/0')
    s.finishes('c', 'g', 'm1')
    s.commits('g', 'orders/0', 1)
    s.rests()
    expect(s.verdict(effectsAtMostOnce)).toMatchObject({ is: 'allowed', by: 'wiped volume' })
    expect(s.verdict(oneOwner)).toEqual({ is: 'holds' })
  })
})

describe('retention', () => {
  it('excuses what was cut off before it was read', () => {
    const s = story()
    s.deletesUpTo('orders/0', 2)
    s.writes('orders/0', 'm3')
    s.finishes('c', 'g', 'm3')
    s.commits('g', 'orders/0', 3)
    s.rests()
    expect(s.verdict(effectsAtLeastOnce)).toMatchObject({
      is: 'allowed',
      by: 'retention: records that were deleted before they were read cannot be handled by anybody',
      evidence: [{ messages: ['m2'] }],
    })
    expect(s.verdict(acknowledgedWritesSurvive)).toMatchObject({ is: 'allowed', by: 'retention' })
  })

  it('does not excuse what lay behind the cut and was skipped', () => {
    const s = story()
    s.deletesUpTo('orders/0', 1)
    s.commits('g', 'orders/0', 2)
    s.rests()
    expect(s.verdict(effectsAtLeastOnce)).toMatchObject({ is: 'violated', evidence: [{ messages: ['m2'] }] })
    // m1 was handled before it was deleted.
    expect(s.verdict(acknowledgedWritesSurvive)).toMatchObject({ is: 'allowed', evidence: [{ messages: ['m1'] }] })
  })

  it('declares that a client asks for the beginning, unless what it had committed is still there', () => {
    const cut = story()
    cut.deletesUpTo('orders/0', 2)
    cut.commits('g', 'orders/0', -2)
    expect(cut.verdict(committedNeverBack)).toEqual({ is: 'holds' })
    const not = story()
    not.deletesUpTo('orders/0', 1)
    not.commits('g', 'orders/0', -2)
    expect(not.verdict(committedNeverBack)).toMatchObject({ is: 'violated', party: 'client' })
  })
})

describe('compaction', () => {
  it('excuses what it took out before it was read, and what it took out of what was acknowledged', () => {
    const s = story()
    s.compacts('orders/0', 1)
    s.writes('orders/0', 'm3')
    s.finishes('c', 'g', 'm3')
    s.commits('g', 'orders/0', 3)
    s.rests()
    expect(s.verdict(effectsAtLeastOnce)).toMatchObject({
      is: 'allowed',
      by: 'compaction',
      evidence: [{ messages: ['m2'] }],
    })
    expect(s.verdict(acknowledgedWritesSurvive)).toMatchObject({ is: 'allowed', evidence: [{ messages: ['m2'] }] })
  })

  it('does not excuse what it left, nor what was skipped before it came', () => {
    const left = story()
    left.compacts('orders/0', 0)
    left.commits('g', 'orders/0', 2)
    left.rests()
    expect(left.verdict(effectsAtLeastOnce)).toMatchObject({ is: 'violated', evidence: [{ messages: ['m2'] }] })
    const late = story()
    late.commits('g', 'orders/0', 2)
    late.compacts('orders/0', 1)
    late.rests()
    expect(late.verdict(effectsAtLeastOnce)).toMatchObject({ is: 'violated', evidence: [{ messages: ['m2'] }] })
  })

  it('of another partition excuses nothing', () => {
    const s = story()
    s.compacts('orders/1', 1)
    s.rests()
    expect(s.verdict(effectsAtLeastOnce)).toMatchObject({ is: 'violated' })
  })

  it('leaves gaps: who is handed the next one has left nothing out, and positions go on to count', () => {
    const s = story()
    s.writes('orders/0', 'm3')
    s.compacts('orders/0', 1)
    s.fetchesAt('orders/0@0', [0, 'm1'], [2, 'm3'])
    s.handles('c', 'g', 'm3')
    expect(s.verdict(offsets)).toEqual({ is: 'holds' })
    expect(s.verdict(deliveryOrder)).toEqual({ is: 'holds' })
    s.commits('g', 'orders/0', 0)
    expect(s.verdict(committedNeverBack)).toMatchObject({ is: 'violated' })
  })

  it('is no excuse for a gap before it came, or beside what it took out', () => {
    const before = story()
    before.writes('orders/0', 'm3')
    before.fetchesAt('orders/0@0', [0, 'm1'], [2, 'm3'])
    before.handles('c', 'g', 'm3')
    before.compacts('orders/0', 1)
    expect(before.verdict(offsets)).toMatchObject({ is: 'violated', party: 'cluster' })
    expect(before.verdict(deliveryOrder)).toMatchObject({ is: 'violated', party: 'client' })
    const beside = story()
    beside.writes('orders/0', 'm3')
    beside.compacts('orders/0', 0)
    beside.fetchesAt('orders/0@0', [0, 'm1'], [2, 'm3'])
    expect(beside.verdict(offsets)).toMatchObject({ is: 'violated' })
  })
})

describe('a topic that is created again', () => {
  it('takes an empty group along that had no other offsets: its generations begin again', () => {
    const assigned = (s: Story, member: string) => {
      const owners = [{ member, topic: 'orders', partition: 0 }]
      s.op('cluster', 'ok', { what: 'assignment', group: 'g', generation: 1, owners })
    }
    const died = (s: Story, group: string) =>
      s.op('cluster', 'ok', { what: 'group', group, state: 'Dead', generation: 2, members: [] })
    const s = story()
    assigned(s, 'a')
    died(s, 'g')
    assigned(s, 'b')
    expect(s.verdict(oneOwner)).toEqual({ is: 'holds' })
    const other = story()
    assigned(other, 'a')
    died(other, 'h')
    assigned(other, 'b')
    expect(other.verdict(oneOwner)).toMatchObject({ is: 'violated', party: 'cluster' })
  })

  it('explains a position from before, committed once more and then given up', () => {
    const s = story()
    s.recreates('orders')
    s.commits('g', 'orders/0', 2)
    s.commits('g', 'orders/0', -2)
    expect(s.verdict(committedNeverBack)).toEqual({ is: 'holds' })
  })

  it('explains no going back within the new log', () => {
    const s = story()
    s.recreates('orders')
    s.writes('orders/0', 'm3', 'm4')
    s.commits('g', 'orders/0', 2)
    s.commits('g', 'orders/0', -2)
    expect(s.verdict(committedNeverBack)).toMatchObject({ is: 'violated' })
  })
})

it('a cluster reset excuses no repetition: the records went along with what was committed', () => {
  const s = story('at-most-once')
  s.resets()
  s.finishes('c', 'g', 'm1')
  s.rests()
  expect(s.verdict(effectsAtMostOnce)).toMatchObject({ is: 'violated' })
})

describe('an operator who moves committed offsets', () => {
  it('back: what is handled again is excused, and only that', () => {
    const s = story('at-most-once')
    s.commits('g', 'orders/0', 0, '')
    s.finishes('c', 'g', 'm1')
    s.rests()
    expect(s.verdict(effectsAtMostOnce)).toMatchObject({
      is: 'allowed',
      by: 'offset-reset: what an operator orders to be read again is handled again',
    })
    s.finishes('c', 'g', 'm1')
    expect(s.verdict(effectsAtMostOnce)).toMatchObject({ is: 'violated', party: 'application' })
  })

  it('not far enough back to explain it: nothing is excused', () => {
    const s = story('at-most-once')
    s.commits('g', 'orders/0', 1, '')
    s.finishes('c', 'g', 'm1')
    s.rests()
    expect(s.verdict(effectsAtMostOnce)).toMatchObject({ is: 'violated' })
  })

  it('on: what is skipped is excused; what the group itself skips is not', () => {
    const skipped = story()
    skipped.commits('g', 'orders/0', 2, '')
    skipped.rests()
    expect(skipped.verdict(effectsAtLeastOnce)).toMatchObject({
      is: 'allowed',
      by: 'offset-reset: what an operator orders to be skipped is not handled',
    })
    const own = story()
    own.commits('g', 'orders/0', 2)
    own.rests()
    expect(own.verdict(effectsAtLeastOnce)).toMatchObject({ is: 'violated' })
  })
})
