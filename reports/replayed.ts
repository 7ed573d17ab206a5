/** What replaying one plan showed, as a report of one run. */
import type { Plan } from '../harness/plan/plan.ts'
import type { Ended } from '../harness/run.ts'
import { properties } from '../properties/index.ts'
import { levelOf } from '../properties/level.ts'
import { causeOf } from '../scenarios/search/finding.ts'
import { ownFaultIn } from '../scenarios/search/own-fault.ts'
import type { Replayed } from '../scenarios/search/types.ts'
import type { Beside, Finding, Outcome, Report } from './report.ts'

export interface ReplayReport extends Report {
  readonly plan: Plan
  /** The file it was read from, or ''. */
  readonly file: string
  /** The token it was made from, or ''. */
  readonly token: string
  readonly traceHash: string
  /** What `beside` tells, in full. */
  readonly contracts: readonly Finding[]
  /** Why the plan no longer means what it did when it was saved; '' when it does. */
  readonly stale: string
  readonly ended: Ended
  readonly determinism: Replayed['determinism']
}

export interface ReplayedFrom {
  readonly plan: Plan
  readonly file: string
  readonly token: string
  readonly seconds?: number
}

export function reportOfReplay(replayed: Replayed, from: ReplayedFrom): ReplayReport {
  const { outcome, stale, determinism } = replayed
  const { plan, file, token, seconds = 0 } = from
  const violated = violatedIn(replayed, from)
  const findings = violated.filter(({ property }) => levelOf(property) === 'promise')
  const contracts = violated.filter(({ property }) => levelOf(property) === 'contract')
  const unknown = reasonsOf(replayed).map((why) => ({ why, runs: 1, token: '' }))
  const allowed = outcome.judgements.flatMap(({ property, verdict }) =>
    verdict.is === 'allowed' ? [{ property, by: verdict.by, runs: 1 }] : [],
  )
  const ownFault = ownFaultIn(outcome)
  const verdict: Outcome = findings.length > 0 ? 'violated' : unknown.length > 0 ? 'unknown' : 'held'
  return {
    scenario: plan.scenario,
    promise: plan.promise,
    seed: plan.seed,
    runs: 1,
    struck: countsOf(outcome.struck),
    struckRuns: countsOf([...new Set(outcome.struck)]),
    missed: countsOf(outcome.missed),
    verdict,
    hash: outcome.traceHash,
    findings,
    beside: contracts.map(besideOf),
    unknown,
    allowed,
    seconds,
    ...(ownFault === undefined ? {} : { ownFault }),
    plan,
    file,
    token,
    contracts,
    traceHash: outcome.traceHash,
    stale,
    ended: outcome.ended,
    determinism,
  }
}

/** A run that did not start, or that broke our own invariants, shows nothing of the application. */
function violatedIn({ outcome }: Replayed, { plan, file, token, seconds = 0 }: ReplayedFrom): readonly Finding[] {
  if (outcome.ended.by === 'entry' || outcome.ended.by === 'harness') return []
  return outcome.judgements.flatMap(({ property, verdict, breaches = [] }) => {
    if (verdict.is !== 'violated') return []
    const { party, evidence } = verdict
    const story = outcome.history ?? []
    const shrunkIn = { runs: 0, seconds: 0 }
    const control = null
    const says = properties.find(({ name }) => name === property)?.says ?? ''
    const cause = breaches[0] === undefined ? property : causeOf(breaches[0])
    return [
      {
        property,
        party,
        cause,
        says,
        token,
        plan,
        file,
        runs: 1,
        seconds,
        control,
        shrunkIn,
        evidence,
        breaches,
        story,
      },
    ]
  })
}

function besideOf({ property, party, cause, says, token, evidence, breaches }: Finding): Beside {
  return { property, party, cause, says, token, runs: 1, evidence: evidence[0]?.says ?? '', breaches }
}

function reasonsOf({ outcome, stale, determinism }: Replayed): readonly string[] {
  const { ended, judgements } = outcome
  const reasons = judgements.flatMap(({ property, verdict }) =>
    verdict.is === 'unknown' ? [`${property}: ${verdict.why}`] : [],
  )
  if (stale !== '') reasons.unshift(`the plan is stale: ${stale}`)
  if (!determinism.same) reasons.unshift(`two runs of this plan differ, first in: ${determinism.first}`)
  if (ended.by === 'entry') reasons.unshift(`the entry module of ${ended.process} did not start: ${ended.says}`)
  if (ended.by === 'limit' || ended.by === 'harness') reasons.unshift(ended.says)
  return reasons
}

function countsOf(kinds: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const kind of kinds) counts[kind] = (counts[kind] ?? 0) + 1
  return counts
}
