/**
 * What of its contract a client breaks, over several root seeds: every sentence that any scenario with its default faults shows to be
 * broken by the client, told apart by the sentence and by what struck the shrunk plan. For each: how
 * many seeds found it, after how many runs, how small the plan became, whether the replay and the plan without faults agree.
 *
 *     node --import tsx bench/defects.ts [scenario…] [--seeds 10] [--runs 200] [--save <folder>]
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { callName } from '../harness/faults/anchors.ts'
import type { Plan } from '../harness/plan/plan.ts'
import { printPlan } from '../harness/plan/schema.ts'
import { scenarios } from '../scenarios/index.ts'
import { isShown } from '../scenarios/search/finding.ts'
import { Searcher } from '../scenarios/search/index.ts'
import type { Finding } from '../scenarios/search/result.ts'
import { figures } from './figures.ts'

const { values, positionals: names } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string', default: '10' },
    runs: { type: 'string', default: '200' },
    save: { type: 'string', default: '' },
  },
})

interface Seen {
  readonly seed: number
  readonly scenario: string
  readonly finding: Finding
  readonly struckBy: string
  readonly isReplayed: boolean
  readonly isCalm: boolean
}

const searcher = new Searcher({ root: process.cwd() })
const seen: Seen[] = []
for (let seed = 1; seed <= Number(values.seeds); seed++) {
  for (const { name } of scenarios) {
    if (names.length > 0 && !names.includes(name)) continue
    const { findings, runs, seconds } = await searcher.search({
      scenario: name,
      seed: `root-${seed}`,
      runs: Number(values.runs),
      folder: '',
      keepGoing: true,
      contracts: true,
    })
    const own = findings.filter(({ party }) => party === 'client')
    for (const finding of own) {
      const { outcome, stale, determinism } = await searcher.replayPlan(finding.plan)
      const isReplayed = isShown(outcome.judgements, finding) && stale === '' && determinism.same
      const { saved: _, ...unsaved } = finding.plan
      const calm = await searcher.replayPlan({ ...unsaved, faults: [], delays: [] })
      const isCalm = !isShown(calm.outcome.judgements, finding)
      seen.push({ seed, scenario: name, finding, struckBy: struckBy(finding.plan), isReplayed, isCalm })
      save(finding.plan, `${finding.cause.replace('/', '-')}-${name}-${seed}`)
    }
    console.error(`root-${seed} ${name}: ${runs} runs, ${own.length} findings of the client, ${Math.round(seconds)} s`)
  }
}
await searcher.close()

for (const [cause, ones] of groups(seen, ({ finding }) => finding.cause)) {
  const says = ones[0]!.finding.breaches[0]?.says
  console.log(`\n${cause}: ${says}`)
  console.log(
    `  seeds ${new Set(ones.map(({ seed }) => seed)).size}; scenarios ${[...new Set(ones.map(({ scenario }) => scenario))].join(', ')}`,
  )
  console.log(`  runs until found in its best scenario: ${figures(firstRuns(ones))}`)
  console.log(
    `  faults ${figures(ones.map(({ finding }) => finding.plan.faults.length))}; messages ${figures(ones.map(({ finding }) => finding.plan.workload.length))}; shrinking ${figures(ones.map(({ finding }) => finding.shrunkIn.seconds))} s`,
  )
  console.log(
    `  replayed ${ones.filter(({ isReplayed }) => isReplayed).length} of ${ones.length}; without faults gone ${ones.filter(({ isCalm }) => isCalm).length} of ${ones.length}`,
  )
  for (const [how, some] of groups(ones, (one) => one.struckBy)) {
    const [{ finding, scenario, seed }] = some as [Seen, ...Seen[]]
    console.log(
      `    ${some.length} by ${how}; ${finding.token} (${scenario}, seed ${seed}): ${finding.evidence[0]?.says}`,
    )
  }
  console.log(`  what to do: ${ones[0]!.finding.breaches[0]?.advice ?? 'nothing is known'}`)
}

/** For each seed, the fewest runs in any scenario. */
function firstRuns(ones: readonly Seen[]): readonly number[] {
  return [...groups(ones, ({ seed }) => String(seed)).values()].map((some) =>
    Math.min(...some.map(({ finding }) => finding.runs)),
  )
}

/** What struck, and in the middle of what. */
function struckBy({ faults }: Plan): string {
  if (faults.length === 0) return 'no fault'
  return faults
    .map(({ kind, at }) => `${kind} ${at.point === 'before' ? 'before' : 'after'} ${callName(at.call)}`)
    .join(' + ')
}

function groups<T>(all: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const by = new Map<string, T[]>()
  for (const one of all) by.set(keyOf(one), [...(by.get(keyOf(one)) ?? []), one])
  return by
}

function save(plan: Plan, name: string): void {
  if (values.save === '') return
  mkdirSync(values.save, { recursive: true })
  writeFileSync(join(values.save, `${name}.json`), printPlan(plan))
}
