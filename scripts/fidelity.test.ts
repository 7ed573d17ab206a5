import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { headerOf, made, page } from './fidelity.ts'

it('docs/fidelity.md says what the handlers say: npm run fidelity', () => {
  expect(readFileSync(page, 'utf8')).toBe(made())
})

it('a file that does not begin with a comment has no header', () => {
  expect(headerOf('/**\n * One.\n *\n * - two\n */\nimport x')).toBe('One.\n\n- two')
  expect(() => headerOf('import x')).toThrow('does not begin with a comment')
})
