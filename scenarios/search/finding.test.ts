import { expect, it } from 'vitest'
import type { Evidence, Judgement } from '../../properties/property.ts'
import { brokenIn, evidenceFor } from './finding.ts'

const evidence = (says: string, message: string, clause: string): Evidence => ({
  says,
  messages: [message],
  ops: [],
  clause,
})

/** m1 is lost as send() lied about it, m2 is repeated as it was stored twice: one verdict, two causes. */
const judgement: Judgement = {
  property: 'effects-exactly-once',
  party: 'client',
  verdict: {
    is: 'violated',
    party: 'client',
    evidence: [
      evidence('m1 is lost', 'm1', 'lost'),
      evidence('m2 is there twice', 'm2', 'repeated'),
      evidence('send of m1 resolved', 'm1', 'resolved-is-stored'),
      evidence('m2 was stored twice', 'm2', 'stored-once'),
    ],
  },
  breaches: [
    { party: 'client', property: 'send-contract', clause: 'resolved-is-stored', says: '' },
    { party: 'client', property: 'no-duplicates-in-log', clause: 'stored-once', says: '' },
  ],
}

it('makes a finding of each cause', () => {
  const of = { property: 'effects-exactly-once', party: 'client' }
  expect(brokenIn([judgement])).toEqual([
    { ...of, cause: 'send-contract/resolved-is-stored' },
    { ...of, cause: 'no-duplicates-in-log/stored-once' },
  ])
})

it('tells the evidence of each, and what it did', () => {
  const told = brokenIn([judgement]).map((id) => evidenceFor(judgement, id).map(({ says }) => says))
  expect(told).toEqual([
    ['m1 is lost', 'send of m1 resolved'],
    ['m2 is there twice', 'm2 was stored twice'],
  ])
})

it('tells all of it where no evidence names a cause', () => {
  const nameless: Judgement = { ...judgement, breaches: [{ party: 'client', property: 'p', clause: 'p', says: '' }] }
  const [id] = brokenIn([nameless])
  expect(evidenceFor(nameless, id!)).toHaveLength(4)
})
