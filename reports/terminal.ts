/** Reports for people: a searched application, the matrix of all, a replayed plan. Pure; colours and width come in a `Look`. */

import type { ReplayReport } from './replayed.ts'
import type { Finding, Report, Row } from './report.ts'
import {
  evidenceLines,
  findingLines,
  heading,
  planLines,
  replayLines,
  storyLines,
  violatedLines,
} from './terminal/finding.ts'
import { type LabelledText, labelled, paragraph } from './terminal/layout.ts'
import type { Look } from './terminal/paint.ts'
import { wordsOfFault } from './words/fault.ts'
import { missedWords, nameOf, struckWords } from './words/finding.ts'
import { sizeOfPlan } from './words/plan.ts'
import { counted, duration, listed } from './words/text.ts'

export { findingLines } from './terminal/finding.ts'

/** What `ackward run` prints. The last line is the verdict. */
export function runText(report: Report, look: Look): string {
  const { findings, scenario, promise, seed } = report
  return joined([
    ...paragraph(look, `${scenario}, asked for ${promise}, seed ${seed}`, 0, 'bold'),
    '',
    ...labelled(look, factsOf(report)),
    '',
    ...findings.flatMap((finding) => [...findingLines(finding, look), '']),
    ...verdictLines(report, look),
  ])
}

/** What `ackward replay` prints. */
export function replayText(report: ReplayReport, look: Look): string {
  const { findings, scenario, promise, plan, file, token } = report
  const all = findings.flatMap(({ evidence }) => evidence)
  const told = (finding: Finding) => [...violatedLines(finding, look), ...evidenceLines(finding.evidence, look), '']
  return joined([
    ...paragraph(look, `${scenario}, asked for ${promise}: replay of ${file || token}`, 0, 'bold'),
    '',
    ...planLines(plan, look),
    '',
    ...findings.flatMap(told),
    ...(findings.length > 0 ? [...storyLines(findings[0]!.story, all, look), ''] : []),
    ...labelled(look, replayFacts(report)),
    '',
    ...heading(look, 'Replay it'),
    ...replayLines(report, look),
    '',
    ...verdictLines(report, look),
  ])
}

/** What `ackward matrix` prints. The last line says whether everything came out as expected. */
export function matrixText(rows: readonly Row[], look: Look): string {
  return joined([...rows.flatMap((row) => [...rowLines(row, look), '']), ...lastLine(rows, look)])
}

function rowLines(row: Row, look: Look): readonly string[] {
  const { report, why, asExpected } = row
  const [finding] = report.findings
  const expected = asExpected
    ? { text: `yes: ${why}` }
    : { text: `NO: it ${expectedOf(row)}, as ${why}`, style: 'red' as const }
  return [
    ...paragraph(look, `${report.scenario}, asked for ${report.promise}`, 0, 'bold'),
    ...labelled(look, [
      { label: 'verdict', text: report.verdict === 'unknown' ? 'unknown' : verdictOf(report), style: styleOf(report) },
      { label: 'runs', text: `${counted(report.runs, 'run')} in ${duration(report.seconds * 1000)}` },
      { label: 'struck', text: struckWords(report) },
      ...(finding === undefined ? [] : foundIn(finding)),
      ...unknownFacts(report),
      { label: 'expected', ...expected },
      ...(finding === undefined
        ? []
        : [{ label: 'replay', text: look.replayLine(finding.file || finding.token), isWhole: true }]),
    ]),
  ]
}

function foundIn({ plan, evidence }: Finding): readonly LabelledText[] {
  return [
    { label: 'when', text: listed(plan.faults.map(wordsOfFault)) || 'nothing goes wrong at all' },
    { label: 'so', text: evidence[0]?.says ?? '' },
    { label: 'plan', text: sizeOfPlan(plan) },
  ]
}

function lastLine(rows: readonly Row[], look: Look): readonly string[] {
  const wrong = rows.filter(({ asExpected }) => !asExpected)
  if (wrong.length === 0) return paragraph(look, `All ${rows.length} came out as expected.`, 0, 'green')
  const names = wrong.map(
    (row) => `${row.report.scenario} asked for ${row.report.promise} ${expectedOf(row)}, ${cameOut(row)}`,
  )
  return paragraph(look, `Not as expected: ${wrong.length} of ${rows.length}: ${names.join('; ')}.`, 0, 'red')
}

const expectedOf = ({ expected }: Row): string =>
  expected.length === 0 ? 'should hold' : `should violate ${expected.join(' or ')}`

const cameOut = ({ report }: Row): string =>
  report.findings.length > 0
    ? `violated ${listed(report.findings.map(({ property }) => property))}`
    : report.verdict === 'held'
      ? 'held'
      : 'is unknown'

function factsOf(report: Report): readonly LabelledText[] {
  const missed = missedWords(report)
  return [
    { label: 'runs', text: `${counted(report.runs, 'run')} in ${duration(report.seconds * 1000)}` },
    { label: 'struck', text: struckWords(report) },
    ...(missed === '' ? [] : [{ label: 'not reached', text: missed }]),
    ...allowedFacts(report),
    ...unknownFacts(report),
    { label: 'hash', text: report.hash },
  ]
}

function replayFacts(report: ReplayReport): readonly LabelledText[] {
  const { determinism, traceHash } = report
  const missed = missedWords(report)
  return [
    { label: 'struck', text: struckWords(report) },
    ...(missed === '' ? [] : [{ label: 'not reached', text: missed }]),
    ...allowedFacts(report),
    ...unknownFacts(report),
    { label: 'trace', text: `${traceHash}${determinism.same ? ', the same twice' : ''}` },
  ]
}

function allowedFacts({ allowed }: Report): readonly LabelledText[] {
  return allowed.map(({ property, by, runs }) => ({
    label: 'allowed',
    text: `${property}: ${by} (${counted(runs, 'run')})`,
  }))
}

function unknownFacts({ unknown }: Report): readonly LabelledText[] {
  return unknown.map(({ why, runs }) => {
    return { label: 'unknown', text: runs > 1 ? `${why} (${counted(runs, 'run')})` : why, style: 'yellow' as const }
  })
}

const verdictLines = (report: Report, look: Look): readonly string[] =>
  paragraph(look, `${capital(verdictOf(report))}.`, 0, styleOf(report))

function verdictOf({ verdict, findings, runs, unknown }: Report): string {
  if (verdict === 'violated') return `violated: ${findings.map(nameOf).join('; ') || 'see above'}`
  if (verdict === 'held') return `held over ${counted(runs, 'run')}`
  return `unknown: ${unknown[0]?.why.replace(/\.$/, '') ?? 'no run was made'}`
}

const styleOf = ({ verdict }: Report) => (verdict === 'held' ? 'green' : verdict === 'violated' ? 'red' : 'yellow')

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

const joined = (lines: readonly string[]): string => `${lines.join('\n')}\n`
