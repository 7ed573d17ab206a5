/** The four verdicts, made where evidence was found or not. */
import { condense } from './evidence.ts'
import type { Evidence, Party, Verdict } from './property.ts'

export const holds: Verdict = { is: 'holds' }

export function violatedIf(found: readonly Evidence[], party: Party): Verdict {
  return found.length === 0 ? holds : { is: 'violated', party, evidence: condense(found) }
}

export function allowedIf(found: readonly Evidence[], by: string): Verdict {
  return found.length === 0 ? holds : { is: 'allowed', by, evidence: condense(found) }
}

export function unknown(why: string): Verdict {
  return { is: 'unknown', why }
}

/** Where one property found things that are different parties' fault: the guiltiest one's, told with all the evidence. */
export interface Fault {
  readonly party: Party
  readonly evidence: Evidence
}

/** An application that is guilty of one thing is guilty, whatever its configuration or its client did beside it. */
const guiltiest: readonly Party[] = ['application', 'configuration', 'client', 'cluster']

export function violatedBy(faults: readonly Fault[]): Verdict {
  const party = guiltiest.find((one) => faults.some((fault) => fault.party === one))
  if (party === undefined) return holds
  // The guilty party's evidence first.
  const own = faults.filter((fault) => fault.party === party).map((fault) => fault.evidence)
  const others = faults
    .filter((fault) => fault.party !== party)
    .map((fault) => ({ ...fault.evidence, party: fault.party }))
  return { is: 'violated', party, evidence: condense([...own, ...others]) }
}
