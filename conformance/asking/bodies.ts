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
  const arbitrary = usual instanceof fc.Arbitrary ? usual : fc.constant(usual)
  return fc.oneof({ weight: 9, arbitrary }, { weight: 1, arbitrary: fc.constantFrom(...rare) })
}

/** Two that are there, one that is not, one that never can be. */
export const topics: Arbitrary<string> = mostly(fc.constantFrom('t0', 't0', 't1'), 't9')
export const topic: Arbitrary<Template> = topics.map(name)
export const partition: Arbitrary<number> = mostly(fc.constantFrom(0, 0, 1), 7, -1)
export const group: Arbitrary<string> = fc.constantFrom('g0', 'g0', 'g1')
export const member: Arbitrary<string> = fc.constantFrom('m0', 'm1', 'm2')
export const transactional: Arbitrary<string> = fc.constantFrom('x0', 'x0', 'x1')
/** Mostly as it is, sometimes one off. */
export const off: Arbitrary<number> = mostly(0, -1, 1)

/** Fields that came with a version: only what this version has. */
export function since(version: number, first: number, fields: Asked['body']): Asked['body'] {
  return version >= first ? fields : {}
}
