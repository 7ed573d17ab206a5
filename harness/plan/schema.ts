/**
 * Reads and writes plans of format 1. Whatever is wrong with one is a `PlanError`, one line: what, where in the file, what to do.
 * The shape is in shape.ts, what refers to what does not exist in references.ts, the words in error.ts.
 */

import { PlanError, tell } from './error.ts'
import { parseJson } from './json.ts'
import type { Plan } from './plan.ts'
import { unresolved } from './references.ts'
import { planLimits, planShape } from './shape.ts'

export { PlanError } from './error.ts'

/** `where` is how messages call the text: its file, or the token it stands for. */
export function parsePlan(text: string, where: string): Plan {
  const value = parseJson(text, where, planLimits)
  checkFormat(value, where)
  return checked(value, where)
}

function checked(value: unknown, where: string): Plan {
  const read = planShape.safeParse(value)
  if (!read.success) throw tell(read.error.issues, value, where)
  for (const { path, says } of unresolved(read.data)) throw new PlanError(where, path, says)
  return read.data
}

/** First of all: a newer format may differ in everything else. */
function checkFormat(value: unknown, where: string): void {
  const isPlan = typeof value === 'object' && value !== null && !Array.isArray(value) && 'format' in value
  if (!isPlan)
    throw new PlanError(where, [], "is JSON, but not a plan: it has no 'format'; give a plan that ackward saved")
  const { format } = value
  if (typeof format === 'number' && format > 1) {
    throw new PlanError(where, [], `was made by a newer ackward (format ${format}, this one reads 1); upgrade ackward`)
  }
}

const lineWidth = 120

/**
 * A plan as text that a person reads and that two versions can be compared by: keys in the order of the schema, and what fits
 * on a line is on one line. Throws a `PlanError` for a plan that could not be read again, before anything is written.
 */
export function printPlan(plan: Plan): string {
  return `${print(checked(plan, 'the plan to be written'), '', 0)}\n`
}

/** `used` is what stands on the line beside the value: its indentation, key and comma. */
function print(value: unknown, indent: string, used: number): string {
  const line = onOneLine(value)
  const isPlan = indent === ''
  if (typeof value !== 'object' || value === null || (!isPlan && used + line.length <= lineWidth)) return line
  const inner = `${indent}  `
  const entries = Array.isArray(value)
    ? value.map((item) => `${inner}${print(item, inner, inner.length + 1)}`)
    : Object.entries(value).map(([key, item]) => {
        const label = `${JSON.stringify(key)}: `
        return `${inner}${label}${print(item, inner, inner.length + label.length + 1)}`
      })
  const [open, close] = Array.isArray(value) ? '[]' : '{}'
  return entries.length === 0 ? `${open}${close}` : `${open}\n${entries.join(',\n')}\n${indent}${close}`
}

function onOneLine(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(onOneLine).join(', ')}]`
  const entries = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${onOneLine(item)}`)
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`
}
