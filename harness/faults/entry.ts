/** What the catalogue says of one kind of fault. A kind of `FaultKind` without an entry does not compile, nor does a parameter without a word. */
import type { Capabilities } from '../cluster.ts'
import type { FaultKind, Guarantee } from '../plan/plan.ts'

export type FaultId = FaultKind['kind']
export type Promised = Exclude<Guarantee, 'none'>

/** Where in the stack it strikes. */
export type Layer = 'connection' | 'response' | 'process' | 'broker' | 'cluster'

export interface Cover {
  /** Whether an application that promises this must keep it under this fault. */
  readonly holds: boolean
  readonly because: string
}

export interface FaultEntry<K extends FaultId = FaultId> {
  /** One line, in an operator's words. */
  readonly says: string
  readonly layer: Layer
  readonly parameters: { readonly [P in Exclude<keyof Extract<FaultKind, { kind: K }>, 'kind'>]-?: string }
  /** `needsOf` says what one fault of this kind needs; this is what the kind needs at least. */
  readonly needs: readonly (keyof Capabilities)[]
  readonly covers: Readonly<Record<Promised, Cover>>
}

export type Entries<K extends FaultId> = { readonly [Id in K]: FaultEntry<Id> }

export const must = (because: string): Cover => ({ holds: true, because })
export const excused = (because: string): Cover => ({ holds: false, because })
export const all = (because: string): FaultEntry['covers'] => ({
  'at-most-once': must(because),
  'at-least-once': must(because),
  'exactly-once': must(because),
})

/** Under what throws records away. */
export const lossExcused = (because: string): FaultEntry['covers'] => ({
  'at-most-once': must('what is gone cannot be read again, so nothing needs to happen twice'),
  'at-least-once': excused(because),
  'exactly-once': excused('its loss is excused as under at-least-once; a repetition is not'),
})
