/** Which faults `--faults` asks for. */
import { covered, type FaultId, faultIds, isFaultId } from '../harness/faults/catalogue.ts'
import { didYouMean } from '../harness/plan/nearest.ts'
import type { Guarantee } from '../harness/plan/plan.ts'

/** `covered`: every kind under which the promise must hold, whichever promise that is. */
export type AskedFaults = 'covered' | readonly FaultId[]

/** Throws an Error with what is wrong. */
export function faultsIn(text: string): AskedFaults {
  if (text === 'covered') return text
  return [...new Set(text.split(',').map(kindCalled))]
}

/** As a search takes it; nothing where nobody asked. */
export function faultsAsked(
  asked: AskedFaults | undefined,
  promise: Guarantee,
): { readonly faults?: readonly FaultId[] } {
  if (asked === undefined) return {}
  return { faults: asked === 'covered' ? faultIds.filter((kind) => covered(promise, [kind])) : asked }
}

function kindCalled(name: string): FaultId {
  if (isFaultId(name)) return name
  throw new Error(`Unknown kind of fault ${JSON.stringify(name)}${didYouMean(name, ['covered', ...faultIds])}`)
}
