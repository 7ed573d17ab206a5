/** `ackward run <scenario>`: searches one application, up to its first finding. */
import type { Guarantee } from '../harness/plan/plan.ts'
import { printDocument, reportDocument } from '../reports/json.ts'
import type { Report } from '../reports/report.ts'
import { runText } from '../reports/terminal.ts'
import { type ExitCode, exitCodeOf } from './exit-codes.ts'
import { type AskedFaults, faultsAsked } from './faults.ts'
import type { Io } from './io.ts'
import { tellOwnFault } from './own-fault.ts'
import { progressOn, progressWords } from './progress.ts'
import { saveFindings } from './save.ts'
import { scenarioCalled } from './scenario.ts'
import { searched } from './search.ts'
import type { Services } from './services.ts'

export interface RunArgs {
  readonly scenario: string
  readonly seed: string
  readonly runs: number
  readonly promise?: Guarantee
  readonly faults?: AskedFaults
  readonly copies?: number
  readonly checkDeterminism: boolean
  readonly json: boolean
}

export async function run(args: RunArgs, io: Io, services: Services): Promise<ExitCode> {
  const { seed, runs, checkDeterminism, json } = args
  const scenario = scenarioCalled(args.scenario, services)
  const promise = args.promise ?? scenario.promise
  const view = progressOn(io)
  const searching = services.open(io.cwd)
  let found: Report
  try {
    found = await searched(searching, io, {
      scenario: scenario.name,
      promise,
      seed,
      runs,
      checkDeterminism,
      ...faultsAsked(args.faults, promise),
      ...(args.copies !== undefined && { copies: args.copies }),
      onProgress: (progress) => view.show(progress.runs / progress.ofRuns, progressWords(progress)),
    })
  } finally {
    view.clear()
    await searching.close()
  }
  const { report, warnings } = saveFindings(found, io.cwd)
  for (const warning of warnings) io.err(`ackward: ${warning}\n`)
  io.out(json ? printDocument(reportDocument(report)) : runText(report, io.look))
  if (report.ownFault !== undefined) tellOwnFault(report.ownFault, io)
  return exitCodeOf(report)
}
