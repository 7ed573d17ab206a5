/**
 * Saves the kept plans anew, after a change that was meant to change traces: a plan that still shows its finding gets its new trace
 * hash; one that does not is named and left as it is.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { parsePlan, printPlan } from '../harness/plan/schema.ts'
import { brokenIn, findingName } from '../scenarios/search/finding.ts'
import { Searcher } from '../scenarios/search/index.ts'

const folder = new URL('../scenarios/regressions/', import.meta.url)
const searcher = new Searcher({ root: process.cwd() })
for (const name of readdirSync(folder)) {
  const file = new URL(name, folder)
  const plan = parsePlan(readFileSync(file, 'utf8'), name)
  const { outcome } = await searcher.replayPlan(plan)
  const finding = plan.saved?.finding
  const cause = plan.saved?.cause
  const shows = brokenIn(outcome.judgements).some(
    (one) => findingName(one) === finding && (cause === undefined || one.cause === cause),
  )
  if (!shows || plan.saved === undefined || outcome.missed.length > 0) {
    console.log(`${name}: no longer shows ${finding}; left as it is`)
    process.exitCode = 1
  } else if (plan.saved.traceHash !== outcome.traceHash) {
    writeFileSync(file, printPlan({ ...plan, saved: { ...plan.saved, traceHash: outcome.traceHash } }))
    console.log(`${name}: saved anew`)
  }
}
await searcher.close()
