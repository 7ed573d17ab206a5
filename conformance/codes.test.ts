/** The table of error codes holds of the model alone: generated sequences in virtual time, the same ones each time, without Java. */
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Served } from '../harness/model/releases.ts'
import { sequences } from './arbitrary.ts'
import { type Codes, codes } from './codes.ts'
import { errorsIn, expectedOf, isDeclared } from './declared.ts'
import { play } from './play.ts'
import { ModelSide } from './sides/model.ts'
import { warm } from './warm.ts'

/** Enough for what is rare to be among them: another generator may want another seed. */
const COUNT = 600
const SEED = 4

type Seen = ReadonlyMap<Served, ReadonlySet<string>>

async function seenIn(release: '3.9' | '4.4', brokers: 1 | 3): Promise<Seen> {
  const all = fc.sample(sequences({ release, brokers, minSteps: 18, maxSteps: 30 }), {
    numRuns: COUNT,
    seed: SEED,
  })
  const seen = new Map<Served, Set<string>>()
  for (const [nth, sequence] of all.entries()) {
    const side = new ModelSide(release, nth, brokers)
    await warm(side, brokers)
    const { exchanges } = await play(sequence, side, `${nth}-`)
    for (const { send, outcome } of exchanges) {
      const errors = seen.get(send.api) ?? new Set()
      seen.set(send.api, errors)
      if (outcome.is === 'answer') for (const error of errorsIn(outcome.body)) errors.add(error)
    }
  }
  return seen
}

const list = (seen: Seen, isWanted: (api: Served, error: string) => boolean): readonly string[] =>
  [...seen].flatMap(([api, errors]) =>
    [...errors].filter((error) => isWanted(api, error)).map((error) => `${api} ${error}`),
  )

describe.each([
  ['3.9', 1],
  ['3.9', 3],
  ['4.4', 1],
  ['4.4', 3],
] as const)('as %s on %d', (release, brokers) => {
  let seen: Seen
  beforeAll(async () => {
    seen = await seenIn(release, brokers)
  }, 180_000)

  it('answers nothing that the table does not have', () => {
    expect(list(seen, (api, error) => !isDeclared(api, release, error))).toEqual([])
  })

  it('answers all that the table says is come to', () => {
    const missing = (Object.keys(codes) as Served[]).flatMap((api) =>
      expectedOf(api, release, brokers)
        .filter((error) => seen.get(api)?.has(error) !== true)
        .map((error) => `${api} ${error}`),
    )
    expect(missing).toEqual([])
  })

  it('answers nothing that takes more than a sequence has', () => {
    const takesMore = (api: Served, error: string): boolean => {
      const reach = (codes[api] as Codes)[error as keyof Codes]
      return reach !== undefined && ('why' in reach || reach.on > brokers)
    }
    expect(list(seen, takesMore)).toEqual([])
  })
})
