/**
 * The kinds of faults, one entry each: what an operator would call it, what it takes, what a cluster must be able to do for it, and
 * which promises of an application must still hold under it.
 */
import type { Capabilities } from '../cluster.ts'
import type { FaultKind, Guarantee } from '../plan/plan.ts'
import type { Entries, FaultId } from './entry.ts'
import { clusterKinds } from './kinds/cluster.ts'
import { connectionKinds } from './kinds/connection.ts'
import { processKinds } from './kinds/process.ts'

export type { FaultId } from './entry.ts'

export const catalogue: Entries<FaultId> = { ...processKinds, ...connectionKinds, ...clusterKinds }

/** In the order in which they are listed to people. */
export const faultIds = Object.keys(catalogue) as readonly FaultId[]

export function isFaultId(text: string): text is FaultId {
  return Object.hasOwn(catalogue, text)
}

/** What a cluster must be able to do so that this fault can strike. */
export function needsOf(fault: FaultKind): readonly (keyof Capabilities)[] {
  if (fault.kind === 'leader-move' && !('leaderOf' in fault.of)) return ['moveCoordinator']
  return catalogue[fault.kind].needs
}

/** Whether this promise must hold under all these faults. */
export function covered(promise: Guarantee, kinds: readonly FaultId[]): boolean {
  return promise === 'none' || kinds.every((kind) => catalogue[kind].covers[promise].holds)
}
