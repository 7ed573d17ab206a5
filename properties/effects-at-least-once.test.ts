import { describe, expect, it } from 'vitest'
import { effectsAtLeastOnce as property } from './effects-at-least-once.ts'
import { effectsExactlyOnce } from './effects-exactly-once.ts'
import { Story } from './testing/history-builder.ts'

/** Two orders at orders/0@0 and @1, one consumer c of group g that owns the partition. */
function story(): Story {
  const s = new Story('at-least-once')
  s.starts('c')
  s.joins('c', 'g', 'orders/0')
  s.writes('orders/0', 'm1', 'm2')
  return s
}

describe('effects-at-least-once, inputs from a topic', () => {
  // 2 inputs, 1 effect, committed 2 of 2: 2 − 1 = 1 lost.
  it('is violated by a message without an effect that a commit has passed', () => {
    const s = story()
    s.end(s.handles('c', 'g', 'm1'))
    s.finishes('c', 'g', 'm2')
    s.commits('g', 'orders/0', 2)
    s.rests()
    expect(s.verdict(property)).toMatchObject({
      is: 'violated',
      party: 'application',
      evidence: [
        { says: 'm1 (orders/0@0) was handled and has no effect, and group g committed 2, past it', messages: ['m1'] },
      ],
    })
  })

  // 2 inputs, 2 effects, of which one twice: nothing is missing, and repeating is allowed.
  it('holds when every message has its effect, be it twice', () => {
    const s = story()
    s.finishes('c', 'g', 'm1', 'm1', 'm2')
    s.commits('g', 'orders/0', 2)
    s.rests()
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })

  // 2 inputs, no effect, no commit, and an owner that is idle at the end: 2 lost.
  it('is violated by messages that an idle owner never saw', () => {
    const s = story()
    s.rests()
    expect(s.verdict(property)).toMatchObject({
      is: 'violated',
      evidence: [
        {
          says: 'm1 (orders/0@0) was never handed to a handler and has no effect, and c, which owns orders/0, is idle',
        },
        { messages: ['m2'] },
      ],
    })
  })

  // 2 inputs, 1 effect; m2's handler is still open at rest: its effect may come.
  it('is unknown while a message is being handled', () => {
    const s = story()
    s.finishes('c', 'g', 'm1')
    s.handles('c', 'g', 'm2')
    s.commits('g', 'orders/0', 2)
    s.rests('not at rest')
    expect(s.verdict(property)).toEqual({
      is: 'unknown',
      why: 'm2 has no effect yet: it was still being handled when the run ended',
    })
  })

  it('is unknown when the run never came to rest, whatever was committed', () => {
    const s = story()
    s.commits('g', 'orders/0', 2)
    expect(s.verdict(property)).toEqual({
      is: 'unknown',
      why: 'm1 has no effect yet: the run did not come to rest (and 1 more)',
    })
  })

  // Owned and idle, but the harness says that it never came to rest: its effects may still come.
  it('is unknown where the application never came to rest, unless a commit has passed the message', () => {
    const s = story()
    s.finishes('c', 'g', 'm1')
    s.rests('not at rest')
    expect(s.verdict(property)).toEqual({
      is: 'unknown',
      why: 'm2 has no effect yet: the application never came to rest',
    })

    const passed = story()
    passed.commits('g', 'orders/0', 1)
    passed.finishes('c', 'g', 'm2')
    passed.rests('not at rest')
    expect(passed.verdict(property)).toMatchObject({ is: 'violated', evidence: [{ messages: ['m1'] }] })
  })

  // c owned the partition, lost it, and did not get it back.
  it('is unknown while the group is rebalancing, and no longer once c owns the partition again', () => {
    const s = story()
    s.learnsOfRevoke('c', 'g')
    const again = story()
    again.learnsOfRevoke('c', 'g')
    again.joins('c', 'g', 'orders/0')
    for (const one of [s, again]) one.rests()
    expect([s, again].map((one) => one.verdict(property).is)).toEqual(['unknown', 'violated'])
  })

  it('is unknown where nobody is left to handle it', () => {
    const s = story()
    s.dies('c')
    s.rests()
    expect(s.verdict(property)).toMatchObject({ is: 'unknown', why: expect.stringContaining('nobody owned orders/0') })
  })

  // 2 inputs: m1 with its effect, m2 removed by the reset before it was seen: 1 excused, 0 lost.
  it('allows what a cluster reset threw away', () => {
    const s = story()
    s.finishes('c', 'g', 'm1')
    s.resets()
    s.rests()
    expect(s.verdict(property)).toMatchObject({
      is: 'allowed',
      by: 'cluster-reset: records that the cluster has thrown away cannot be handled by anybody',
      evidence: [{ messages: ['m2'] }],
    })
  })

  // The group was at 2 when the cluster was reset: m3, at 0 of the new log, lies before its old position.
  it('allows what was skipped from a position that dates from before the reset', () => {
    const s = story()
    s.finishes('c', 'g', 'm1', 'm2')
    s.resets()
    s.writes('orders/0', 'm3')
    s.commits('g', 'orders/0', 2)
    s.rests()
    expect(s.verdict(property)).toMatchObject({ is: 'allowed', evidence: [{ messages: ['m3'] }] })
  })

  // It was given the partition after the reset, when the group had no position any more: it is the application that went past m3.
  it('does not excuse by a reset what an owner since then skips', () => {
    const s = story()
    s.finishes('c', 'g', 'm1', 'm2')
    s.resets()
    s.writes('orders/0', 'm3')
    s.learnsOfRevoke('c', 'g')
    s.joins('c', 'g', 'orders/0')
    s.rests()
    expect(s.verdict(property)).toMatchObject({
      is: 'violated',
      party: 'application',
      evidence: [{ messages: ['m3'] }],
    })
  })

  // After the reset nobody owns the partition yet: m3 was not skipped, nobody has come to it.
  it('does not excuse by a reset what nobody has come to', () => {
    const s = story()
    s.finishes('c', 'g', 'm1', 'm2')
    s.resets()
    s.writes('orders/0', 'm3')
    s.learnsOfRevoke('c', 'g')
    s.rests()
    expect(s.verdict(property)).toMatchObject({ is: 'unknown', why: expect.stringContaining('nobody owned orders/0') })
  })

  it('is violated by a message that was passed before the reset came', () => {
    const s = story()
    s.end(s.handles('c', 'g', 'm1'))
    s.commits('g', 'orders/0', 1)
    s.finishes('c', 'g', 'm2')
    s.resets()
    s.rests()
    expect(s.verdict(property)).toMatchObject({ is: 'violated', evidence: [{ messages: ['m1'] }] })
  })

  // No effect was ever tried, so what counts is the record in another topic: m1 became one, m2 did not.
  it('counts the records that a transforming application writes', () => {
    const s = story()
    s.resolves(s.sends('c', ['m1'], { to: 'invoices' }))
    s.appends('invoices/0', ['m1'])
    s.commits('g', 'orders/0', 2)
    s.rests()
    expect(s.verdict(property)).toMatchObject({ is: 'violated', evidence: [{ messages: ['m2'] }] })
  })
})

