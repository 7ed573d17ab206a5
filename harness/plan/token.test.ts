import fc from 'fast-check'
import { expect, it } from 'vitest'
import { faultKinds, guarantees } from './names.ts'
import { looksLikeToken, parseToken, TokenError, tokenOf } from './token.ts'

it('is read back, whatever the seed', () => {
  const anyString = fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)) })
  const token = fc.record({
    scenario: fc.oneof(anyString, fc.string({ unit: 'binary' })).filter((text) => text !== ''),
    promise: fc.constantFrom(...guarantees),
    seed: anyString,
    index: fc.nat(),
  })
  const kinds = fc.subarray([...faultKinds], { minLength: 1 })
  fc.assert(
    fc.property(token, fc.option(kinds, { nil: undefined }), (parts, faults) => {
      const one = faults === undefined ? parts : { ...parts, faults }
      const text = tokenOf(one)
      expect(parseToken(text)).toEqual(one)
      // Nothing that a shell reads, so that it can be pasted without quotes.
      expect(text).toMatch(/^v1:[\w.%:-]+$/)
      expect(looksLikeToken(text)).toBe(true)
    }),
  )
})

it('stays readable for plain names', () => {
  const token = { scenario: 'commit-before', promise: 'at-least-once', seed: "it's 5:30", index: 1734 } as const
  expect(tokenOf(token)).toBe('v1:commit-before:at-least-once:it%27s%205%3A30:1734')
})

it('says in one line what is wrong with one', () => {
  const flaw = (text: string): string => {
    try {
      parseToken(text)
      return 'no flaw'
    } catch (error) {
      expect(error).toBeInstanceOf(TokenError)
      return (error as Error).message
    }
  }
  const told = [
    'v1:commit-before:at-least-once:ackward',
    'v2:commit-before:at-least-once:ackward:3:4',
    'v1:commit-before:at-lest-once:ackward:3',
    'v1::none:ackward:3',
    'v1:commit-before:none:ackward:-3',
    'v1:commit-before:none:ackward:03',
    'v1:commit-before:none:100%:3',
    'v1:commit-before:none:ackward:3:crash.puase',
    'v1:\u001b[2J:none',
    'orders.json',
  ].map(flaw)
  expect(`\n${told.join('\n')}\n`).toMatchInlineSnapshot(`
    "
    'v1:commit-before:at-least-once:ackward' is not a token; one has five parts, v1:scenario:promise:seed:index, and then perhaps kinds of faults, and a number of copies
    'v2:commit-before:at-least-once:ackward:3:4': made by a newer ackward (v2, this one reads v1); upgrade ackward
    'v1:commit-before:at-lest-once:ackward:3': unknown promise 'at-lest-once'; did you mean 'at-least-once'?
    'v1::none:ackward:3': its second part, the scenario, is empty
    'v1:commit-before:none:ackward:-3': its fifth part, the index of the run, must be a whole number from 0
    'v1:commit-before:none:ackward:03': its fifth part, the index of the run, must be a whole number from 0
    'v1:commit-before:none:100%:3': '%' must be followed by two hex digits; copy the token whole
    'v1:commit-before:none:ackward:3:crash.puase': unknown kind of fault 'puase'; did you mean 'pause'?
    'v1:?[2J:none' is not a token; one has five parts, v1:scenario:promise:seed:index, and then perhaps kinds of faults, and a number of copies
    'orders.json' is not a token; one has five parts, v1:scenario:promise:seed:index, and then perhaps kinds of faults, and a number of copies
    "
  `)
})
