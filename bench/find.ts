/**
 * How soon each defect is found, over several root seeds: median and worst number of runs, seconds, the length of the shrunk plan, and
 * whether its replay shows the same with the same trace.
 *
 *     node --import tsx bench/find.ts [--seeds 10]
 */
import { parseArgs } from 'node:util'
import { matrixRows } from '../scenarios/matrix/index.ts'
import { findingName, isShown } from '../scenarios/search/finding.ts'
import { Searcher } from '../scenarios/search/index.ts'
import type { Finding } from '../scenarios/search/result.ts'
import { figures } from './figures.ts'

const { values } = parseArgs({ options: { seeds: { type: 'string', default: '10' } } })
const MAX_RUNS = 3_000

const searcher = new Searcher({ root: process.cwd() })
for (const { scenario, promise, expected } of matrixRows) {
  if (expected.length === 0) continue
  const found: Finding[] = []
  let replayed = 0
  for (let seed = 1; seed <= Number(values.seeds); seed++) {
    // What the client breaks leaves the question open, and the search goes on: so few runs will do where only the client is to blame.
    const runs = scenario === 'idempotent-producer' ? 300 : MAX_RUNS
    const { findings } = await searcher.search({ scenario, promise, seed: `root-${seed}`, runs, folder: '' })
    const finding = findings.find((one) => expected.includes(findingName(one)))
    if (finding === undefined) {
      console.log(`${scenario} asked for ${promise}: nothing found with seed root-${seed} in ${runs} runs`)
      continue
    }
    found.push(finding)
    const { outcome, stale, determinism } = await searcher.replayPlan(finding.plan)
    if (isShown(outcome.judgements, finding) && stale === '' && determinism.same) replayed++
  }
  const of = (figure: (finding: Finding) => number): string => figures(found.map(figure))
  console.log(
    `${scenario} asked for ${promise}: found with ${found.length} of ${values.seeds} seeds, replayed ${replayed}`,
  )
  console.log(
    `  runs ${of(({ runs }) => runs)}; seconds ${of(({ seconds }) => seconds)}; shrinking ${of(({ shrunkIn }) => shrunkIn.runs)} runs, ${of(({ shrunkIn }) => shrunkIn.seconds)} s`,
  )
  console.log(
    `  shrunk plan: faults ${of(({ plan }) => plan.faults.length)}; messages ${of(({ plan }) => plan.workload.length)}; processes ${of(({ plan }) => plan.processes.length)}`,
  )
  console.log(
    `  kinds: ${found.map(({ plan, party }) => `${plan.faults.map(({ kind }) => kind).join('+') || 'none'}/${party}`).join(', ')}`,
  )
}
await searcher.close()
