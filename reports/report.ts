/** What there is to tell, as data, the most telling first. Formatters turn it into words. */
import type { Report as Searched } from '../scenarios/search/result.ts'

export type { Finding, Outcome } from '../scenarios/search/result.ts'

/** One application, searched or replayed. */
export interface Report extends Searched {
  /** An invariant of the model or an internal error: ackward's own fault, never a finding. Absent when there was none. */
  readonly ownFault?: string
}

/** One row of the matrix: what the repository states of an application, and what came out. */
export interface Row {
  readonly report: Report
  /** The properties that are expected to be violated; empty: it must hold. */
  readonly expected: readonly string[]
  /** Why that is expected, as a sentence. */
  readonly why: string
  readonly asExpected: boolean
}
