import { parseSync } from 'vite'
import { describe, expect, it } from 'vitest'
import { TURN } from '../virtual/names.ts'
import { type Node, tellingTurns } from './turns.ts'

/** With `#` for the call. */
function told(code: string): string {
  const parse = (of: string) => parseSync('f.js', of, { sourceType: 'module' }).program as unknown as Node
  const made = tellingTurns(code, parse)
  parse(made)
  return made.replaceAll(`${TURN}();`, '#')
}
const inFunction = (code: string): string => `async function f() { ${code} }`

describe('a loop that awaits tells of every turn', () => {
  it.each([
    ['while (x) { await y }', 'while (x) {# await y }'],
    ['while (await x) y()', 'while (await x) {#y()}'],
    ['do await x; while (y)', 'do {#await x;} while (y)'],
    ['for (;;) await x', 'for (;;) {#await x}'],
    ['for (const a in b) { await a }', 'for (const a in b) {# await a }'],
    ['for (const a of b) if (a) await c; else d()', 'for (const a of b) {#if (a) await c; else d()}'],
    ['for await (const a of b) c(a)', 'for await (const a of b) {#c(a)}'],
    ['out: while (x) while (y) { await z; continue out }', 'out: while (x) {#while (y) {# await z; continue out }}'],
    ['if (x) while (y) await z; else w()', 'if (x) while (y) {#await z;} else w()'],
  ])('%s', (code, made) => expect(told(inFunction(code))).toBe(inFunction(made)))
})

describe('what does not await, or awaits in a function of its own, is left alone', () => {
  it.each([
    'while (x) y()',
    'for (const a of b) c.push(async () => { await a })',
    'await x; for (const a of b) c(a)',
    'await (async () => { for (const a of b) c(a) })()',
    '"for while await"',
  ])('%s', (code) => expect(told(inFunction(code))).toBe(inFunction(code)))
})

it('takes what is nested deeper than a stack', () => {
  const code = inFunction(`const x = ${'1 + '.repeat(2_000)}1; while (x) { await y }`)
  expect(told(code)).toContain('while (x) {# await y }')
})

it('moves no line', () => {
  const code = inFunction('\nwhile (x)\n  await y\nfor (;;) {\n  await z\n}\n')
  const lines = (of: string) => of.split('\n').length
  expect(lines(told(code))).toBe(lines(code))
  expect(told(code)).toContain('{#await y}')
})
