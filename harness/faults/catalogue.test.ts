import { describe, expect, it } from 'vitest'
import { catalogue, covered, faultIds, isFaultId, needsOf } from './catalogue.ts'

describe('the catalogue of faults', () => {
  // Eight kinds; one of them, the reset, excuses two of three promises: 8 × 3 − 2 = 22 that must hold.
  it('lets only a cluster reset excuse anything, and never a repetition', () => {
    const excuses = faultIds.flatMap((id) =>
      (['at-most-once', 'at-least-once', 'exactly-once'] as const)
        .filter((promise) => !catalogue[id].covers[promise].holds)
        .map((promise) => `${id}: ${promise}`),
    )
    expect(faultIds).toHaveLength(8)
    expect(excuses).toEqual(['cluster-reset: at-least-once', 'cluster-reset: exactly-once'])
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
