/** One finding in full: what broke, the shrunk plan, the evidence, the time line, and the line to paste. */

import type { Op } from '../../harness/history/op.ts'
import type { Plan } from '../../harness/plan/plan.ts'
import type { Evidence } from '../../properties/property.ts'
import type { Finding } from '../report.ts'
import { adviceOf, promisesOf } from '../words/breach.ts'
import { controlWords, nameOf } from '../words/finding.ts'
import { sizeOfPlan, wordsOfPlan } from '../words/plan.ts'
import { counted, duration, ordinal } from '../words/text.ts'
import { labelled, paragraph } from './layout.ts'
import type { Look } from './paint.ts'
import { timelineLines } from './timeline.ts'

export function findingLines(finding: Finding, look: Look): readonly string[] {
  const { evidence, story, plan } = finding
  return [
    ...violatedLines(finding, look),
    ...paragraph(look, howFound(finding), 2),
    '',
    ...planLines(plan, look),
    '',
    ...heading(look, 'Evidence'),
    ...evidenceLines(evidence, look),
    '',
    ...storyLines(story, evidence, look),
    '',
    ...heading(look, 'Replay it'),
    ...replayLines(finding, look),
  ]
}

/** What broke, and whose promise it was. */
export function violatedLines(finding: Finding, look: Look, verdict = 'Violated'): readonly string[] {
  return [
    ...paragraph(look, `${verdict}: ${nameOf(finding)}`, 0, verdict === 'Violated' ? 'red' : 'yellow'),
    ...promisesOf(finding).flatMap((line) => paragraph(look, line, 2)),
    ...adviceOf(finding).flatMap((advice) => paragraph(look, `What you can do: ${advice}`, 2)),
  ]
}

export const planLines = (plan: Plan, look: Look): readonly string[] => [
  ...heading(look, `The plan: ${sizeOfPlan(plan)}`),
  ...labelled(look, wordsOfPlan(plan)),
]

export const evidenceLines = (evidence: readonly Evidence[], look: Look): readonly string[] =>
  evidence.flatMap(({ says }) => paragraph(look, says, 2))

export const storyLines = (story: readonly Op[], evidence: readonly Evidence[], look: Look): readonly string[] => [
  ...heading(look, 'Time line (virtual time; > marks the evidence)'),
  ...timelineLines(look, story, evidence),
]

/** The lines to paste, unwrapped. The file has the shrunk plan; the token makes the run again in which it was found. */
export function replayLines({ file, token }: Pick<Finding, 'file' | 'token'>, look: Look): readonly string[] {
  const [shrunk, whole] = [file, token].map((what) => (what === '' ? '' : look.replayLine(what))) as [string, string]
  const first = `  ${look.paint('bold', shrunk || whole)}`
  if (shrunk === '' || whole === '') return [first]
  return [first, ...paragraph(look, 'or, before it was shrunk:', 2, 'dim'), `  ${whole}`]
}

export const heading = (look: Look, text: string): readonly string[] => paragraph(look, text, 0, 'bold')

function howFound(finding: Finding): string {
  const { runs, seconds, shrunkIn } = finding
  const found = `Found in the ${ordinal(runs)} run, after ${duration(seconds * 1000)}`
  if (shrunkIn.runs === 0) return `${found}; not shrunk.`
  const shrunk = `${found}; shrunk in ${counted(shrunkIn.runs, 'run')} and ${duration(shrunkIn.seconds * 1000)}.`
  return [shrunk, controlWords(finding)].join(' ').trimEnd()
}
