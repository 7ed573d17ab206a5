/** Leaves steps out of a sequence for as long as it shows the same difference. */
import { ClusterError } from '../harness/cluster.ts'
import type { Both, Played } from './both.ts'
import type { Difference } from './compare.ts'
import type { Sequence } from './sequence.ts'

export interface Shrunk {
  readonly sequence: Sequence
  readonly played: Played
}

/** The same question about the same thing, wherever it stands. */
export function kindOf({ api, path, expected, actual }: Difference): string {
  return [api, path.replace(/\d+/g, ''), ...(path.endsWith('rrorCode') ? [expected, actual] : [])].join(' ')
}

export async function shrink(sequence: Sequence, played: Played, both: Both): Promise<Shrunk> {
  const wanted = played.difference!
  let best: Shrunk = { sequence: sequence.slice(0, wanted.step + 1), played }
  for (let width = Math.max(1, best.sequence.length >> 1); width >= 1; width >>= 1) {
    for (let from = best.sequence.length - 1 - width; from >= 0; from -= width) {
      const shorter = [...best.sequence.slice(0, from), ...best.sequence.slice(from + width)]
      const again = await playable(shorter, both)
      if (again?.difference !== undefined && kindOf(again.difference) === kindOf(wanted))
        best = { sequence: shorter, played: again }
    }
  }
  return best
}

/** What an operator is to do with a topic that was left out cannot be done. */
async function playable(sequence: Sequence, both: Both): Promise<Played | undefined> {
  try {
    return await both.confirmed(sequence)
  } catch (error) {
    if (error instanceof ClusterError) return undefined
    throw error
  }
}
