/**
 * `trial()`: a search as a test. It passes when the application keeps what it promises under every fault that was drawn, and fails with
 * the shrunk plan in an operator's words, the evidence, a time line and the line that replays it.
 */
import { readFileSync } from 'node:fs'
import { saveFindings } from '../cli/save.ts'
import { isUsage } from '../cli/usage.ts'
import type { Json, Plan } from '../harness/plan/plan.ts'
import { parsePlan } from '../harness/plan/schema.ts'
import { looksLikeToken } from '../harness/plan/token.ts'
import { reportOfReplay } from '../reports/replayed.ts'
import type { Report } from '../reports/report.ts'
import { type Look, plain } from '../reports/terminal/paint.ts'
import { replayText, runText } from '../reports/terminal.ts'
import { Searcher } from '../scenarios/search/index.ts'
import { TrialError } from './check.ts'
import type { TrialOptions } from './options.ts'
import { runner } from './runner.ts'
import { kindsOf, shapeOf } from './shape.ts'

const DEFAULT_SEED = 'ackward'
const DEFAULT_RUNS = 200
/** The search has no limit of real time: a slow machine makes the same runs. This ends a test that hangs. */
const TIMEOUT_MS = 600_000
const COLUMNS = 110

/** The name of a test, and which file it is in, for the line to paste. */
interface Where {
  readonly name: string
  readonly file: string
}

export function trial<Value extends Json>(name: string, options: TrialOptions<Value>): void {
  const file = callerOf(trial)
  runner().test(name, { timeout: TIMEOUT_MS }, async () => {
    const failure = await attempt({ name, file }, options, process.cwd(), process.env.ACKWARD_REPLAY)
    if (failure !== undefined) throw failure
  })
}

/** Runs a trial; the error that its test fails with, or nothing when it holds. */
export async function attempt<Value extends Json>(
  where: Where,
  options: TrialOptions<Value>,
  root: string,
  replay?: string,
): Promise<Error | undefined> {
  const shape = shapeOf(where.name, options, root)
  const kinds = kindsOf(options.faults)
  const look: Look = {
    paint: plain,
    columns: COLUMNS,
    replayLine: (what) => (looksLikeToken(what) ? '' : replayLine(where, what)),
  }
  const searcher = new Searcher({ root })
  try {
    if (replay !== undefined && replay !== '') return await replayed(searcher, where, replay, look)
    const report = await searcher.searchIn(
      { name: where.name, promise: options.promises, source: { shape, kinds } },
      { scenario: where.name, seed: options.seed ?? DEFAULT_SEED, runs: options.runs ?? DEFAULT_RUNS, folder: '' },
    )
    const saved = saveFindings(report, root)
    return failureOf(saved.report, runText(saved.report, look))
  } catch (error) {
    throw isUsage(error) ? new TrialError(error.message, { cause: error }) : error
  } finally {
    await searcher.close()
  }
}

async function replayed(searcher: Searcher, where: Where, file: string, look: Look): Promise<Error | undefined> {
  const plan: Plan = parsePlan(read(file), file)
  // Every trial of a file sees the variable; only the one that the plan is of replays it.
  if (plan.scenario !== where.name) return undefined
  const report = reportOfReplay(await searcher.replayPlan(plan), { plan, file, token: '' })
  return failureOf(report, replayText(report, look))
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    throw new TrialError(`ACKWARD_REPLAY names a file that cannot be read: ${file}; it is relative to ${process.cwd()}`)
  }
}

function failureOf(report: Report, text: string): Error | undefined {
  if (report.verdict === 'held' && report.ownFault === undefined) return undefined
  const own = `This is ackward's own fault, not that of the code under test: ${report.ownFault}. Please report it.`
  const error = new Error(report.ownFault === undefined ? text : `${own}\n\n${text}`)
  error.name = report.ownFault !== undefined ? 'OwnFault' : report.verdict === 'violated' ? 'Violated' : 'Unknown'
  // The stack of the harness says nothing of the application; the text does.
  error.stack = `${error.name}: ${error.message}`
  return error
}

function replayLine({ name, file }: Where, what: string): string {
  return `ACKWARD_REPLAY=${what} npx vitest run ${file} -t ${quoted(name)}`
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

/** The test file that called: the first frame below `below`, relative to where the tests run. */
function callerOf(below: (...args: never[]) => unknown): string {
  const holder: { stack?: string } = {}
  Error.captureStackTrace(holder, below)
  const frame = holder.stack?.split('\n')[1] ?? ''
  const path = /(?:file:\/\/)?(\/[^():]+|[A-Za-z]:[^():]+):\d+:\d+/.exec(frame)?.[1] ?? ''
  const here = `${process.cwd()}/`
  return path.startsWith(here) ? path.slice(here.length) : path
}

export { TrialError } from './check.ts'
export type { TrialOptions } from './options.ts'
