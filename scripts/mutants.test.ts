/** A way to break something that fits no more breaks nothing. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { mutants } from './mutants/list.ts'
import { patch } from './mutants/mutant.ts'

it.each(mutants)('$name fits', (mutant) => {
  const patched = patch(mutant, (file) => readFileSync(join(import.meta.dirname, '..', file), 'utf8'))
  for (const one of patched.values()) expect(one.patched).not.toBe(one.original)
})
