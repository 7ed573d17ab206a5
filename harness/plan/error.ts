/** What is wrong with a plan, as one line: where, what, what to do. The words are ours, not those of the parsers beneath. */
import type { z } from 'zod'
import { didYouMean } from './nearest.ts'

export type Path = readonly PropertyKey[]

export class PlanError extends Error {
  override readonly name = 'PlanError'
  /** As in JavaScript: `faults[0].at.point`; '' for the whole plan. */
  readonly path: string

  constructor(where: string, path: Path, says: string) {
    const at = written(path)
    super(at === '' ? `${where} ${says}` : `${where}: ${at} ${says}`)
    this.path = at
  }
}

/** The first flaw that zod found, in our words. */
export function tell(issues: readonly z.core.$ZodIssue[], plan: unknown, where: string): PlanError {
  const issue = narrowed(issues.findLast(({ path }) => path.join('\n') === issues[0]!.path.join('\n'))!, plan)
  const [path, says] = sentence(issue, valueAt(plan, issue.path))
  const more = new Set(issues.map(({ path }) => path.join('\n'))).size - 1
  return new PlanError(where, path, more > 0 ? `${says} (and ${more} more)` : says)
}

/** Of a value that fits none of several shapes: the flaw in the shape whose keys it has. */
function narrowed(issue: z.core.$ZodIssue, plan: unknown): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return issue
  const value = valueAt(plan, issue.path)
  const isMissing = (flaw: z.core.$ZodIssue) =>
    flaw.path.length === 1 && flaw.code !== 'unrecognized_keys' && valueAt(value, flaw.path) === undefined
  const meant = issue.errors.find((flaws) => flaws.length > 0 && !flaws.some(isMissing) && flaws[0]!.path.length > 0)
  const unknownKey = issue.errors.find((flaws) => flaws.length > 0 && !flaws.some(isMissing))
  const flaw = (meant ?? unknownKey)?.[0]
  if (typeof value !== 'object' || value === null || flaw === undefined) return issue
  return narrowed({ ...flaw, path: [...issue.path, ...flaw.path] } as z.core.$ZodIssue, plan)
}

function sentence(issue: z.core.$ZodIssue, value: unknown): [Path, string] {
  const { path } = issue
  switch (issue.code) {
    case 'unrecognized_keys':
      return [
        [...path, issue.keys[0]!],
        'is not a key of a plan; remove it, or upgrade ackward if a newer one wrote it',
      ]
    case 'invalid_type':
      if (value === undefined) return [path, `is missing; it must be ${kinds[issue.expected] ?? issue.expected}`]
      return [path, `must be ${kinds[issue.expected] ?? issue.expected}, not ${shown(value)}`]
    case 'invalid_value':
      return [path, unknownName(path, value, issue.values.map(String))]
    case 'invalid_union':
      if (issue.discriminator !== undefined) return [path, unknownName(path, value, optionsOf(issue))]
      return [path, `must be an object with ${keysOf(issue)}; it is ${shown(value)}`]
    case 'too_small':
      return [path, `must be ${measure(issue.origin, 'at least', issue.minimum)}, not ${shown(value)}`]
    case 'too_big':
      return [path, `must be ${measure(issue.origin, 'at most', issue.maximum)}, not ${shown(value)}`]
    case 'invalid_format':
      return [path, `${issue.message}; it is ${shown(value)}`]
    default:
      return [path, value === undefined ? 'is missing' : `is not valid; it is ${shown(value)}`]
  }
}

function unknownName(path: Path, value: unknown, known: readonly string[]): string {
  if (value === undefined) return `is missing; it must be one of ${known.join(', ')}`
  if (known.length === 1) return `must be ${known[0]}, not ${shown(value)}`
  const what =
    { kind: 'kind of fault', api: 'API', effect: 'effect', point: 'point', promise: 'promise' }[String(path.at(-1))] ??
    'name'
  return `is an unknown ${what}, ${shown(value)}${didYouMean(String(value), known)}`
}

const kinds: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a number',
  string: 'a string',
  array: 'a list',
  object: 'an object',
  boolean: 'true or false',
}

function measure(origin: string, bound: string, than: number | bigint): string {
  if (origin === 'array') return `a list of ${bound} ${than}`
  if (origin === 'string') return `a string of ${bound} ${than} character${than === 1 ? '' : 's'}`
  return `${bound} ${than}`
}

const optionsOf = (issue: z.core.$ZodIssueInvalidUnion): readonly string[] =>
  'options' in issue && Array.isArray(issue.options) ? issue.options.map(String) : []

/** The first key that each shape asks for. */
function keysOf(issue: z.core.$ZodIssueInvalidUnion): string {
  const keys = issue.errors.flatMap((flaws) => flaws.slice(0, 1).flatMap((flaw) => flaw.path.slice(0, 1)))
  return keys.length > 0 ? `one of ${keys.map((key) => shown(key)).join(', ')}` : 'keys'
}

function valueAt(value: unknown, path: Path): unknown {
  let at = value
  for (const key of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined
    at = (at as Record<PropertyKey, unknown>)[key]
  }
  return at
}

/** As in JavaScript: `faults[0].at.point`. */
export function written(path: Path): string {
  const parts = path.map((key) =>
    typeof key === 'number' ? `[${key}]` : /^[A-Za-z_]\w*$/.test(String(key)) ? `.${String(key)}` : `[${shown(key)}]`,
  )
  return parts.join('').replace(/^\./, '')
}

/** A value on one line, short, without control characters. */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (typeof value === 'object' && value !== null) return `an object with ${namesOf(value)}`
  const text = typeof value === 'string' ? `'${value}'` : String(value)
  return (text.length > 60 ? `${text.slice(0, 59)}…` : text).replace(/\p{Cc}/gu, '?')
}

function namesOf(value: object): string {
  const keys = Object.keys(value)
  if (keys.length === 0) return 'no keys'
  const some = keys.slice(0, 4).map((key) => shown(key))
  return `${some.join(', ')}${keys.length > 4 ? ', …' : ''}`
}
