/** What an application really guarantees, in one line, and what that rests on. */
import type { Guarantee } from '../../harness/plan/plan.ts'
import type { Anomaly, Inferred } from '../../properties/guarantee.ts'
import { partyOf } from './finding.ts'
import { counted, listed } from './text.ts'

const names: Readonly<Record<Guarantee, string>> = {
  none: 'neither at least once nor at most once',
  'at-most-once': 'at most once',
  'at-least-once': 'at least once',
  'exactly-once': 'exactly once',
}

/** `at least once, over 37 runs with 15 struck faults: repeated in 3 runs by the application`. */
export function guaranteeWords(inferred: Inferred): string {
  const { guarantee, ofItself, runs, struck, anomalies } = inferred
  const rests = `over ${counted(runs, 'run')} with ${counted(struck, 'struck fault')}`
  if (guarantee === null) return `nothing is known: no fault struck, or no run came to a clear end, ${rests}`
  const seen = listed(anomalies.map(anomalyWords)) || 'nothing was lost or repeated'
  const alone = ofItself === null || ofItself === guarantee ? '' : `; of itself ${names[ofItself]}`
  return `${names[guarantee]}, ${rests}: ${seen}${alone}`
}

const anomalyWords = ({ harm, party, runs }: Anomaly): string =>
  `${harm} in ${counted(runs, 'run')} by ${partyOf({ party })}`
