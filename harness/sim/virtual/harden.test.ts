import fc from 'fast-check'
import { transformWithOxc } from 'vite'
import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { harden } from './harden.ts'
import { inside } from './testing/fixture.ts'

let undo = () => {}
afterEach(() => undo())

const SAMPLES = ['function () {}', '() => {}', 'async () => {}', 'function* () {}', 'async function* () {}', 'class {}']

it.each(SAMPLES)('(%s).constructor makes no code, and keeps its name', (sample) => {
  undo = harden()
  const { run } = inside()
  expect(() => run(`(${sample}).constructor('return Date')()`)).toThrow('reached through a prototype is not simulated')
  expect(() => run(`new (${sample}).constructor('return Date')()`)).toThrow('is not simulated')
  const before = Object.getPrototypeOf(inside().run(`return ${sample}`)).constructor.name
  expect(run(`return (${sample}).constructor.name`)).toBe(before)
  expect(run(`const f = ${sample}; return f instanceof f.constructor`)).toBe(true)
})

it('is undone, and harmless when done twice', () => {
  const real = Function.prototype.constructor
  const first = harden()
  undo = harden()
  expect(undo).toBe(first)
  expect(Function.prototype.constructor).not.toBe(real)
  undo()
  expect(Function.prototype.constructor).toBe(real)
  expect((() => 1).constructor).toBe(Function)
})

it('gives texts of en-US where no locale is asked for', () => {
  undo = harden()
  expect((1234.5).toLocaleString()).toBe('1,234.5')
  expect((1234.5).toLocaleString('de-DE')).toBe('1.234,5')
  expect([1234.5, 1].toLocaleString()).toBe('1,234.5,1')
  expect('I'.toLocaleLowerCase()).toBe('i')
  expect('a'.localeCompare('b')).toBe(-1)
  expect(new Event('x').timeStamp).toBe(0)
})

describe('host code in the same thread goes on working', () => {
  it('zod, which compiles its parsers', () => {
    undo = harden()
    expect(z.object({ a: z.number(), b: z.array(z.string()) }).parse({ a: 1, b: ['x'] })).toEqual({ a: 1, b: ['x'] })
  })

  it('fast-check, which prints and clones values', () => {
    undo = harden()
    fc.assert(
      fc.property(fc.anything(), fc.func(fc.nat()), (value, f) => typeof fc.stringify([value, f]) === 'string'),
      { seed: 1 },
    )
  })

  it('vite', async () => {
    undo = harden()
    expect((await transformWithOxc('const a: number = 1', 'a.ts')).code).toContain('const a = 1')
  })

  it('checks of a function’s kind by name', () => {
    undo = harden()
    expect((async () => {}).constructor.name).toBe('AsyncFunction')
    expect((() => {}) instanceof Function).toBe(true)
    expect(new Function('return 1')()).toBe(1)
  })
})
