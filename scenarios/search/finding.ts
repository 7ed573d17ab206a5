/**
 * What makes two findings the same: which property was broken, by whom, and which sentence of whose contract that comes from. A record that
 * was lost because send() did not store it is another finding than one that was skipped after a rebalance.
 */
import type { Breach, Judgement, Party } from '../../properties/property.ts'

export interface FindingId {
  readonly property: string
  readonly party: Party
  /** `property/clause` of the broken sentence: one of a layer below where the blame was passed down, else the property's own. */
  readonly cause: string
}

/** `property/party`, as statements and kept plans name it. */
export function findingName({ property, party }: Pick<FindingId, 'property' | 'party'>): string {
  return `${property}/${party}`
}

export const causeOf = ({ property, clause }: Breach): string => `${property}/${clause}`

/** What a run broke. */
export function brokenIn(judgements: readonly Judgement[]): readonly FindingId[] {
  return judgements.flatMap(({ property, verdict, breaches = [] }) =>
    verdict.is === 'violated'
      ? breaches.map((breach) => ({ property, party: verdict.party, cause: causeOf(breach) }))
      : [],
  )
}

export function isSame(one: FindingId, other: FindingId): boolean {
  return one.property === other.property && one.party === other.party && one.cause === other.cause
}

export function isShown(judgements: readonly Judgement[], finding: FindingId): boolean {
  return brokenIn(judgements).some((one) => isSame(one, finding))
}
