import { expect, test } from 'vitest'
import type { Anchor } from '../plan/plan.ts'
import { anchorOf, Crossings, isMeant } from './anchors.ts'
import { Injector } from './injector.ts'

const produce = { api: 'Produce' }

test('calls with the same subject are counted within one life', () => {
  const crossings = new Crossings()
  const begin = (life: number, messages: string[]) => crossings.begin('p', life, produce, { messages }).attempt
  expect([begin(1, ['m1']), begin(1, ['m1']), begin(1, ['m2']), begin(2, ['m1'])]).toEqual([1, 2, 1, 1])
})

test('an anchor is found again in a batch that holds other messages too', () => {
  const crossing = new Crossings().begin('p', 1, produce, { messages: ['m1', 'm2'] })
  const anchor = (messages: string[]): Anchor => ({ ...anchorOf(crossing, 'applied'), subject: { messages } })
  expect(isMeant(anchor(['m2']), crossing)).toBe(true)
  expect(isMeant(anchor(['m2', 'm3']), crossing)).toBe(false)
})

test('a call that is about no message is not found in one that is about some, nor the other way round', () => {
  const crossings = new Crossings()
  const some = crossings.begin('p', 1, { effect: 'upsert' }, { messages: ['m1'] })
  const none = crossings.begin('p', 1, { effect: 'upsert' }, { messages: [] })
  expect([isMeant(anchorOf(none, 'before'), none), isMeant(anchorOf(none, 'before'), some)]).toEqual([true, false])
  expect(isMeant(anchorOf(some, 'before'), none)).toBe(false)
})

test('another life, another attempt, another call is not meant', () => {
  const crossing = new Crossings().begin('p', 1, produce, { messages: ['m1'] })
  const anchor = anchorOf(crossing, 'before')
  expect(isMeant(anchor, crossing)).toBe(true)
  expect(isMeant({ ...anchor, incarnation: 2 }, crossing)).toBe(false)
  expect(isMeant({ ...anchor, attempt: 2 }, crossing)).toBe(false)
  expect(isMeant({ ...anchor, call: { effect: 'apply' } }, crossing)).toBe(false)
})

test('a fault is handed out once, at its point only, and none after everything healed', () => {
  const crossing = new Crossings().begin('p', 1, produce, { messages: ['m1'] })
  const injector = new Injector(
    [
      { at: anchorOf(crossing, 'applied'), kind: 'crash' },
      { at: anchorOf(crossing, 'answered'), kind: 'crash' },
    ],
    [{ at: anchorOf(crossing, 'before'), delayMs: 7 }],
  )
  expect(injector.delayMs(crossing, 'before')).toBe(7)
  expect(injector.delayMs(crossing, 'before')).toBe(0)
  expect(injector.reach(crossing, 'before')).toEqual([])
  expect(injector.reach(crossing, 'applied').map(({ index }) => index)).toEqual([0])
  expect(injector.reach(crossing, 'applied')).toEqual([])
  expect(injector.disarm().map(({ index }) => index)).toEqual([1])
  expect(injector.reach(crossing, 'answered')).toEqual([])
})
