import { describe, expect, it } from 'vitest'
import { acknowledgedWritesSurvive as property } from './acknowledged-writes-survive.ts'
import { Story } from './testing/history-builder.ts'

/** One send of m1 that resolved: stored at orders/0@0. */
function story(acks = -1): Story {
  const s = new Story()
  const send = s.sends('p', ['m1'], { acks, idempotent: false })
  s.appends('orders/0', ['m1'])
  s.resolves(send, 'orders/0@0')
  return s
}

describe('acknowledged-writes-survive', () => {
  // Appended at 0, and the log ends at 0: offsets [0, 0) hold nothing.
  it('is violated when an acknowledged record is not in the log at the end', () => {
    const s = story()
    s.forgets('orders/0', 0)
    s.rests()
    expect(s.verdict(property)).toMatchObject({
      is: 'violated',
      party: 'cluster',
      evidence: [{ says: 'm1 (orders/0@0) was acknowledged and is not readable at the end', messages: ['m1'] }],
    })
  })

  it('holds when the log ends behind it', () => {
    const s = story()
    s.rests()
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })

  it('counts what the harness wrote as acknowledged', () => {
    const s = new Story()
    s.writes('orders/0', 'm1')
    s.forgets('orders/0', 0)
    s.rests()
    expect(s.verdict(property)).toMatchObject({ is: 'violated', evidence: [{ messages: ['m1'] }] })
  })

  it('says nothing of what was never acknowledged, or with acks=0', () => {
    const s = new Story()
    s.throws(s.sends('p', ['m1']), 'unknown', 'KafkaJSNumberOfRetriesExceeded')
    s.resolves(s.sends('p', ['m2'], { acks: 0 }))
    s.rests()
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })

  it('allows what went with a cluster reset or with its topic', () => {
    const reset = story()
    reset.resets()
    reset.rests()
    expect(reset.verdict(property)).toMatchObject({
      is: 'allowed',
      by: 'cluster-reset',
      evidence: [{ messages: ['m1'] }],
    })

    const recreated = story()
    recreated.recreates('orders')
    recreated.rests()
    expect(recreated.verdict(property)).toMatchObject({ is: 'allowed', by: 'topic re-created' })
  })

  it('allows what a leader took along that had acknowledged it alone', () => {
    const s = story(1)
    s.op('cluster', 'ok', { what: 'leader', topic: 'orders', partition: 0, leader: 2, epoch: 1 })
    s.forgets('orders/0', 0)
    s.rests()
    expect(s.verdict(property)).toMatchObject({ is: 'allowed', by: 'acks=1 and a change of leader' })
  })

  it('blames the cluster for what the next leader has not, though all in sync had acknowledged it', () => {
    const s = story()
    s.loses('orders/0', 0)
    s.rests()
    expect(s.verdict(property)).toMatchObject({ is: 'violated', party: 'cluster', evidence: [{ messages: ['m1'] }] })
  })

  it('allows it where an election was unclean, or a disk had not got it', () => {
    const unclean = story()
    unclean.loses('orders/0', 0, { unclean: true })
    unclean.rests()
    expect(unclean.verdict(property)).toMatchObject({ is: 'allowed', by: 'an unclean election' })
    const disk = story()
    disk.loses('orders/0', 0, { disk: true })
    disk.rests()
    expect(disk.verdict(property)).toMatchObject({ is: 'allowed', by: 'a machine that went down' })
  })

  it('holds where a later leader has it again', () => {
    const s = story()
    s.loses('orders/0', 0)
    s.regains('orders/0', 0, ['m1'])
    s.rests()
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })

  it('is unknown when nothing says where the logs ended', () => {
    expect(story().verdict(property)).toEqual({ is: 'unknown', why: 'the history does not say where the logs ended' })
  })
})
