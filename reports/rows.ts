/** What came out, against what was expected. */
import { findingName } from '../scenarios/search/finding.ts'
import type { Outcome, Report, Row } from './report.ts'

export type Expectation = Pick<Row, 'expected' | 'known' | 'why'>

export function rowOf(report: Report, { expected, known, why }: Expectation): Row {
  return { report, expected, known, why, asExpected: isAsExpected(report, expected, known) }
}

/** Nothing but what is expected or known was found, and of what is expected at least one. */
function isAsExpected(report: Report, expected: readonly string[], known: readonly string[]): boolean {
  const found = report.findings.map(findingName)
  if (report.ownFault !== undefined) return false
  if (found.some((name) => !expected.includes(name) && !known.includes(name))) return false
  if (expected.length > 0) return found.some((name) => expected.includes(name))
  return report.verdict === 'held' || (found.length > 0 && report.unknown.length === 0)
}

/** held: everything came out as expected. violated: something was found that nobody expected. unknown: something expected was not seen. */
export function outcomeOfRows(rows: readonly Row[]): Outcome {
  if (rows.every(({ asExpected }) => asExpected)) return 'held'
  const hasSurprise = ({ report, expected, known }: Row) =>
    report.findings.map(findingName).some((name) => !expected.includes(name) && !known.includes(name))
  return rows.some(hasSurprise) ? 'violated' : 'unknown'
}

/** The report of a search that was stopped before its end: what was found stands, what held so far is not known to hold. */
export function stoppedEarly(report: Report, why: string): Report {
  const verdict: Outcome = report.findings.length > 0 ? 'violated' : 'unknown'
  return { ...report, verdict, unknown: [...report.unknown, { why, runs: 0, token: '' }] }
}
