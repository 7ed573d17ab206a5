/** `ackward replay <plan.json | token>`: makes one run again, twice, and tells it in full. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { shown } from '../harness/plan/error.ts'
import type { Plan } from '../harness/plan/plan.ts'
import { parsePlan } from '../harness/plan/schema.ts'
import { looksLikeToken, parseToken } from '../harness/plan/token.ts'
import { printDocument, replayDocument } from '../reports/json.ts'
import { reportOfReplay } from '../reports/replayed.ts'
import { replayText } from '../reports/terminal.ts'
import { type ExitCode, exitCodeOf, exitCodes } from './exit-codes.ts'
import { stopped, unlessStopped } from './interrupt.ts'
import type { Io } from './io.ts'
import { tellOwnFault } from './own-fault.ts'
import { plansFolder } from './save.ts'
import { scenarioCalled } from './scenario.ts'
import type { Searching, Services } from './services.ts'
import { UsageError } from './usage.ts'

export interface ReplayArgs {
  /** A file, or a token. */
  readonly what: string
  readonly json: boolean
}

export async function replay({ what, json }: ReplayArgs, io: Io, services: Services): Promise<ExitCode> {
  const isToken = looksLikeToken(what)
  // Before any thread is started: what is wrong with the argument is the first thing to hear.
  const read = isToken ? undefined : readPlan(what, io.cwd)
  if (isToken) scenarioCalled(parseToken(what).scenario, services)
  const started = io.nowMs()
  const searching = services.open(io.cwd)
  try {
    const made = await unlessStopped(replayed(searching, read, what, io.cwd), io.signal, 0)
    if (made === stopped) {
      io.err('ackward: stopped by Ctrl-C before the run was over\n')
      return exitCodes.unknown
    }
    const where = isToken ? { file: '', token: what } : { file: what, token: '' }
    const seconds = (io.nowMs() - started) / 1000
    const report = reportOfReplay(made.replayed, { plan: made.plan, ...where, seconds })
    io.out(json ? printDocument(replayDocument(report)) : replayText(report, io.look))
    if (report.ownFault !== undefined) tellOwnFault(report.ownFault, io)
    return exitCodeOf(report)
  } finally {
    await searching.close()
  }
}

async function replayed(searching: Searching, read: Plan | undefined, token: string, root: string) {
  const plan = read ?? (await searching.planOf(token))
  return { plan, replayed: await searching.replayPlan(plan, { root }) }
}

function readPlan(file: string, cwd: string): Plan {
  let text: string
  try {
    text = readFileSync(resolve(cwd, file), 'utf8')
  } catch (error) {
    throw new UsageError(`${shown(file)} ${whyUnread(error)}`)
  }
  return parsePlan(text, file)
}

function whyUnread(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return `is neither a file nor a token; saved plans are in ${plansFolder}/`
  if (code === 'EISDIR') return 'is a folder; give one of the plans in it'
  return `could not be read (${code || 'unknown reason'}); give a plan that ackward saved`
}
