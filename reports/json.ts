/** The one document that `--json` prints: the report as it is, keys in a fixed order. */
import type { ReplayReport } from './replayed.ts'
import type { Finding, Report, Row } from './report.ts'
import { outcomeOfRows } from './rows.ts'
import { storyOf } from './timeline-bearing.ts'

export function reportDocument(report: Report): object {
  const { scenario, promise, seed, runs, struck, struckRuns, missed, verdict, hash, findings } = report
  const { beside, unknown, allowed, guarantee, seconds, ownFault } = report
  return {
    scenario,
    promise,
    seed,
    runs,
    struck,
    struckRuns,
    missed,
    verdict,
    hash,
    findings: findings.map(findingDocument),
    beside,
    unknown,
    allowed,
    ...(guarantee === undefined ? {} : { guarantee }),
    seconds: rounded(seconds),
    ...(ownFault === undefined ? {} : { ownFault }),
  }
}

export function matrixDocument(rows: readonly Row[], seconds: number): object {
  return {
    verdict: outcomeOfRows(rows),
    rows: rows.map(({ report, expected, known, why, asExpected }) => ({
      ...reportDocument(report),
      expected,
      known,
      why,
      asExpected,
    })),
    seconds: rounded(seconds),
  }
}

export function replayDocument(report: ReplayReport): object {
  const { plan, file, token, traceHash, stale, ended, determinism } = report
  return { ...reportDocument(report), file, token, traceHash, stale, ended, determinism, plan }
}

function findingDocument(finding: Finding): object {
  const {
    property,
    party,
    cause,
    says,
    token,
    file,
    plan,
    runs,
    seconds,
    control,
    shrunkIn,
    evidence,
    breaches,
    story,
  } = finding
  return {
    property,
    party,
    cause,
    says,
    token,
    file,
    plan,
    runs,
    seconds: rounded(seconds),
    control,
    shrunkIn: { runs: shrunkIn.runs, seconds: rounded(shrunkIn.seconds) },
    evidence,
    breaches,
    story: storyOf(story, evidence),
  }
}

const rounded = (seconds: number): number => Math.round(seconds * 1000) / 1000

export const printDocument = (document: object): string => `${JSON.stringify(document, null, 2)}\n`
