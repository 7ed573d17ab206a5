/**
 * What makes two findings the same: which property was broken, by whom, and which sentence of whose contract that comes from. A record that
 * was lost because send() did not store it is another finding than one that was skipped after a rebalance.
 */
import type { Breach, Evidence, Judgement, Party } from '../../properties/property.ts'

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

/** Of a judgement that has several causes, the evidence of this one, and of what it did to the same messages. */
export function evidenceFor({ verdict, breaches = [] }: Judgement, { cause }: FindingId): readonly Evidence[] {
  if (verdict.is !== 'violated') return []
  const { evidence } = verdict
  const clauses = new Map(breaches.map((breach) => [breach.clause, causeOf(breach)]))
  const causeIn = ({ clause }: Evidence) => (clause === undefined ? undefined : clauses.get(clause))
  const messages = new Set(evidence.filter((one) => causeIn(one) === cause).flatMap((one) => one.messages))
  const own = evidence.filter((one) => {
    const known = causeIn(one)
    return known === cause || (known === undefined && one.messages.some((message) => messages.has(message)))
  })
  return own.length > 0 ? own : evidence
}

export function isSame(one: FindingId, other: FindingId): boolean {
  return one.property === other.property && one.party === other.party && one.cause === other.cause
}

export function isShown(judgements: readonly Judgement[], finding: FindingId): boolean {
  return brokenIn(judgements).some((one) => isSame(one, finding))
}
