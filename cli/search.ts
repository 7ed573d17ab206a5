/** One search, until it ends or Ctrl-C is pressed; then the report says that it was stopped, and how far it got. */
import type { Guarantee } from '../harness/plan/plan.ts'
import type { Report } from '../reports/report.ts'
import { stoppedEarly } from '../reports/rows.ts'
import { counted } from '../reports/words/text.ts'
import type { Progress, SearchOptions } from '../scenarios/search/types.ts'
import { stopped, unlessStopped } from './interrupt.ts'
import type { Io } from './io.ts'
import type { Searching } from './services.ts'

export type Asked = Omit<SearchOptions, 'folder' | 'signal' | 'promise'> & { readonly promise: Guarantee }

export async function searched(searching: Searching, io: Io, asked: Asked): Promise<Report> {
  let last: Progress | undefined
  const started = io.nowMs()
  const work = searching.search({
    ...asked,
    // Plans are saved once the search is over, by the room that may write files.
    folder: '',
    signal: io.signal,
    onProgress: (progress) => {
      last = progress
      asked.onProgress?.(progress)
    },
  })
  const report = await unlessStopped(work, io.signal)
  if (report !== stopped)
    return io.signal.aborted ? stoppedEarly(report, `stopped by Ctrl-C after ${counted(report.runs, 'run')}`) : report
  const runs = last?.runs ?? 0
  const found = last !== undefined && last.findings > 0 ? ', while shrinking what was found' : ''
  return stoppedEarly(
    nothing(asked, runs, (io.nowMs() - started) / 1000),
    `stopped by Ctrl-C after ${counted(runs, 'run')}${found}`,
  )
}

/** A report of which only the question is known. */
export function nothing(
  { scenario, promise, seed }: Pick<Asked, 'scenario' | 'promise' | 'seed'>,
  runs = 0,
  seconds = 0,
): Report {
  return {
    scenario,
    promise,
    seed,
    runs,
    struck: {},
    struckRuns: {},
    missed: {},
    verdict: 'unknown',
    hash: '',
    findings: [],
    beside: [],
    unknown: [],
    allowed: [],
    seconds,
  }
}
