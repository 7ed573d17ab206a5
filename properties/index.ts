/** The catalogue of properties, in the order in which they are told, and the judge that applies them to one run. */
import type { History } from '../harness/history/op.ts'
import { acknowledgedWritesSurvive } from './acknowledged-writes-survive.ts'
import { passDown } from './blame.ts'
import { commitContract } from './commit-contract.ts'
import { commitNotPastUnfinished } from './commit-not-past-unfinished.ts'
import { committedNeverBack } from './committed-never-back.ts'
import { crashContract } from './crash-contract.ts'
import { deliveryOrder } from './delivery-order.ts'
import { effectsAtLeastOnce } from './effects-at-least-once.ts'
import { effectsAtMostOnce } from './effects-at-most-once.ts'
import { effectsExactlyOnce } from './effects-exactly-once.ts'
import { fencedWrites } from './fenced-writes.ts'
import type { EffectVerdict } from './guarantee.ts'
import { lagTruth } from './lag-truth.ts'
import { neverSpins } from './never-spins.ts'
import { noDuplicatesInLog } from './no-duplicates-in-log.ts'
import { noHangingTransaction } from './no-hanging-transaction.ts'
import { nothingAfterStop } from './nothing-after-stop.ts'
import { nothingUnsent } from './nothing-unsent.ts'
import { offsets } from './offsets.ts'
import { oneOwner } from './one-owner.ts'
import { orderPerProducerAndPartition } from './order-per-producer-and-partition.ts'
import { producerFencing } from './producer-fencing.ts'
import { progressAfterHeal } from './progress-after-heal.ts'
import type { Judgement, Property, Trial, Verdict } from './property.ts'
import { readCommitted } from './read-committed.ts'
import { sendContract } from './send-contract.ts'
import { startPosition } from './start-position.ts'
import { transactionContract } from './transaction-contract.ts'
import { transactionsAtomic } from './transactions-atomic.ts'
import { usableAgain } from './usable-again.ts'
import { unknown } from './verdicts.ts'
import { type Views, viewsOf } from './views.ts'

/** What a team cares about first, then what explains it, then what would be news to everybody. */
export const properties: readonly Property[] = [
  effectsExactlyOnce,
  effectsAtLeastOnce,
  effectsAtMostOnce,
  progressAfterHeal,
  commitNotPastUnfinished,
  sendContract,
  noDuplicatesInLog,
  orderPerProducerAndPartition,
  usableAgain,
  transactionContract,
  readCommitted,
  commitContract,
  committedNeverBack,
  startPosition,
  deliveryOrder,
  oneOwner,
  nothingAfterStop,
  crashContract,
  neverSpins,
  lagTruth,
  acknowledgedWritesSurvive,
  nothingUnsent,
  offsets,
  transactionsAtomic,
  fencedWrites,
  producerFencing,
  noHangingTransaction,
]

/** All that apply, in order. The party is whose fault it is where it is violated, and whose promise it is elsewhere. */
export function judge(history: History, trial: Trial): readonly Judgement[] {
  return judgeRun(history, trial).judgements
}

export interface Judged {
  readonly judgements: readonly Judgement[]
  /** All three promises about effects, whatever was asked for. */
  readonly effects: readonly EffectVerdict[]
}

export function judgeRun(history: History, trial: Trial): Judged {
  const asked = new Set(properties.filter((property) => applies(property, trial)))
  const judged = properties.filter((property) => asked.has(property) || effectsOf.has(property))
  const all = judgeThese(judged, viewsOf(history), trial)
  return {
    judgements: all.filter((_, nth) => asked.has(judged[nth]!)),
    effects: all.flatMap(({ verdict }, nth): readonly EffectVerdict[] => {
      const promise = effectsOf.get(judged[nth]!)
      if (promise === undefined) return []
      const { is } = verdict
      return [is === 'violated' ? { promise, is, party: verdict.party } : { promise, is }]
    }),
  }
}

const effectsOf: ReadonlyMap<Property, EffectVerdict['promise']> = new Map([
  [effectsExactlyOnce, 'exactly-once'],
  [effectsAtLeastOnce, 'at-least-once'],
  [effectsAtMostOnce, 'at-most-once'],
])

export function judgeViews(views: Views, trial: Trial, judged: readonly Property[] = properties): readonly Judgement[] {
  return judgeThese(
    judged.filter((property) => applies(property, trial)),
    views,
    trial,
  )
}

function judgeThese(judged: readonly Property[], views: Views, trial: Trial): readonly Judgement[] {
  return passDown(
    judged.map((property) => {
      const verdict = verdictFrom(property, views, trial)
      return { property: property.name, party: verdict.is === 'violated' ? verdict.party : property.party, verdict }
    }),
    judged,
  )
}

/** One that cannot even say whether it applies is judged, and throws again or not. */
function applies(property: Property, trial: Trial): boolean {
  try {
    return property.applies(trial)
  } catch {
    return true
  }
}

/** A property that throws has not judged: unknown, never a pass. */
function verdictFrom(property: Property, views: Views, trial: Trial): Verdict {
  try {
    return property.judge(views, trial)
  } catch (error) {
    const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
    return unknown(`${property.name} failed to judge: ${what}`)
  }
}

/** One word for a run: violated > unknown > holds. What is allowed holds. */
export function verdictOf(judgements: readonly Judgement[]): 'violated' | 'unknown' | 'holds' {
  let word: 'unknown' | 'holds' = 'holds'
  for (const { verdict } of judgements) {
    if (verdict.is === 'violated') return 'violated'
    if (verdict.is === 'unknown') word = 'unknown'
  }
  return word
}
