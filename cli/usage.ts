/** What the user can mend: one line that says what is wrong and what to do, exit 64. */
import { PlanError } from '../harness/plan/schema.ts'
import { TokenError } from '../harness/plan/token.ts'

export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Errors of the search say so themselves, by name or by a flag, as they may come from another thread. */
export function isUsage(error: unknown): error is Error {
  if (!(error instanceof Error)) return false
  if (error instanceof UsageError || error instanceof PlanError || error instanceof TokenError) return true
  return error.name === 'SearchUsage' || ('usage' in error && error.usage === true)
}
