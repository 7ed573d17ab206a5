/** What there is to tell, as data, the most telling first. Formatters turn it into words. */
import type { Report } from '../scenarios/search/result.ts'

export type { Beside, Finding, Outcome, Report } from '../scenarios/search/result.ts'

/** One row of the matrix: what the repository states of an application, and what came out. */
export interface Row {
  readonly report: Report
  /** Which are expected to be violated and by whom, as `property/party`; empty: it must hold. */
  readonly expected: readonly string[]
  /** What may be violated besides, as `property/party`: known defects below the application. */
  readonly known: readonly string[]
  /** Why that is expected, as a clause. */
  readonly why: string
  readonly asExpected: boolean
}
