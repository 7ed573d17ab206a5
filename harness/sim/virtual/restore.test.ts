import { expect, it } from 'vitest'
import { Originals } from './restore.ts'

it.each<[string, (object: Record<string, unknown>) => void]>([
  [
    'a value is replaced',
    (o) => {
      o.a = 9
    },
  ],
  [
    'a property is added',
    (o) => {
      o.z = 1
    },
  ],
  [
    'a property is deleted',
    (o) => {
      delete o.a
    },
  ],
  [
    'one goes, another comes',
    (o) => {
      delete o.a
      o.z = 1
    },
  ],
  [
    'the order changes',
    (o) => {
      const { a } = o
      delete o.a
      o.a = a
    },
  ],
  [
    'a getter is replaced',
    (o) => {
      Object.defineProperty(o, 'g', { get: () => 2, configurable: true })
    },
  ],
  [
    'a value becomes a getter',
    (o) => {
      Object.defineProperty(o, 'a', { get: () => 2, configurable: true })
    },
  ],
  [
    'the prototype changes',
    (o) => {
      Object.setPrototypeOf(o, null)
    },
  ],
])('puts an object back when %s', (_, change) => {
  const object = Object.defineProperty({ a: 1, b: { c: 2 } } as Record<string, unknown>, 'g', {
    get: () => 1,
    configurable: true,
  })
  const before = Object.getOwnPropertyDescriptors(object)
  const originals = new Originals()
  originals.add(object)
  expect(originals.restore()).toBe(0)
  change(object)
  expect(originals.restore()).toBe(1)
  expect(Object.getOwnPropertyDescriptors(object)).toEqual(before)
  expect(Object.keys(object)).toEqual(['a', 'b'])
  expect(Object.getPrototypeOf(object)).toBe(Object.prototype)
  expect(originals.restore()).toBe(0)
})

it('an object that is added twice keeps its first state', () => {
  const object: Record<string, unknown> = { a: 1 }
  const originals = new Originals()
  originals.add(object)
  object.a = 2
  originals.add(object)
  originals.restore()
  expect(object).toEqual({ a: 1 })
})
