/** What there is to tell, as data, the most telling first. Formatters turn it into words. */
import type { Report } from '../scenarios/search/result.ts'

export type { Finding, Outcome, Report } from '../scenarios/search/result.ts'

/** One row of the matrix: what the repository states of an application, and what came out. */
export interface Row {
  readonly report: Report
  /** `held`, or the properties that are expected to be violated. */
  readonly expected: readonly string[]
  readonly asExpected: boolean
}
