import { describe, expect, it } from 'vitest'
import { judge } from './index.ts'
import { neverSpins as property } from './never-spins.ts'
import { progressAfterHeal } from './progress-after-heal.ts'
import { Story } from './testing/history-builder.ts'

function story(): Story {
  const s = new Story('at-least-once')
  s.starts('c')
  s.runs('c', 'g')
  s.joins('c', 'g', 'orders/0')
  return s
}

describe('never-spins', () => {
  it.each([
    ['kafkajs', 'client'],
    ['', 'application'],
    ['some-library', 'application'],
  ] as const)('is violated by a loop of %j: by the %s', (name, party) => {
    const s = story()
    const hung = s.hangs('c', name)
    expect(s.verdict(property)).toMatchObject({
      is: 'violated',
      party,
      evidence: [{ says: 'c hangs: it goes round', messages: [], ops: [hung] }],
    })
  })

  it('holds where processes are paused, killed and crash', () => {
    const s = story()
    s.dies('c', 'crashed')
    s.starts('c')
    s.dies('c')
    expect(s.verdict(property)).toEqual({ is: 'holds' })
  })
})

it.each([
  ['kafkajs', 'client'],
  ['', 'application'],
] as const)('what waits for a process that hangs in a loop of %j waits for the %s', (name, party) => {
  const s = story()
  s.writes('orders/0', 'm1')
  s.hangs('c', name)
  s.rests('not at rest')
  s.operatorRestarts()
  s.joins('c', 'g', 'orders/0')
  s.finishes('c', 'g', 'm1')
  s.commits('g', 'orders/0', 1)
  s.rests()
  expect(s.verdict(progressAfterHeal)).toMatchObject({ is: 'violated', party, evidence: [{ messages: ['m1'] }] })
  const told = judge(s.history, s.trial).filter(({ verdict }) => verdict.is === 'violated')
  expect(told.map(({ property: of, party: by }) => `${of} ${by}`)).toEqual([
    `progress-after-heal ${party}`,
    `never-spins ${party}`,
  ])
})
