/**
 * `ackward matrix`: every application under every promise that the repository states something about, within one budget of real time,
 * and whether each came out as expected.
 */
import { matrixDocument, printDocument } from '../reports/json.ts'
import type { Row } from '../reports/report.ts'
import { outcomeOfRows, rowOf, stoppedEarly } from '../reports/rows.ts'
import { matrixText } from '../reports/terminal.ts'
import type { Statement } from '../scenarios/matrix/index.ts'
import { type ExitCode, exitCodeOf, exitCodes } from './exit-codes.ts'
import { type AskedFaults, faultsAsked } from './faults.ts'
import type { Io } from './io.ts'
import { tellOwnFault } from './own-fault.ts'
import { type ProgressView, progressOn, progressWords } from './progress.ts'
import { saveFindings } from './save.ts'
import { scenarioCalled } from './scenario.ts'
import { nothing, searched } from './search.ts'
import type { Searching, Services } from './services.ts'

export interface MatrixArgs {
  readonly seed: string
  /** So many runs for each row, however long they take; without it, `seconds` are shared. */
  readonly runs?: number
  readonly seconds: number
  readonly faults?: AskedFaults
  readonly copies?: number
  readonly json: boolean
}

/** More than any budget allows. */
const manyRuns = 1_000_000
/** One shape for each of two threads: what must hold is tried so often where less time is left than `shortSeconds`. */
const fewRuns = 50
const shortSeconds = 1.5

export async function matrix(args: MatrixArgs, io: Io, services: Services): Promise<ExitCode> {
  const { matrixRows } = services
  for (const { scenario } of matrixRows) scenarioCalled(scenario, services)
  const started = io.nowMs()
  const searching = services.open(io.cwd)
  const view = progressOn(io)
  const rows = new Map<Statement, Row>()
  try {
    for (const [index, asked] of bySpeed(matrixRows).entries()) {
      rows.set(asked, await search(asked, index, { args, io, started, searching, view, rowCount: matrixRows.length }))
    }
  } finally {
    view.clear()
    await searching.close()
  }
  const inOrder = matrixRows.map((asked) => rows.get(asked)!)
  const seconds = (io.nowMs() - started) / 1000
  io.out(args.json ? printDocument(matrixDocument(inOrder, seconds)) : matrixText(inOrder, io.look))
  const ownFaults = inOrder.flatMap(({ report }) => report.ownFault ?? [])
  for (const ownFault of ownFaults) tellOwnFault(ownFault, io)
  return ownFaults.length > 0 ? exitCodes.ownFault : exitCodeOf({ verdict: outcomeOfRows(inOrder) })
}

/** What is expected to break ends at its first finding; the time that it leaves is for what must hold. */
function bySpeed(rows: readonly Statement[]): readonly Statement[] {
  const breaks = (row: Statement) => row.expected.length > 0
  return [...rows.filter(breaks), ...rows.filter((row) => !breaks(row))]
}

interface Context {
  readonly args: MatrixArgs
  readonly io: Io
  readonly started: number
  readonly searching: Searching
  readonly view: ProgressView
  readonly rowCount: number
}

async function search(asked: Statement, index: number, context: Context): Promise<Row> {
  const { args, io, searching, view, rowCount } = context
  const question = { scenario: asked.scenario, promise: asked.promise, seed: args.seed }
  if (io.signal.aborted) return rowOf(stoppedEarly(nothing(question), 'not searched: stopped by Ctrl-C'), asked)
  const spent = (): number => (io.nowMs() - context.started) / 1000
  // An even share of what is left; at least a moment, so that no row goes without a run.
  const share = Math.max(0.5, (args.seconds - spent()) / (rowCount - index))
  const report = await searched(searching, io, {
    ...question,
    ...faultsAsked(args.faults, asked.promise),
    ...(args.copies !== undefined && { copies: args.copies }),
    // Runs that were begun are made, so that a row takes longer than a short share.
    runs: args.runs ?? (asked.expected.length === 0 && share < shortSeconds ? fewRuns : manyRuns),
    ...(args.runs === undefined ? { budgetSeconds: share } : {}),
    onProgress: (progress) => {
      const ofRow = args.runs === undefined ? progress.seconds / share : progress.runs / progress.ofRuns
      const done = args.runs === undefined ? spent() / args.seconds : (index + Math.min(1, ofRow)) / rowCount
      view.show(done, `${index + 1} of ${rowCount}: ${progressWords(progress, args.runs !== undefined)}`)
    },
  })
  const saved = saveFindings(report, io.cwd)
  view.clear()
  for (const warning of saved.warnings) io.err(`ackward: ${warning}\n`)
  return rowOf(saved.report, asked)
}
