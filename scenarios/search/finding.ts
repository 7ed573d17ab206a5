/** What makes two findings the same: which property was broken, and by whom. */
import type { Judgement, Party } from '../../properties/property.ts'

export interface FindingId {
  readonly property: string
  readonly party: Party
}

/** `property/party`, as statements and kept plans name it. */
export function findingName({ property, party }: FindingId): string {
  return `${property}/${party}`
}

/** What a run broke. */
export function brokenIn(judgements: readonly Judgement[]): readonly FindingId[] {
  return judgements.flatMap(({ property, verdict }) =>
    verdict.is === 'violated' ? [{ property, party: verdict.party }] : [],
  )
}

export function isSame(one: FindingId, other: FindingId): boolean {
  return one.property === other.property && one.party === other.party
}

export function isShown(judgements: readonly Judgement[], finding: FindingId): boolean {
  return brokenIn(judgements).some((one) => isSame(one, finding))
}
