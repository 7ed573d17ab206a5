/** Which sentences a violation breaks, whose they are, and what an application can do about it. */
import { configuration } from './configuration.ts'
import type { Breach, Clause, Evidence, Party, Property } from './property.ts'

/** The sentence that this evidence breaks: one of the property's, one about the configuration, or the property itself. */
export function clauseOf(property: Property, { clause: name }: Evidence): Clause {
  const own = property.clauses ?? []
  const named = name === undefined ? undefined : [...own, ...configuration].find((clause) => clause.name === name)
  // A property of one sentence may leave it unnamed.
  return named ?? (own.length === 1 ? own[0]! : { name: property.name, says: property.says })
}

/** Each sentence once, in the order of the evidence. `party`: whose doing it is where the evidence does not say. */
export function breachesOf(property: Property, party: Party, evidence: readonly Evidence[]): readonly Breach[] {
  const found = new Map<string, Breach>()
  for (const one of evidence) {
    const { name, says, advice } = clauseOf(property, one)
    if (found.has(name)) continue
    found.set(name, {
      party: one.party ?? party,
      property: property.name,
      clause: name,
      says,
      ...(advice !== undefined && { advice }),
    })
  }
  return [...found.values()]
}
