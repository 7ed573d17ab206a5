/**
 * Saves failing plans, each at once or not at all: written beside its place under another name, then renamed. The same plan has the
 * same name, so finding it again writes the same file.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { printPlan } from '../harness/plan/schema.ts'
import type { Finding, Report } from '../reports/report.ts'
import { verbOf } from '../reports/words/finding.ts'

/** Relative to the working directory. */
export const plansFolder = '.ackward/plans'

export interface Saved<R extends Report> {
  /** With the file of each finding; '' where it could not be saved. */
  readonly report: R
  /** One line per plan that could not be saved. */
  readonly warnings: readonly string[]
}

export function saveFindings<R extends Report>(report: R, cwd: string, folder = plansFolder): Saved<R> {
  const warnings: string[] = []
  const findings = report.findings.map((finding) => {
    try {
      return { ...finding, file: savePlan(finding, cwd, folder) }
    } catch (error) {
      const why = error instanceof Error ? error.message.split('\n')[0] : String(error)
      warnings.push(`the plan of ${finding.property} was not saved in ${folder} (${why}); its token replays it`)
      return { ...finding, file: '' }
    }
  })
  return { report: { ...report, findings }, warnings }
}

/** Answers the path as it is to be pasted: with forward slashes, relative to `cwd` unless `folder` is absolute. */
export function savePlan(finding: Pick<Finding, 'plan' | 'property'>, cwd: string, folder = plansFolder): string {
  const text = printPlan(finding.plan)
  const name = fileName(finding, text)
  const absolute = isAbsolute(folder) ? folder : join(cwd, folder)
  mkdirSync(absolute, { recursive: true })
  const temporary = join(absolute, `.${name}.${process.pid}.tmp`)
  try {
    writeFileSync(temporary, text)
    renameSync(temporary, join(absolute, name))
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
  return `${folder}/${name}`
}

/** `commit-before-loses-0a1b2c3d.json`. */
function fileName({ plan, property }: Pick<Finding, 'plan' | 'property'>, text: string): string {
  const scenario = plan.scenario
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60)
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 8)
  return `${scenario === '' ? 'plan' : scenario}-${verbOf(property)}-${hash}.json`
}
