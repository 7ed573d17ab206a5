import { expect, it } from 'vitest'
import { faultIds } from '../harness/faults/catalogue.ts'
import { faultsAsked, faultsIn } from './faults.ts'

it('reads kinds, each once', () => {
  expect(faultsIn('crash,slow-markers,crash')).toEqual(['crash', 'slow-markers'])
})

it('says what is wrong with one, and which there are', () => {
  expect(() => faultsIn('crash,puase')).toThrow(/^Unknown kind of fault "puase"; did you mean 'pause'\?$/)
  expect(() => faultsIn('')).toThrow(/Unknown kind of fault ""/)
})

it('knows under which the promise must hold: a wiped log may lose, and must not repeat', () => {
  const covered = (promise: Parameters<typeof faultsAsked>[1]) => faultsAsked('covered', promise).faults
  expect(covered('none')).toEqual(faultIds)
  expect(covered('at-least-once')).not.toContain('topic-recreate')
  expect(covered('at-most-once')).toContain('topic-recreate')
  expect(covered('exactly-once')).toContain('slow-markers')
})

it('leaves the faults to the application where nobody asked', () => {
  expect(faultsAsked(undefined, 'none')).toEqual({})
  expect(faultsAsked(['crash'], 'exactly-once')).toEqual({ faults: ['crash'] })
})
