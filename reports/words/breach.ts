/** Whose promise was broken, which sentence of it, and what an application can do about it. */
import type { Breach } from '../../properties/property.ts'
import type { Finding } from '../report.ts'
import { partyOf } from './finding.ts'

/** One line each. Where the blame went down: what was asked for first, then what was broken below it. */
export function promisesOf({ property, party, says, breaches }: Finding): readonly string[] {
  const below = breaches.filter((breach) => breach.property !== property)
  if (below.length > 0) return [`Asked for: ${says}.`, ...below.map(promiseOf)]
  if (breaches.length > 0) return breaches.map(promiseOf)
  return says === '' ? [] : [`Promised by ${partyOf({ party })}: ${says}.`]
}

function promiseOf({ party, says }: Breach): string {
  return party === 'configuration'
    ? `Left to the configuration: ${says}.`
    : `Promised by ${partyOf({ party })}: ${says}.`
}

/** Each once. */
export function adviceOf({ party, breaches }: Pick<Finding, 'party' | 'breaches'>): readonly string[] {
  const own =
    party === 'cluster' ? ['If the cluster was the built-in one this is ackward’s own fault: please report it.'] : []
  return [
    ...new Set([...breaches.flatMap((breach) => (breach.advice === undefined ? [] : [ended(breach.advice)])), ...own]),
  ]
}

const ended = (text: string): string => (text.endsWith('.') ? text : `${text}.`)
