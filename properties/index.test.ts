import { describe, expect, it } from 'vitest'
import type { Op } from '../harness/history/op.ts'
import { judge, judgeViews, properties, verdictOf } from './index.ts'
import type { Property } from './property.ts'
import { Story } from './testing/history-builder.ts'
import { viewsOf } from './views.ts'

/** A producer was told to send m1 and m2; the client swallowed m2, which went out under the number of m1. */
function swallowed(): Story {
  const s = new Story('exactly-once')
  s.starts('p')
  s.takes('p', 'm1')
  const first = s.sends('p', ['m1'])
  s.appends('orders/0', ['m1'])
  s.resolves(first, 'orders/0@0')
  s.takes('p', 'm2')
  s.resolves(s.sends('p', ['m2']), 'orders/0@0')
  s.rests()
  return s
}

const named = (s: Story, name: string) => judge(s.history, s.trial).find((one) => one.property === name)

describe('judge', () => {
  // 27 properties; of the three about effects, one for each promise: 25 under exactly-once and at-least-once.
  it('judges each property once, in the order of the catalogue', () => {
    const s = swallowed()
    const names = judge(s.history, s.trial).map((one) => one.property)
    expect(properties).toHaveLength(27)
    expect(new Set(properties.map((property) => property.name)).size).toBe(27)
    expect(names).toHaveLength(25)
    expect(names).toEqual(properties.map((property) => property.name).filter((name) => names.includes(name)))
  })

  it('holds for an empty history only where it has something to say', () => {
    const s = new Story('exactly-once')
    const judgements = judge(s.history, s.trial)
    expect(judgements.filter(({ verdict }) => verdict.is !== 'holds').map((one) => one.property)).toEqual([
      'progress-after-heal',
    ])
    expect(verdictOf(judgements)).toBe('unknown')
  })

  it('passes the blame for a message down to the client that lied about it', () => {
    const s = swallowed()
    expect(named(s, 'send-contract')).toMatchObject({ party: 'client', verdict: { is: 'violated' } })
    expect(named(s, 'effects-exactly-once')).toMatchObject({
      party: 'client',
      verdict: {
        is: 'violated',
        party: 'client',
        evidence: [{ messages: ['m2'] }, { says: expect.stringMatching(/^send-contract: send of m2 resolved/) }],
      },
    })
  })

  // m2 swallowed, m1 stored twice under new numbers: two causes, both the client's, and nothing else is broken.
  it('passes the blame down when each accusation has a cause of its own', () => {
    const s = swallowed()
    s.appends('orders/0', ['m1'])
    expect(named(s, 'no-duplicates-in-log')).toMatchObject({ party: 'client', verdict: { is: 'violated' } })
    const { party, verdict } = named(s, 'effects-exactly-once')!
    expect(party).toBe('client')
    expect(verdict.is === 'violated' && verdict.evidence.map(({ messages }) => messages[0])).toEqual([
      'm2',
      'm1',
      'm2',
      'm1',
    ])
  })

  // The client is wedged over m1 and m2, which the application had committed too early: that stays its own doing.
  it('does not pass on what explains itself', () => {
    const s = new Story('at-least-once')
    s.starts('c')
    s.joins('c', 'g', 'orders/0')
    s.writes('orders/0', 'm1', 'm2')
    s.rests('not at rest')
    s.operatorRestarts()
    s.joins('c', 'g', 'orders/0')
    for (const [at, message] of ['m1', 'm2'].entries()) {
      const handler = s.handles('c', 'g', message)
      s.commits('g', 'orders/0', at + 1)
      s.applies('c', message)
      s.end(handler)
    }
    s.rests()
    expect(named(s, 'progress-after-heal')).toMatchObject({ party: 'client', verdict: { is: 'violated' } })
    expect(named(s, 'commit-not-past-unfinished')).toMatchObject({ party: 'application', verdict: { is: 'violated' } })
  })

  it('leaves the blame with an application that broke something by itself as well', () => {
    const s = swallowed()
    s.takes('p', 'm3', 'm4')
    s.appends('orders/0', ['m4'])
    s.rests()
    expect(named(s, 'effects-exactly-once')).toMatchObject({ party: 'application' })
  })

  it('takes a property that throws for unknown, never for a pass', () => {
    const broken: Property = {
      ...{ name: 'broken', party: 'cluster', says: '', cannotSee: '' },
      applies: () => true,
      judge: () => {
        throw new TypeError('no such thing')
      },
    }
    const judgements = judgeViews(viewsOf({ ops: [] }), new Story().trial, [broken])
    expect(judgements).toEqual([
      {
        property: 'broken',
        party: 'cluster',
        verdict: { is: 'unknown', why: 'broken failed to judge: TypeError: no such thing' },
      },
    ])
    expect(verdictOf(judgements)).toBe('unknown')
  })

  it('takes a property that cannot say whether it applies for unknown too', () => {
    const broken = (): never => {
      throw new TypeError('no such thing')
    }
    const property: Property = {
      name: 'broken',
      party: 'cluster',
      says: '',
      cannotSee: '',
      applies: broken,
      judge: broken,
    }
    expect(judgeViews(viewsOf({ ops: [] }), new Story().trial, [property])).toMatchObject([
      { verdict: { is: 'unknown' } },
    ])
  })

  // m1 is lost: swallowed by the application, and at the same time stored twice by a client that lies. The lie explains no loss.
  it('does not pass the blame for a loss to what can only repeat', () => {
    const s = new Story('exactly-once')
    s.starts('c')
    s.joins('c', 'g', 'orders/0')
    s.writes('orders/0', 'm1')
    s.end(s.handles('c', 'g', 'm1'))
    s.learnsOfRevoke('c', 'g')
    s.end(s.handles('c', 'g', 'm1'))
    s.commits('g', 'orders/0', 1)
    s.rests()
    expect(named(s, 'one-owner')).toMatchObject({ party: 'client', verdict: { evidence: [{ messages: ['m1'] }] } })
    expect(named(s, 'effects-exactly-once')).toMatchObject({ party: 'application' })
  })

  it('says whose sentence was broken, and what to do about it', () => {
    const s = swallowed()
    for (const property of ['send-contract', 'effects-exactly-once']) {
      expect(named(s, property)?.breaches).toEqual([
        {
          party: 'client',
          property: 'send-contract',
          clause: 'resolved-is-stored',
          says: 'a send() that resolves has stored each of its records',
          advice: expect.stringContaining('go on with a new one'),
        },
      ])
    }
    expect(named(s, 'offsets')).not.toHaveProperty('breaches')
  })

  it('has an advice in every sentence that the client promises', () => {
    const clauses = properties.flatMap(({ party, clauses = [] }) => (party === 'client' ? clauses : []))
    const without = clauses.filter(({ advice }) => advice === undefined).map(({ name }) => name)
    // Two that only the cluster can break in the client’s name.
    expect(without).toEqual(['no-open', 'one-owner'])
    expect(new Set(clauses.map(({ name }) => name)).size).toBe(clauses.length)
  })

  it('is unknown, not wrong, where an offset is too large to count with', () => {
    const s = new Story('none')
    const op: Op = s.ops[s.appends('orders/0', ['m1'])]!
    const ops = [{ ...op, body: { ...op.body, baseOffset: '9223372036854775807' } } as Op]
    const offsets = judge({ ops }, s.trial).find((one) => one.property === 'offsets')
    expect(offsets?.verdict).toMatchObject({ is: 'unknown', why: expect.stringContaining('9223372036854775807') })
  })

  it('puts violated before unknown before holds, and lets what is allowed hold', () => {
    const verdict = (is: string) => ({ property: '', party: 'client', verdict: { is } }) as never
    expect(verdictOf([verdict('holds'), verdict('unknown'), verdict('violated')])).toBe('violated')
    expect(verdictOf([verdict('allowed'), verdict('unknown')])).toBe('unknown')
    expect(verdictOf([verdict('allowed'), verdict('holds')])).toBe('holds')
  })

  // 9 broken things: 4 told in full, 5 as a number, none of the messages forgotten.
  it('tells the first few and the number of the rest', () => {
    const s = new Story('none')
    s.sends('p', ['known'])
    for (let at = 0; at < 9; at++) s.appends('orders/0', [`m${at}`])
    const verdict = named(s, 'nothing-unsent')?.verdict
    expect(verdict).toMatchObject({ is: 'violated', evidence: { length: 5, 4: { says: 'and 5 more like these' } } })
    expect(verdict?.is === 'violated' && verdict.evidence.flatMap((one) => one.messages)).toHaveLength(9)
  })
})
