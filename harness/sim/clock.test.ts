import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Clock } from './clock.ts'

test('events come in the order of (time, sequence), whatever the order of scheduling', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20)), (times) => {
      const clock = new Clock()
      times.forEach((atMs) => {
        clock.schedule(atMs, null, 'x', () => {})
      })
      const seen: [number, number][] = []
      for (let event = clock.pop(); event !== undefined; event = clock.pop()) seen.push([event.atMs, event.seq])
      const sorted = times.map((atMs, i): [number, number] => [atMs, i + 1]).sort((a, b) => a[0] - b[0] || a[1] - b[1])
      expect(seen).toEqual(sorted)
    }),
  )
})

test('the clock never moves back, and nothing is scheduled before now', () => {
  const clock = new Clock()
  clock.schedule(5, null, 'x', () => {})
  clock.pop()
  const late = clock.schedule(1, null, 'x', () => {})
  expect(late.atMs).toBe(5)
  expect(clock.nowMs).toBe(5)
})

test('a cancelled event is never popped', () => {
  const clock = new Clock()
  const gone = clock.schedule(1, null, 'gone', () => {})
  clock.schedule(2, null, 'stays', () => {})
  clock.cancel(gone)
  expect(clock.pop()?.kind).toBe('stays')
  expect(clock.pop()).toBeUndefined()
})

test('an event knows the event that scheduled it', () => {
  const clock = new Clock()
  clock.schedule(1, null, 'cause', () => {})
  const first = clock.pop()!
  expect(clock.schedule(2, null, 'effect', () => {}).cause).toBe(first.seq)
})

test('a parked event comes back in its old order', () => {
  const clock = new Clock()
  const first = clock.schedule(1, null, 'first', () => {})
  clock.pop()
  clock.schedule(7, null, 'second', () => {})
  clock.reschedule(first, 7)
  expect(clock.pop()?.kind).toBe('first')
})
