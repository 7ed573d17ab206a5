/** Turns what was found into what is told: the first few in full, the rest as a number. */
import type { Evidence } from './property.ts'

/** A person reads three; shrinking leaves one. */
const told = 4

export function evidence(
  says: string,
  messages: readonly string[],
  ops: readonly (number | undefined)[],
  clause?: string,
): Evidence {
  const known = ops.filter((op) => op !== undefined && op >= 0) as number[]
  const sorted = [...new Set(known)].sort((a, b) => a - b)
  return { says, messages, ops: sorted, ...(clause !== undefined && { clause }) }
}

export function condense(found: readonly Evidence[]): readonly Evidence[] {
  if (found.length <= told + 1) return found
  const rest = found.slice(told)
  const { clause } = rest.every((one) => one.clause === rest[0]!.clause) ? rest[0]! : { clause: undefined }
  // Their messages stay: blame is passed on by message.
  const messages = rest.flatMap((one) => one.messages)
  return [
    ...found.slice(0, told),
    { says: `and ${rest.length} more like these`, messages, ops: [], ...(clause !== undefined && { clause }) },
  ]
}
