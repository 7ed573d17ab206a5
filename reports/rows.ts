/** What came out, against what was expected. */
import type { Outcome, Report, Row } from './report.ts'

/** `expected` are the properties that may be violated, one of which must be; empty: it must hold. */
export function rowOf(
  report: Report,
  { expected, why }: { readonly expected: readonly string[]; readonly why: string },
): Row {
  const found = report.findings.map(({ property }) => property)
  const asExpected =
    report.ownFault === undefined &&
    (expected.length === 0
      ? report.verdict === 'held'
      : report.verdict === 'violated' && found.every((property) => expected.includes(property)))
  return { report, expected, why, asExpected }
}

/** held: everything came out as expected. violated: something was found that nobody expected. unknown: something expected was not seen. */
export function outcomeOfRows(rows: readonly Row[]): Outcome {
  if (rows.every(({ asExpected }) => asExpected)) return 'held'
  const surprises = rows.some(({ report, expected }) =>
    report.findings.some(({ property }) => !expected.includes(property)),
  )
  return surprises ? 'violated' : 'unknown'
}

/** The report of a search that was stopped before its end: what was found stands, what held so far is not known to hold. */
export function stoppedEarly(report: Report, why: string): Report {
  const verdict: Outcome = report.findings.length > 0 ? 'violated' : 'unknown'
  return { ...report, verdict, unknown: [...report.unknown, { why, runs: 0 }] }
}
