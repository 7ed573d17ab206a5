import { describe, expect, it } from 'vitest'
import { catalogue, covered, faultIds, isFaultId, needsOf } from './catalogue.ts'

describe('the catalogue of faults', () => {
  // Three that throw records away excuse loss (two promises each). Four that also move committed offsets, or positions, excuse everything.
  it('lets only what throws records or offsets away excuse anything', () => {
    const excuses = faultIds.flatMap((id) =>
      (['at-most-once', 'at-least-once', 'exactly-once'] as const)
        .filter((promise) => !catalogue[id].covers[promise].holds)
        .map((promise) => `${id}: ${promise}`),
    )
    expect(faultIds).toHaveLength(26)
    const loss = ['at-least-once', 'exactly-once']
    const any = ['at-most-once', ...loss]
    const of = (id: string, promises: string[]) => promises.map((promise) => `${id}: ${promise}`)
    expect(excuses).toEqual([
      ...of('broker-wipe', any),
      ...of('machine-crash', any),
      ...of('unclean-election', any),
      ...of('cluster-reset', loss),
      ...of('topic-recreate', loss),
      ...of('retention', loss),
      ...of('offset-reset', any),
    ])
  })

  it('says for a set of faults whether a promise must hold', () => {
    expect(covered('at-least-once', ['crash', 'lost-ack'])).toBe(true)
    expect(covered('at-least-once', ['crash', 'cluster-reset'])).toBe(false)
    expect(covered('at-most-once', ['crash', 'cluster-reset'])).toBe(true)
    expect(covered('none', ['cluster-reset'])).toBe(true)
  })

  it('asks for what the fault moves', () => {
    expect(needsOf({ kind: 'leader-move', of: { leaderOf: { topic: 'orders', partition: 0 } } })).toEqual([
      'moveLeader',
    ])
    expect(needsOf({ kind: 'leader-move', of: { coordinatorOf: 'g' } })).toEqual(['moveCoordinator'])
    expect(needsOf({ kind: 'crash' })).toEqual([])
  })

  it('knows its own names and nothing that every object has', () => {
    expect(faultIds.every(isFaultId)).toBe(true)
    expect(isFaultId('toString')).toBe(false)
  })
})
