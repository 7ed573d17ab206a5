import { describe, expect, it } from 'vitest'
import { progressAfterHeal as property } from './progress-after-heal.ts'
import { Story } from './testing/history-builder.ts'

/** Two orders; the first is handled, the second waits. */
function story(): Story {
  const s = new Story('none')
  s.starts('c')
  s.joins('c', 'g', 'orders/0')
  s.writes('orders/0', 'm1', 'm2')
  s.finishes('c', 'g', 'm1')
  s.commits('g', 'orders/0', 1)
  return s
}

function helped(s: Story): Story {
  s.rests('not at rest')
  s.operatorRestarts()
  s.joins('c', 'g', 'orders/0')
  s.finishes('c', 'g', 'm2')
  s.commits('g', 'orders/0', 2)
  s.rests()
  return s
}

describe('progress-after-heal', () => {
  // 2 written, 1 handled at the first rest, the other only after the operator came: 1 waited.
  it('is violated by what went on only after an operator came', () => {
    expect(helped(story()).verdict(property)).toMatchObject({
      is: 'violated',
      party: 'client',
      evidence: [
        {
          says: 'm2 (orders/0@1) waited when the application had to go on by itself, and went on only after an operator restarted everything: c runs and has nothing in hand',
          messages: ['m2'],
        },
      ],
    })
  })

  it('holds when it went on by itself', () => {
    const s = story()
    s.finishes('c', 'g', 'm2')
    s.commits('g', 'orders/0', 2)
    s.rests()
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })

  // Passed, not waiting: no restart brings it back. That is a loss, judged elsewhere.
  it('holds for what was lost', () => {
    const s = story()
    s.commits('g', 'orders/0', 2)
    s.rests()
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })

  // Committed 2 of 2 when it rested: m2 was passed, and its effect after the restart is not what it waited for.
  it('holds for what a commit had passed, though its effect came later', () => {
    const s = story()
    s.commits('g', 'orders/0', 2)
    s.rests('not at rest')
    s.operatorRestarts()
    s.finishes('c', 'g', 'm2')
    s.rests()
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })

  it('holds for what was handled just before the operator came', () => {
    const s = story()
    s.rests('not at rest')
    s.finishes('c', 'g', 'm2')
    s.operatorRestarts()
    s.joins('c', 'g', 'orders/0')
    s.rests()
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })

  it('blames a client that crashed and did not start again', () => {
    const s = story()
    const error = { name: 'KafkaJSNonRetriableError', code: 'UNKNOWN', retriable: false, message: '' }
    s.op('client', 'ok', { what: 'crashed', consumer: 1, group: 'g', restart: false, error }, 'c')
    expect(helped(s).verdict(property)).toMatchObject({
      party: 'client',
      evidence: [{ says: expect.stringContaining('the client of c crashed with UNKNOWN and did not start again') }],
    })
  })

  it('blames a call of the client that never ended, and a handler that never ended', () => {
    const client = story()
    client.handles('c', 'g', 'm2')
    client.sends('c', ['x'])
    expect(helped(client).verdict(property)).toMatchObject({ party: 'client' })

    // The handler waits for what it asked the admin client.
    const admin = story()
    admin.handles('c', 'g', 'm2')
    admin.op('client', 'invoke', { what: 'admin', client: 'admin-1', method: 'fetchOffsets' }, 'c')
    expect(helped(admin).verdict(property)).toMatchObject({
      party: 'client',
      evidence: [{ says: expect.stringContaining('fetchOffsets() of an admin client of c never ended') }],
    })

    const application = story()
    application.handles('c', 'g', 'm2')
    expect(helped(application).verdict(property)).toMatchObject({
      party: 'application',
      evidence: [{ says: expect.stringContaining('a handler of c never ended') }],
    })
  })

  it('blames the application that exited, and the policy that had no restart left', () => {
    const exited = story()
    exited.dies('c', 'exited')
    expect(helped(exited).verdict(property)).toMatchObject({ is: 'violated', party: 'application' })

    const killed = story()
    killed.dies('c', 'killed')
    killed.rests()
    expect(killed.verdict(property)).toMatchObject({
      is: 'violated',
      party: 'configuration',
      evidence: [{ says: expect.stringContaining('nobody ever came for it: c was killed') }],
    })
  })

  // Both handled, committed 1 of 2 when it rested, 2 after the operator came: the group was behind.
  it('is violated by a group that commits the rest only after an operator came', () => {
    const s = story()
    s.finishes('c', 'g', 'm2')
    expect(helped(s).verdict(property)).toMatchObject({
      is: 'violated',
      evidence: [{ says: expect.stringContaining('group g had committed 1 of 2 in orders/0') }],
    })
  })

  it('is violated by inputs that a process did not take before an operator came', () => {
    const s = new Story('none')
    s.starts('p')
    s.keeps('p', 'm1')
    s.dies('p', 'crashed')
    s.rests()
    s.operatorRestarts()
    s.takes('p', 'm1')
    s.rests()
    expect(s.verdict(property)).toMatchObject({
      is: 'violated',
      party: 'application',
      evidence: [{ says: expect.stringContaining('m1, an input of p, waited') }],
    })
  })

  it('is unknown when a limit ended the run before', () => {
    expect(story().verdict(property)).toMatchObject({ is: 'unknown' })
  })
})
