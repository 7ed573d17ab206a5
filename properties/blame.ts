/**
 * Assume and guarantee: a layer is guilty when it broke its contract and everything below it kept its own. So where a property of the
 * application is violated and a property of its client or of the cluster is violated over the same message, and breaking that sentence
 * can do to a message what was done to it (lose it, repeat it), the blame goes down.
 *
 * It stays a violation, with the lower one's evidence beside it: what a team sees is the lost message, and what they need is its cause.
 * The cluster is the lowest layer. Where it is the built-in model that is our own fault, and nobody else's.
 */
import { breachesOf, clauseOf } from './clauses.ts'
import { effectsAtLeastOnce } from './effects-at-least-once.ts'
import { effectsAtMostOnce } from './effects-at-most-once.ts'
import { effectsExactlyOnce } from './effects-exactly-once.ts'
import type { Breach, Evidence, Judgement, Property, Verdict } from './property.ts'

type Violated = Extract<Verdict, { is: 'violated' }>

/** What became of messages has its causes below. What was committed too early, or left waiting, explains itself. */
const passedDown: ReadonlySet<string> = new Set([
  effectsExactlyOnce.name,
  effectsAtLeastOnce.name,
  effectsAtMostOnce.name,
])

/** `judged`: the properties that were judged, in the order of the judgements. */
export function passDown(judgements: readonly Judgement[], judged: readonly Property[]): readonly Judgement[] {
  const cases = judgements.map((judgement, nth) => ({ judgement, property: judged[nth]! }))
  const causes = cases.filter(
    ({ judgement: { party, verdict }, property }) =>
      // The promise of the client or of the cluster, and broken by one of them.
      [property.party, party].every((one) => one === 'client' || one === 'cluster') && verdict.is === 'violated',
  )
  return cases.map(({ judgement, property }) => {
    const { verdict } = judgement
    if (verdict.is !== 'violated') return judgement
    const own = { ...judgement, breaches: breachesOf(property, verdict.party, verdict.evidence) }
    if (!passedDown.has(property.name) || verdict.party !== 'application') return own
    // One thing of the application's own doing, and it stays guilty.
    const below = verdict.evidence.map((one) => causes.find((cause) => explains(cause, property, one)))
    if (below.includes(undefined)) return own
    const guilty = [...new Set(below as Case[])]
    const party = guilty.some(({ judgement }) => judgement.party === 'client') ? 'client' : 'cluster'
    const told = guilty.flatMap((cause) => toldBeside(cause, verdict.evidence))
    const breaches = guilty.flatMap((cause) => breachesBeside(cause, verdict.evidence))
    return { ...judgement, party, verdict: { ...verdict, party, evidence: [...verdict.evidence, ...told] }, breaches }
  })
}

interface Case {
  readonly judgement: Judgement
  readonly property: Property
}

/** Every message that the application is accused of here is one that the layer below broke its contract for, in a way that does this. */
function explains(cause: Case, accused: Property, one: Evidence): boolean {
  const what = clauseOf(accused, one).name
  return (
    one.messages.length > 0 &&
    one.messages.every((message) => evidenceOf(cause).some((lower) => does(cause, lower, what) && has(lower, message)))
  )
}

function does({ property }: Case, lower: Evidence, what: string): boolean {
  const { explains } = clauseOf(property, lower)
  return explains === undefined || (what !== 'lost' && what !== 'repeated') || explains.includes(what)
}

const evidenceOf = ({ judgement }: Case): readonly Evidence[] => (judgement.verdict as Violated).evidence
const has = ({ messages }: Evidence, message: string): boolean => messages.includes(message)

function besides(cause: Case, above: readonly Evidence[]): readonly Evidence[] {
  return evidenceOf(cause).filter(({ messages }) => messages.some((message) => above.some((one) => has(one, message))))
}

function toldBeside(cause: Case, above: readonly Evidence[]): readonly Evidence[] {
  return besides(cause, above).map((one) => ({ ...one, says: `${cause.property.name}: ${one.says}` }))
}

function breachesBeside(cause: Case, above: readonly Evidence[]): readonly Breach[] {
  return breachesOf(cause.property, cause.judgement.party, besides(cause, above))
}
