import { expect, it } from 'vitest'
import type { EffectVerdict } from '../../properties/guarantee.ts'
import type { RunRecord } from './jobs.ts'
import { Tally } from './tally.ts'

const repeated: EffectVerdict = { promise: 'at-most-once', is: 'violated', party: 'application' }

function record(more: Partial<RunRecord> = {}): RunRecord {
  const counts = { index: 0, traceHash: '', events: 1, virtualMs: 1 }
  return { ...counts, ended: { by: 'rest' }, judgements: [], effects: [], struck: [], missed: [], ...more }
}

function report(...records: readonly RunRecord[]) {
  const tally = new Tally()
  for (const [index, one] of records.entries()) tally.add(one, index)
  const token = { scenario: 'commit-after', promise: 'at-least-once', seed: 's' } as const
  return tally.report({ token, findings: [], seconds: 1, saysOf: () => '' })
}

// Asked for at least once, which holds; what it repeats says that it is no more than that. 3 faults in 2 runs; a run at a limit shows nothing.
it('infers what the application really guarantees, whatever it was asked for', () => {
  const limit = { by: 'limit', limit: 'events', says: '' } as RunRecord['ended']
  const { verdict, guarantee } = report(
    record({ struck: ['crash', 'pause'], effects: [repeated] }),
    record({ struck: ['crash'] }),
    record({
      ended: limit,
      struck: ['crash'],
      effects: [{ promise: 'at-least-once', is: 'violated', party: 'client' }],
    }),
  )
  expect(verdict).toBe('unknown')
  expect(guarantee).toEqual({
    ...{ guarantee: 'at-least-once', ofItself: 'at-least-once', runs: 2, struck: 3, telling: 2 },
    anomalies: [{ harm: 'repeated', party: 'application', runs: 1 }],
  })
})

it('tells the sentences that a broken contract is about', () => {
  const verdict = { is: 'violated', party: 'client', evidence: [{ says: 'it lied', messages: [], ops: [] }] } as const
  const breaches = [
    { party: 'client', property: 'send-contract', clause: 'truth', says: 'a send() tells the truth', advice: 'Wait.' },
  ] as const
  const { beside } = report(record({ judgements: [{ property: 'send-contract', party: 'client', verdict, breaches }] }))
  expect(beside).toMatchObject([
    { property: 'send-contract', cause: 'send-contract/truth', evidence: 'it lied', breaches },
  ])
})

it('takes a promise that the built-in cluster breaks for its own fault, and says in which run', () => {
  const evidence = [{ says: 'm1 was committed and is not there', messages: ['m1'], ops: [] }]
  const verdict = { is: 'violated', party: 'cluster', evidence } as const
  const { ownFault, verdict: outcome } = report(
    record(),
    record({ judgements: [{ property: 'transactions-atomic', party: 'cluster', verdict, breaches: [] }] }),
  )
  expect(outcome).toBe('unknown')
  expect(ownFault).toBe(
    'the built-in cluster broke transactions-atomic: m1 was committed and is not there (in v1:commit-after:at-least-once:s:1)',
  )
})