describe('effects-at-least-once, records that a change of leader lost', () => {
  function relay(): Story {
    const s = new Story('at-least-once')
    s.starts('c')
    s.writes('orders/0', 'm1')
    s.joins('c', 'g', 'orders/0')
    s.end(s.handles('c', 'g', 'm1'))
    s.resolves(s.sends('c', ['m1'], { to: 'invoices' }))
    s.appends('invoices/0', ['m1'])
    return s
  }

  it('is violated by the configuration where an unclean election lost what was written of it', () => {
    const s = relay()
    s.loses('invoices/0', 0, { unclean: true })
    s.commits('g', 'orders/0', 1)
    s.rests()
    expect(s.verdict(property)).toMatchObject({
      is: 'violated',
      party: 'configuration',
      evidence: [{ says: 'm1 (invoices/0@0) was stored and went with an unclean election' }],
    })
  })

  it('holds where it came back, or was written again', () => {
    const regained = relay()
    regained.loses('invoices/0', 0, { unclean: true })
    regained.regains('invoices/0', 0, ['m1'])
    regained.commits('g', 'orders/0', 1)
    regained.rests()
    expect(regained.verdict(property)).toEqual({ is: 'holds' })
    const again = relay()
    again.loses('invoices/0', 0)
    again.appends('invoices/0', ['m1'])
    again.commits('g', 'orders/0', 1)
    again.rests()
    expect(again.verdict(property)).toEqual({ is: 'holds' })
    // And once, as the first one did not happen.
    expect(again.verdict(effectsExactlyOnce)).toEqual({ is: 'holds' })
  })
})

