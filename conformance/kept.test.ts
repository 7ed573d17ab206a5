/** What Apache Kafka answered once, the model answers: no Java is needed. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { Comparison } from './compare.ts'
import { kept } from './kept.ts'
import { play } from './play.ts'
import { ModelSide } from './sides/model.ts'
import { parseTranscripts } from './transcript-json.ts'
import { warm } from './warm.ts'

describe.each([
  ['3.9.2', '3.9'],
  ['4.4.0', '4.4'],
] as const)('as Apache Kafka %s', (release, imitate) => {
  const expected = parseTranscripts(readFileSync(new URL(`kept/${release}.json`, import.meta.url), 'utf8'))

  it('has been asked everything that is kept', () => {
    expect(Object.keys(expected)).toEqual(Object.keys(kept))
  })

  it.each(Object.entries(kept))('%s', async (what, sequence) => {
    const side = new ModelSide(imitate, 1)
    await warm(side)
    const model = await play(sequence, side, 'kept-')
    expect(Comparison.of(expected[what]!, model)).toEqual([])
  })
})
