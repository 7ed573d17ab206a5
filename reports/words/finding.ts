/** What was found, in a few words. */
import type { Party } from '../../properties/property.ts'
import type { Finding, Report } from '../report.ts'
import { counted, listed } from './text.ts'

const parties: Readonly<Record<Party, string>> = {
  application: 'the application',
  client: 'the client (kafkajs)',
  cluster: 'the cluster',
  configuration: 'the configuration',
}

export const partyOf = ({ party }: Pick<Finding, 'party'>): string => parties[party]

/** `effects-at-least-once, by the application`. */
export const nameOf = (finding: Pick<Finding, 'property' | 'party'>): string =>
  `${finding.property}, by ${partyOf(finding)}`

/** What became of the opposite control; '' where nothing was left out. */
export function controlWords({ plan, control }: Pick<Finding, 'plan' | 'control'>): string {
  if (plan.faults.length === 0) return 'It needs no fault.'
  switch (control) {
    case 'holds':
      return 'Without its faults the same plan holds.'
    case 'violated':
      return 'Without its faults the same plan breaks too.'
    case 'unknown':
      return 'Without its faults nothing is decided.'
    case null:
      return ''
  }
}

/** What an application does that violates it, as a verb: for the name of a saved plan. */
export function verbOf(property: string): string {
  const verbs: Readonly<Record<string, string>> = {
    'effects-at-least-once': 'loses',
    'effects-at-most-once': 'repeats',
    'effects-exactly-once': 'loses-or-repeats',
    'progress-after-heal': 'gets-stuck',
  }
  return (Object.hasOwn(verbs, property) && verbs[property]) || `breaks-${property}`
}

/** `crash 12 (in 9 runs), pause 3 (in 3 runs)`, the most frequent first. */
export function struckWords({ struck, struckRuns }: Pick<Report, 'struck' | 'struckRuns'>): string {
  const kinds = Object.entries(struck).sort(([, a], [, b]) => b - a)
  const words = kinds.map(([kind, times]) => {
    const runs = struckRuns[kind]
    return runs === undefined || runs === times ? `${kind} ${times}` : `${kind} ${times} (in ${counted(runs, 'run')})`
  })
  return words.join(', ') || 'none'
}

export function missedWords({ missed }: Pick<Report, 'missed'>): string {
  return listed(
    Object.entries(missed).map(([kind, times]) => `${kind} ${times}`),
    20,
  )
}