describe('effects-at-least-once, inputs handed to a process', () => {
  function producer(): Story {
    const s = new Story('at-least-once')
    s.starts('p')
    return s
  }

  // 2 taken, 1 sent: the other was dropped.
  it('is violated by an input that was taken and never sent', () => {
    const s = producer()
    s.takes('p', 'm1', 'm2')
    const send = s.sends('p', ['m2'])
    s.appends('orders/0', ['m2'])
    s.resolves(send)
    s.rests()
    expect(s.verdict(property)).toMatchObject({
      is: 'violated',
      party: 'application',
      evidence: [{ says: 'm1 was taken by p, which is idle without ever sending it', messages: ['m1'] }],
    })
  })

  // What throws can be told to the sender, so it is not owed.
  it('holds when the send threw and the process went on', () => {
    const s = producer()
    s.takes('p', 'm1')
    s.throws(s.sends('p', ['m1']), 'unknown', 'KafkaJSNumberOfRetriesExceeded')
    s.takes('p', 'm2')
    s.appends('orders/0', ['m2'])
    s.resolves(s.sends('p', ['m2']))
    s.rests()
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })

  // The process dies with both in hand, one of them being sent: their senders saw the connection break.
  it('holds when a process dies with inputs in hand', () => {
    const s = producer()
    s.takes('p', 'm1', 'm2')
    s.sends('p', ['m1'])
    s.dies('p')
    s.starts('p')
    s.rests()
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })

  it('holds while the process is connecting, and is violated once it stopped cleanly', () => {
    const connecting = producer()
    connecting.op('client', 'invoke', { what: 'connect', client: 'producer-1' }, 'p')
    connecting.takes('p', 'm1')
    connecting.rests()
    const stopped = producer()
    stopped.takes('p', 'm1')
    stopped.dies('p', 'stopped')
    stopped.rests()
    expect([connecting, stopped].map((one) => one.verdict(property).is)).toEqual(['holds', 'violated'])
  })

  it('is unknown while the send is open', () => {
    const s = producer()
    s.takes('p', 'm1')
    s.sends('p', ['m1'])
    s.rests('not at rest')
    expect(s.verdict(property)).toMatchObject({
      is: 'unknown',
      why: expect.stringContaining('a send of it was still open'),
    })
  })

  it('blames the configuration for what acks=0 lost', () => {
    const s = producer()
    s.takes('p', 'm1')
    s.resolves(s.sends('p', ['m1'], { acks: 0, idempotent: false }))
    s.takes('p', 'm2')
    s.appends('orders/0', ['m2'])
    s.rests()
    expect(s.verdict(property)).toMatchObject({
      is: 'violated',
      party: 'configuration',
      evidence: [{ messages: ['m1'] }],
    })
  })

  it('allows what was stored and then reset', () => {
    const s = producer()
    s.takes('p', 'm1')
    const send = s.sends('p', ['m1'])
    s.appends('orders/0', ['m1'])
    s.resolves(send, 'orders/0@0')
    s.resets()
    s.rests()
    expect(s.verdict(property)).toMatchObject({ is: 'allowed', evidence: [{ messages: ['m1'] }] })
  })
})

describe('effects-at-least-once, lines of a file', () => {
  const importer = () => {
    const s = new Story('at-least-once')
    s.lines('orders.jsonl', 'm1', 'm2')
    s.starts('p')
    s.appends('orders/0', ['m1'])
    return s
  }

  // m2 was read by a life that died before it sent it; the next one began after it.
  it('is violated when a line is in no topic at rest, whoever had read it', () => {
    const s = importer()
    s.takes('p', 'm2')
    s.sends('p', ['m2'])
    s.dies('p')
    s.starts('p')
    s.rests()
    expect(s.verdict(property)).toMatchObject({
      is: 'violated',
      party: 'application',
      evidence: [{ messages: ['m2'] }],
    })
  })

  it('holds when a later life wrote it', () => {
    const s = importer()
    s.takes('p', 'm2')
    s.dies('p')
    s.starts('p')
    s.sends('p', ['m2'])
    s.appends('orders/0', ['m2'])
    s.rests()
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })

  it('is unknown when the application never came to rest', () => {
    const s = importer()
    s.rests('not at rest')
    expect(s.verdict(property)).toMatchObject({ is: 'unknown' })
  })
})
