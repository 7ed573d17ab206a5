/** Losses and repetitions that are the choice of who configured clients and topics: every layer kept its contract. */
import { describe, expect, it } from 'vitest'
import { effectsAtLeastOnce } from '../effects-at-least-once.ts'
import { effectsExactlyOnce } from '../effects-exactly-once.ts'
import { judge } from '../index.ts'
import { Story } from '../testing/history-builder.ts'

const atLeastOnce = (s: Story) => s.verdict(effectsAtLeastOnce)

/** p was told to send m1, which was stored and acknowledged; then its leader changed, and the log is empty. */
function cut(acks: number, unclean = false): Story {
  const s = new Story('at-least-once')
  s.starts('p')
  s.takes('p', 'm1')
  const send = s.sends('p', ['m1'], { acks })
  s.appends('orders/0', ['m1'])
  s.resolves(send, 'orders/0@0')
  s.moves('orders/0', 2, unclean)
  s.forgets('orders/0', 0)
  s.rests()
  return s
}

describe('the configuration', () => {
  it('is to blame for what acks=0 and no idempotence do', () => {
    const s = new Story('exactly-once')
    s.starts('p')
    s.takes('p', 'm1', 'm2')
    s.resolves(s.sends('p', ['m1'], { acks: 0 }))
    const send = s.sends('p', ['m2'], { idempotent: false })
    s.appends('orders/0', ['m2'])
    s.appends('orders/0', ['m2'])
    s.resolves(send)
    s.rests()
    expect(s.verdict(effectsExactlyOnce)).toMatchObject({
      is: 'violated',
      party: 'configuration',
      evidence: [{ clause: 'acks-0' }, { clause: 'not-idempotent' }],
    })
  })

  it('is to blame for what goes with a leader under acks=1, and in an unclean election', () => {
    expect(atLeastOnce(cut(1))).toMatchObject({ party: 'configuration', evidence: [{ clause: 'acks-1' }] })
    expect(atLeastOnce(cut(-1, true))).toMatchObject({
      party: 'configuration',
      evidence: [
        { says: 'm1 was acknowledged and went with an unclean election', clause: 'unclean-election', messages: ['m1'] },
      ],
    })
  })

  it('is not to blame for what a cluster loses under acks=all: that goes down to the cluster', () => {
    const s = cut(-1)
    const found = judge(s.history, s.trial).find(({ property }) => property === 'effects-at-least-once')
    expect(found).toMatchObject({
      party: 'cluster',
      breaches: [{ party: 'cluster', property: 'acknowledged-writes-survive' }],
    })
  })

  it('is to blame for nothing that was deleted from the beginning of a log', () => {
    const s = new Story('at-least-once')
    s.starts('p')
    s.takes('p', 'm1')
    const send = s.sends('p', ['m1'])
    s.appends('orders/0', ['m1'])
    s.resolves(send, 'orders/0@0')
    s.deletesUpTo('orders/0', 1)
    s.rests()
    expect(atLeastOnce(s)).toMatchObject({ is: 'allowed', by: 'deleted from the log' })
  })
})

describe('where a group begins', () => {
  /** m1 is there before c first joins, and m2 comes after. */
  function story(fromBeginning: boolean, before: (s: Story) => void = () => {}): Story {
    const s = new Story('at-least-once')
    s.starts('c')
    s.runs('c', 'g', { fromBeginning })
    s.writes('orders/0', 'm1')
    before(s)
    s.joins('c', 'g', 'orders/0')
    s.writes('orders/0', 'm2')
    s.finishes('c', 'g', 'm2')
    s.commits('g', 'orders/0', 2)
    s.rests()
    return s
  }

  it('is the configuration’s to answer for where it is the end', () => {
    expect(atLeastOnce(story(false))).toMatchObject({
      party: 'configuration',
      evidence: [
        {
          says: 'm1 (orders/0@0) was never handed to a handler: group g began at the end, where it had committed nothing',
          clause: 'starts-at-latest',
        },
      ],
    })
    expect(atLeastOnce(story(true))).toMatchObject({ party: 'application', evidence: [{ clause: 'lost' }] })
  })

  it('is not its to answer for where the group had committed a position', () => {
    const s = story(false, (s) => s.commits('g', 'orders/0', 0))
    expect(atLeastOnce(s)).toMatchObject({ party: 'application' })
  })

  // Position 5 of before the reset is out of range in the new log, and kafkajs asks for its end by committing -1.
  it('is its to answer for after a reset too', () => {
    const s = new Story('at-least-once')
    s.starts('c')
    s.runs('c', 'g', { fromBeginning: false })
    s.joins('c', 'g', 'orders/0')
    s.commits('g', 'orders/0', 5)
    s.resets()
    s.writes('orders/0', 'm1')
    s.commits('g', 'orders/0', -1)
    s.joins('c', 'g', 'orders/0')
    s.rests()
    expect(atLeastOnce(s)).toMatchObject({
      party: 'configuration',
      evidence: [{ says: expect.stringContaining('after its position was out of range') }],
    })
  })
})
