/** Adds runs up to a report. */
import { createHash } from 'node:crypto'
import type { FaultKind } from '../../harness/plan/plan.ts'
import { type Token, tokenOf } from '../../harness/plan/token.ts'
import { type GuaranteeTally, inferGuarantee, noRuns, withRun } from '../../properties/guarantee.ts'
import { levelOf } from '../../properties/level.ts'
import type { Breach, Party } from '../../properties/property.ts'
import { causeOf } from './finding.ts'
import type { RunRecord } from './jobs.ts'
import { ownFaultIn } from './own-fault.ts'
import type { Finding, Report } from './result.ts'

interface Broken {
  readonly property: string
  readonly party: Party
  readonly cause: string
  readonly index: number
  readonly evidence: string
  readonly breaches: readonly Breach[]
  runs: number
}

interface Allowed {
  readonly property: string
  readonly by: string
  runs: number
}

export class Tally {
  runs = 0
  private guarantee: GuaranteeTally = noRuns
  /** Set when the search cannot go on: the entry module does not start, the harness itself failed. */
  stop: { readonly by: 'entry' | 'harness'; readonly says: string; readonly index: number } | undefined
  private readonly hash = createHash('sha256')
  private readonly struck = new Map<FaultKind['kind'], number>()
  private readonly struckRuns = new Map<FaultKind['kind'], number>()
  private readonly missed = new Map<FaultKind['kind'], number>()
  private readonly unknown = new Map<string, { runs: number; readonly index: number }>()
  private readonly allowed = new Map<string, Allowed>()
  private readonly broken = new Map<string, Broken>()

  /** `index`: the number of the run in the whole search. */
  add(record: RunRecord, index: number): void {
    this.runs++
    this.hash.update(record.traceHash)
    for (const kind of record.struck) count(this.struck, kind)
    for (const kind of new Set(record.struck)) count(this.struckRuns, kind)
    for (const kind of record.missed) count(this.missed, kind)
    for (const why of unknowns(record)) {
      const seen = this.unknown.get(why)
      if (seen === undefined) this.unknown.set(why, { runs: 1, index })
      else seen.runs++
    }
    for (const { property, verdict, breaches = [] } of record.judgements) {
      if (verdict.is === 'violated' && levelOf(property) === 'contract') {
        const { party } = verdict
        for (const breach of breaches) {
          const cause = causeOf(breach)
          const key = `${party} ${cause}`
          const seen = this.broken.get(key)
          const shown = verdict.evidence.find(({ clause }) => clause === breach.clause) ?? verdict.evidence[0]
          const evidence = shown?.says ?? ''
          if (seen === undefined)
            this.broken.set(key, { property, party, cause, index, evidence, breaches: [breach], runs: 1 })
          else seen.runs++
        }
      }
      if (verdict.is !== 'allowed') continue
      const key = `${property}/${verdict.by}`
      const seen = this.allowed.get(key)
      if (seen === undefined) this.allowed.set(key, { property, by: verdict.by, runs: 1 })
      else seen.runs++
    }
    const { ended } = record
    if (ended.by === 'rest') this.guarantee = withRun(this.guarantee, record.struck.length, record.effects)
    if (ended.by === 'entry') this.stop = { by: 'entry', says: `${ended.process}: ${ended.says}`, index }
    const ownFault = ownFaultIn(record)
    if (ownFault !== undefined) this.stop = { by: 'harness', says: ownFault, index }
  }

  report(of: {
    readonly token: Omit<Token, 'index'>
    readonly findings: readonly Finding[]
    readonly seconds: number
    saysOf(property: string): string
  }): Report {
    const tokenAt = (index: number): string => tokenOf({ ...of.token, index })
    const unknown = [...this.unknown].map(([why, { runs, index }]) => ({ why, runs, token: tokenAt(index) }))
    return {
      scenario: of.token.scenario,
      promise: of.token.promise,
      seed: of.token.seed,
      runs: this.runs,
      struck: Object.fromEntries(this.struck),
      struckRuns: Object.fromEntries(this.struckRuns),
      missed: Object.fromEntries(this.missed),
      verdict: of.findings.length > 0 ? 'violated' : unknown.length > 0 || this.runs === 0 ? 'unknown' : 'held',
      hash: this.hash.digest('hex'),
      findings: of.findings,
      beside: [...this.broken.values()].map(({ index, ...broken }) => ({
        ...broken,
        says: of.saysOf(broken.property),
        token: tokenAt(index),
      })),
      unknown,
      allowed: [...this.allowed.values()],
      guarantee: inferGuarantee(this.guarantee),
      seconds: of.seconds,
      ...(this.stop?.by === 'harness' && {
        ownFault: `${this.stop.says} (in ${tokenAt(this.stop.index)})`,
      }),
    }
  }
}

function* unknowns(record: RunRecord): Generator<string> {
  const { ended, judgements, differs } = record
  const ownFault = ownFaultIn(record)
  if (ownFault !== undefined) yield ownFault
  if (differs !== undefined) yield `two runs of one plan differed: ${differs}`
  if (ended.by === 'limit') yield ended.says
  if (ended.by === 'entry') yield `${ended.process} does not start: ${ended.says}`
  for (const { property, verdict } of judgements) if (verdict.is === 'unknown') yield `${property}: ${verdict.why}`
}

function count<K>(map: Map<K, number>, key: K): void {
  map.set(key, (map.get(key) ?? 0) + 1)
}
