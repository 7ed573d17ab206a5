import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EffectStore } from './effect-store.ts'
import type { Write } from './effects-port.ts'

const write = (verb: Write['verb'], key: string, value: number | null = null): Write => ({
  verb,
  key,
  value,
  messages: [key],
})

describe('the database of the team', () => {
  it('tells two appends from two upserts', () => {
    const store = new EffectStore()
    for (const verb of ['apply', 'apply', 'upsert', 'upsert'] as const) store.apply(verb, ['m1', 1], ['m1'])
    expect(store.stateOf('m1')).toEqual({ applied: 2, upserted: 2, value: 1 })
    expect(store.stateOf('m2')).toEqual({ applied: 0, upserted: 0 })
    expect(store.effects.map(({ effect, verb }) => [effect, verb])).toEqual([
      [0, 'apply'],
      [1, 'apply'],
      [2, 'upsert'],
      [3, 'upsert'],
    ])
  })

  it('says of each call what it made durable', () => {
    const store = new EffectStore()
    store.apply('apply', ['m1', null], ['m1'])
    expect(store.apply('upsert', ['user-7', { total: 3 }], ['m2', 'm3'])).toEqual({
      is: 'done',
      result: null,
      effects: [{ effect: 1, verb: 'upsert', key: 'user-7', value: { total: 3 }, messages: ['m2', 'm3'] }],
    })
    expect(store.apply('get', ['user-7'], [])).toEqual({
      is: 'done',
      result: { value: { total: 3 }, version: 1 },
      effects: [],
    })
  })

  it('refuses a transaction whose reading is stale, and then applies nothing of it', () => {
    const store = new EffectStore()
    const commit = { reads: [{ key: 'seen', version: 0 }], writes: [write('apply', 'm1'), write('upsert', 'seen', 1)] }
    expect(store.apply('transaction', [commit], ['m1']).is).toBe('done')
    const again = store.apply('transaction', [commit], ['m1'])
    expect(again).toMatchObject({ is: 'refused', error: { code: '40001', indeterminate: false } })
    expect(store.effects).toHaveLength(2)
  })

  // Transactions that all began at the same moment, committed one after the other: each is applied whole if nothing that it read was
  // written by those before it, and not at all otherwise. So the accepted ones could as well have run one after the other.
  it('is serializable', () => {
    const key = fc.constantFrom('a', 'b')
    const transaction = fc.record({ reads: fc.uniqueArray(key), writes: fc.array(key, { maxLength: 2 }) })
    fc.assert(
      fc.property(fc.array(transaction, { maxLength: 4 }), (transactions) => {
        const store = new EffectStore()
        const began = transactions.map(({ reads, writes }) => ({
          reads: reads.map((name) => ({ key: name, version: versionOf(store, name) })),
          writes: writes.map((name) => write('upsert', name, 1)),
        }))
        for (const commit of began) {
          const stale = commit.reads.some((reading) => reading.version !== versionOf(store, reading.key))
          const before = store.effects.length
          const { is } = store.apply('transaction', [commit], [])
          expect(is).toBe(stale ? 'refused' : 'done')
          expect(store.effects.length - before).toBe(stale ? 0 : commit.writes.length)
        }
      }),
    )
  })
})

function versionOf(store: EffectStore, key: string): number {
  const { applied, upserted } = store.stateOf(key)
  return applied + upserted
}
