import { beforeEach, describe, expect, it } from 'vitest'
import { EffectStore } from './effect-store.ts'
import { processEffects } from './effects.ts'
import { EffectError, type EffectsPort } from './effects-port.ts'
import { TestHistory } from './testing/history.ts'

let history: TestHistory
let store: EffectStore
/** Calls that crossed, with their messages. */
let crossed: [verb: string, messages: readonly string[]][]

beforeEach(() => {
  history = new TestHistory()
  store = new EffectStore()
  crossed = []
})

/** Answers at once, as a world without faults does. */
const port: EffectsPort = {
  call(verb, args, messages, done) {
    crossed.push([verb, messages])
    const outcome = store.apply(verb, args, messages)
    queueMicrotask(() => (outcome.is === 'done' ? done(null, outcome.result) : done(outcome.error, undefined)))
  },
}
const effects = () => processEffects(port, history)

describe('effects of a process', () => {
  it('are calls that cross once each, with the inputs they came from', async () => {
    await effects().apply('m1', { amount: 3 })
    await effects().upsert('user-7', 10, { from: ['m1', 'm2'] })
    expect(await effects().get('user-7')).toBe(10)
    expect(await effects().get('nobody')).toBe(undefined)
    expect(crossed).toEqual([
      ['apply', ['m1']],
      ['upsert', ['m1', 'm2']],
      ['get', ['user-7']],
      ['get', ['nobody']],
    ])
    expect(history.bodies('effect', 'ok').slice(0, 2)).toEqual([
      { what: 'effect', verb: 'apply', key: 'm1', messages: ['m1'], value: { amount: 3 } },
      { what: 'effect', verb: 'upsert', key: 'user-7', messages: ['m1', 'm2'], value: 10 },
    ])
  })

  it('keep the value as it was when the call was made', async () => {
    const order = { amount: 3, note: undefined, at: new Date(0) }
    const applied = effects().apply('m1', order)
    order.amount = 4
    await applied
    expect(store.effects[0]!.value).toEqual({ amount: 3, at: '1970-01-01T00:00:00.000Z' })
    await effects().apply('m2')
    expect(store.effects[1]!.value).toBe(null)
    await expect(effects().apply('m3', 10n)).rejects.toThrow(TypeError)
    await expect(effects().apply(3 as never)).rejects.toThrow('the key must be a string, not number')
    expect(store.effects).toHaveLength(2)
  })

  it('fail, or are unknown where the answer was lost', async () => {
    const refusing = (error: EffectError) =>
      processEffects({ call: (_verb, _args, _messages, done) => done(error, undefined) }, history)
    const full = new EffectError('disk full', '53100')
    await expect(refusing(full).apply('m1')).rejects.toBe(full)
    await expect(refusing(new EffectError('reset', 'ECONNRESET', true)).apply('m1')).rejects.toThrow('reset')
    expect(history.story()).toEqual(['effect invoke', 'effect fail', 'effect invoke', 'effect unknown'])
  })

  it('never settle when the process is gone', async () => {
    let settled = false
    processEffects({ call: () => {} }, history)
      .apply('m1')
      .finally(() => (settled = true))
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(settled).toBe(false)
    expect(history.story()).toEqual(['effect invoke'])
  })
})

describe('a transaction', () => {
  it('becomes durable at once, in one call', async () => {
    const result = await effects().transaction(async (tx) => {
      await tx.apply('m1', 1)
      await tx.upsert('total', 5, { from: ['m1', 'm2'] })
      expect(store.effects).toEqual([])
      expect(await tx.get('total')).toBe(5)
      return 'result'
    })
    expect(result).toBe('result')
    expect(store.effects.map(({ verb, key, messages }) => [verb, key, messages])).toEqual([
      ['apply', 'm1', ['m1']],
      ['upsert', 'total', ['m1', 'm2']],
    ])
    expect(crossed).toEqual([['transaction', ['m1', 'm2']]])
    expect(history.bodies('effect', 'ok')[0]).toMatchObject({ verb: 'transaction', key: 'm1,total' })
  })

  it('leaves nothing behind when it throws, and asks nothing when it writes nothing', async () => {
    const error = new Error('changed my mind')
    const failing = effects().transaction(async (tx) => {
      await tx.apply('m1')
      throw error
    })
    await expect(failing).rejects.toBe(error)
    await effects().transaction(async () => {})
    expect(crossed).toEqual([])
  })

  // The case it is there for: "have I done this?" and doing it, by two processes at a time, is done by one of them.
  it('is refused when what it read was written meanwhile', async () => {
    const once = () =>
      effects().transaction(async (tx) => {
        if (await tx.get('m1 done')) return 'already'
        await tx.apply('m1')
        await tx.upsert('m1 done', true, { from: ['m1'] })
        return 'did it'
      })
    const [first, second] = await Promise.allSettled([once(), once()])
    expect(first).toEqual({ status: 'fulfilled', value: 'did it' })
    expect(second).toMatchObject({ status: 'rejected', reason: { code: '40001' } })
    expect(await once()).toBe('already')
    expect(store.stateOf('m1').applied).toBe(1)
  })

  it('reads a key once, and says so when it is used after its end', async () => {
    let escaped: Promise<unknown> | undefined
    await effects().transaction(async (tx) => {
      await Promise.all([tx.get('a'), tx.get('a')])
      await store.apply('upsert', ['a', 1], [])
      expect(await tx.get('a')).toBe(undefined)
      escaped = new Promise((resolve) => setTimeout(resolve, 5)).then(() => tx.apply('late'))
    })
    await expect(escaped).rejects.toThrow('this transaction is over')
  })
})
