/** Reports for people: a searched application, the matrix of all, a replayed plan. Pure; colours and width come in a `Look`. */

import { findingName } from '../scenarios/search/finding.ts'
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
import { controlWords, missedWords, nameOf, struckWords } from './words/finding.ts'
import { guaranteeWords } from './words/guarantee.ts'
import { faultsOf, sizeOfPlan } from './words/plan.ts'
import { counted, duration, listed } from './words/text.ts'

/** One finding alone: what a failing `trial()` throws. */
export const findingText = (finding: Finding, look: Look): string => findingLines(finding, look).join('\n')

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
  const { findings, contracts, scenario, promise, plan, file, token } = report
  const told = findings.length > 0 ? findings : contracts
  return joined([
    ...paragraph(look, `${scenario}, asked for ${promise}: replay of ${file || token}`, 0, 'bold'),
    '',
    ...planLines(plan, look),
    '',
    ...findings.flatMap((one) => [...violatedLines(one, look), ...evidenceLines(one.evidence, look), '']),
    ...contracts.flatMap((one) => [...violatedLines(one, look, besides), ...evidenceLines(one.evidence, look), '']),
    ...(told.length > 0
      ? [
          ...storyLines(
            told[0]!.story,
            told.flatMap(({ evidence }) => evidence),
            look,
          ),
          '',
        ]
      : []),
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
  const { report, expected } = row
  const isExpected = (finding: Finding) => expected.includes(findingName(finding))
  const inOrder = [...report.findings.filter(isExpected), ...report.findings.filter((one) => !isExpected(one))]
  return [
    ...paragraph(look, `${report.scenario}, asked for ${report.promise}`, 0, 'bold'),
    ...labelled(look, [
      { label: 'verdict', text: report.verdict === 'unknown' ? 'unknown' : verdictOf(report), style: styleOf(report) },
      { label: 'expected', ...judged(row) },
      { label: 'runs', text: `${counted(report.runs, 'run')} in ${duration(report.seconds * 1000)}` },
      { label: 'struck', text: struckWords(report) },
      ...guaranteeFacts(report),
      ...unknownFacts(report),
      ...inOrder.flatMap((finding) => foundIn(finding, look)),
    ]),
  ]
}

function judged(row: Row): Omit<LabelledText, 'label'> {
  const { report, expected, known, why, asExpected } = row
  if (!asExpected) return { text: `NO: it ${expectedOf(row)}, as ${why}`, style: 'red' }
  const found = report.findings.map(findingName)
  const besides = listed(known.filter((name) => found.includes(name) && !expected.includes(name)).map(violationWords))
  return {
    text: besides === '' ? `yes: ${why}` : `yes: ${why}; that it violates ${besides}, is known (docs/kafkajs.md)`,
  }
}

function foundIn({ plan, evidence, file, token, ...finding }: Finding, look: Look): readonly LabelledText[] {
  const below = finding.breaches.filter(({ party }) => party !== 'application')
  const control = controlWords({ plan, ...finding })
  return [
    { label: 'found', text: `${nameOf(finding)}, with ${sizeOfPlan(plan)}` },
    ...below.map(({ says }) => ({ label: 'broken', text: says })),
    ...faultsOf(plan),
    { label: 'so', text: evidence[0]?.says ?? '' },
    ...(control === '' ? [] : [{ label: 'control', text: control }]),
    { label: 'replay', text: look.replayLine(file || token), isWhole: true },
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

/** `property/party` in words. */
function violationWords(name: string): string {
  const [property, party] = name.split('/') as [string, Finding['party']]
  return nameOf({ property, party })
}

const expectedOf = ({ expected }: Row): string =>
  expected.length === 0 ? 'should hold' : `should violate ${expected.map(violationWords).join(' or ')}`

function cameOut({ report, expected, known }: Row): string {
  const surprises = report.findings.map(findingName).filter((name) => ![...expected, ...known].includes(name))
  if (surprises.length > 0) return `violated ${listed(surprises.map(violationWords))}`
  const undecided = report.unknown.reduce((sum, { runs }) => sum + runs, 0)
  if (undecided > 0) return `has ${counted(undecided, 'run')} without a verdict`
  return report.runs === 0 ? 'was not searched' : 'did not'
}

function factsOf(report: Report): readonly LabelledText[] {
  const missed = missedWords(report)
  return [
    { label: 'runs', text: `${counted(report.runs, 'run')} in ${duration(report.seconds * 1000)}` },
    { label: 'struck', text: struckWords(report) },
    ...(missed === '' ? [] : [{ label: 'not reached', text: missed }]),
    ...allowedFacts(report),
    ...besideFacts(report),
    ...guaranteeFacts(report),
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

const besides = 'Broken besides, which decides nothing'

function besideFacts({ beside }: Report): readonly LabelledText[] {
  return beside.map(({ evidence, runs, token, ...one }) => {
    return { label: 'besides', text: `${nameOf(one)}, in ${counted(runs, 'run')}: ${evidence}; first in ${token}` }
  })
}

function allowedFacts({ allowed }: Report): readonly LabelledText[] {
  return allowed.map(({ property, by, runs }) => ({
    label: 'allowed',
    text: `${property}: ${by} (${counted(runs, 'run')})`,
  }))
}

/** The most frequent few: they differ in names more often than in kind. */
function unknownFacts({ unknown }: Report): readonly LabelledText[] {
  const most = 3
  const sorted = [...unknown].sort((a, b) => b.runs - a.runs)
  const rest = sorted.slice(most)
  const runs = rest.reduce((sum, one) => sum + one.runs, 0)
  return [
    ...sorted.slice(0, most).map(({ why, runs, token }) => {
      const told = runs > 1 ? `${why} (${counted(runs, 'run')})` : why
      return token === '' ? told : `${told}; first in ${token}`
    }),
    ...(rest.length > 0 ? [`${counted(rest.length, 'more reason')} (${counted(runs, 'run')})`] : []),
  ].map((text) => ({ label: 'unknown', text, style: 'yellow' }))
}

const guaranteeFacts = ({ guarantee }: Report): readonly LabelledText[] =>
  guarantee === undefined ? [] : [{ label: 'really', text: guaranteeWords(guarantee) }]

const verdictLines = (report: Report, look: Look): readonly string[] =>
  paragraph(look, `${capital(verdictOf(report))}.`, 0, styleOf(report))

function verdictOf({ verdict, findings, runs, unknown }: Report): string {
  if (verdict === 'violated') return `violated: ${[...new Set(findings.map(nameOf))].join('; ') || 'see above'}`
  if (verdict === 'held') return `held over ${counted(runs, 'run')}`
  return `unknown: ${unknown[0]?.why.replace(/\.$/, '') ?? 'no run was made'}`
}

const styleOf = ({ verdict }: Report) => (verdict === 'held' ? 'green' : verdict === 'violated' ? 'red' : 'yellow')

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

const joined = (lines: readonly string[]): string => `${lines.join('\n')}\n`
