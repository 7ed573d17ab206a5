/** Which codes of an answer the table has (codes.ts), and which of the table a run should have come to. */
import type { Release, Served } from '../harness/model/releases.ts'
import { type ErrorName, errorName } from '../harness/wire/error-codes.ts'
import { type Codes, codes, type Reach } from './codes.ts'

/** Every field that tells of an error, of the whole or of a part. */
export function codesIn(value: unknown): readonly number[] {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return []
  return Object.entries(value).flatMap(([field, inside]) =>
    /errorCode$/i.test(field) && typeof inside === 'number' ? [inside] : codesIn(inside),
  )
}

export const nameOf = (code: number): string => errorName(code) ?? String(code)

/** The names of what went wrong, each once. */
export function errorsIn(answer: unknown): ReadonlySet<string> {
  return new Set(codesIn(answer).flatMap((code) => (code === 0 ? [] : [nameOf(code)])))
}

/** 2.8 is not compared: where the two that are differ, it does as 3.9. */
const comparedAs = (release: Release): Release => (release === '4.4' ? '4.4' : '3.9')

const isOf = ({ only }: Reach, release: Release): boolean => only === undefined || only === comparedAs(release)

export function isDeclared(api: Served, release: Release, error: string): boolean {
  const reach = (codes[api] as Codes)[error as ErrorName]
  return reach !== undefined && isOf(reach, release)
}

const isCome = (as: Release | undefined, release: Release): boolean => as === undefined || as === comparedAs(release)

/** What sequences for so many brokers come to, and for fewer do not. */
export function expectedOf(api: Served, release: Release, brokers: 1 | 3): readonly string[] {
  return Object.entries(codes[api]).flatMap(([error, reach]) =>
    isOf(reach, release) && 'on' in reach && reach.on === brokers && isCome(reach.as, release) ? [error] : [],
  )
}
