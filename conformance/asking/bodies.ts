/** What the requests of an API are made of. */
import fc, { type Arbitrary } from 'fast-check'
import type { Served } from '../../harness/model/releases.ts'
import { name, type Template } from '../sequence.ts'

export { name }

export interface Asked {
  readonly body: { readonly [field: string]: Template }
  readonly as?: string
}

/** Requests of one API in one version: fields that the version lacks are left out. */
export type Ask = (version: number) => Arbitrary<Asked>
export type Bodies = { readonly [Api in Served]: Ask }

/** Mostly this, sometimes one of those. */
export function mostly<T>(usual: Arbitrary<T> | T, ...rare: readonly T[]): Arbitrary<T> {
  return weighed(9, usual, rare)
}

/** Nearly always this: what ends a request at once, and shows nothing but its own error. */
export function usually<T>(usual: Arbitrary<T> | T, ...rare: readonly T[]): Arbitrary<T> {
  return weighed(29, usual, rare)
}

function weighed<T>(weight: number, usual: Arbitrary<T> | T, rare: readonly T[]): Arbitrary<T> {
  const arbitrary = usual instanceof fc.Arbitrary ? usual : fc.constant(usual)
  return fc.oneof({ weight, arbitrary }, { weight: 1, arbitrary: fc.constantFrom(...rare) })
}

/** Metadata of a commit: more than 4,096 characters. */
export const TOO_LONG = 'x'.repeat(5_000)

/** Kept by the cluster for itself: the same for all sequences, and closed to their clients. */
export const INTERNAL = '__consumer_offsets'

export const nameOf = (topic: string): Template => (topic === INTERNAL ? topic : name(topic))

/** Three that are there, one of them with settings of its own (STRICT); one that is not. */
export const topics: Arbitrary<string> = usually(fc.constantFrom('t0', 't0', 't0', 't1', 't1', 't5'), 't9')
export const topic: Arbitrary<Template> = topics.map(name)
export const partition: Arbitrary<number> = usually(fc.constantFrom(0, 0, 0, 0, 0, 1), 7, -1)
export const group: Arbitrary<string> = fc.constantFrom('g0', 'g0', 'g1')
export const member: Arbitrary<string> = fc.constantFrom('m0', 'm1', 'm2')
/** Who is in which group: mostly as it was the last time. */
export const membership: Arbitrary<{ readonly member: string; readonly group: string }> = fc
  .tuple(member, fc.constantFrom(null, null, null, null, null, null, null, 'g0', 'g9'))
  .map(([member, stray]) => ({ member, group: stray ?? (member === 'm2' ? 'g1' : 'g0') }))
export const transactional: Arbitrary<string> = fc.constantFrom('x0', 'x0', 'x1')
/** Which instance (KIP-345) a member says to be: one of them often is one, others claim to be that one. */
export const instanceOf = (member: string): Arbitrary<string | null> =>
  member === 'm0' ? fc.constantFrom('i0', null) : fc.constantFrom(null, null, null, 'i0', 'i0', 'i1')

/** Mostly as it is, sometimes one off. */
export const off: Arbitrary<number> = mostly(0, -1, 1)

/** Fields that came with a version: only what this version has. */
export function since(version: number, first: number, fields: Asked['body']): Asked['body'] {
  return version >= first ? fields : {}
}
