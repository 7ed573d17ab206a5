/**
 * Which guarantee an application really has, as far as many runs show. One run shows what *can* happen; that something cannot happen
 * no number of runs proves, so the answer says what it rests on: so many runs, so many struck faults.
 *
 * A layer below that broke its contract takes the blame for what came of it, and the application gets it all the same: so there are two
 * answers, what it is with everything below it, and what it is of itself. What the cluster breaks counts in neither: the built-in model is
 * our own, and a real one that forgets what it acknowledged leaves no application any guarantee.
 */
import type { Guarantee } from '../harness/plan/plan.ts'
import type { Party, Verdict } from './property.ts'

export type Harm = 'lost' | 'repeated'

/** What one run shows of the three promises about effects, whatever was asked for. */
export interface EffectVerdict {
  readonly promise: Exclude<Guarantee, 'none'>
  readonly is: Verdict['is']
  /** Where it is violated. */
  readonly party?: Party
}

export interface Anomaly {
  readonly harm: Harm
  readonly party: Party
  readonly runs: number
}

/** Runs added up. */
export interface GuaranteeTally {
  readonly runs: number
  /** Faults that struck in them. */
  readonly struck: number
  /** Runs in which a fault struck and every input came to a clear end: only those say that something does not happen. */
  readonly telling: number
  readonly anomalies: readonly Anomaly[]
}

export interface Inferred extends GuaranteeTally {
  /** With everything below it as it is. null: nothing is known, as no run tells. */
  readonly guarantee: Guarantee | null
  /** By what the application and its configuration do. */
  readonly ofItself: Guarantee | null
}

export const noRuns: GuaranteeTally = { runs: 0, struck: 0, telling: 0, anomalies: [] }

/** One run more. A run that did not come to rest shows nothing, and is not to be added. */
export function withRun(tally: GuaranteeTally, struck: number, verdicts: readonly EffectVerdict[]): GuaranteeTally {
  const { runs, anomalies } = tally
  const isClear = verdicts.every(({ is }) => is !== 'unknown')
  return {
    runs: runs + 1,
    struck: tally.struck + struck,
    telling: tally.telling + (struck > 0 && isClear ? 1 : 0),
    anomalies: verdicts.reduce(withAnomaly, anomalies),
  }
}

/** Exactly once is both halves, which are told by themselves. */
const harms: Readonly<Record<EffectVerdict['promise'], Harm | undefined>> = {
  'at-least-once': 'lost',
  'at-most-once': 'repeated',
  'exactly-once': undefined,
}

function withAnomaly(anomalies: readonly Anomaly[], { promise, is, party }: EffectVerdict): readonly Anomaly[] {
  const harm = harms[promise]
  if (is !== 'violated' || party === undefined || harm === undefined) return anomalies
  const known = anomalies.find((one) => one.harm === harm && one.party === party)
  if (known === undefined) return [...anomalies, { harm, party, runs: 1 }]
  return anomalies.map((one) => (one === known ? { ...one, runs: one.runs + 1 } : one))
}

export function inferGuarantee(tally: GuaranteeTally): Inferred {
  const { anomalies, telling } = tally
  const known = (guarantee: Guarantee, seen: boolean) => (seen || telling > 0 ? guarantee : null)
  const all = anomalies.filter(({ party }) => party !== 'cluster')
  const own = all.filter(({ party }) => party !== 'client')
  return {
    guarantee: known(guaranteeIn(all), all.length > 0),
    ofItself: known(guaranteeIn(own), own.length > 0),
    ...tally,
  }
}

function guaranteeIn(anomalies: readonly Anomaly[]): Guarantee {
  const does = (harm: Harm) => anomalies.some((one) => one.harm === harm)
  if (does('lost')) return does('repeated') ? 'none' : 'at-most-once'
  return does('repeated') ? 'at-least-once' : 'exactly-once'
}
