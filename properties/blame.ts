/**
 * Assume and guarantee: a layer is guilty when it broke its contract and everything below it kept its own. So where a property of the
 * application is violated and a property of its client or of the cluster is violated over the same message, the blame goes down.
 *
 * It stays a violation, with the lower one's evidence beside it: what a team sees is the lost message, and what they need is its cause.
 */
import { effectsAtLeastOnce } from './effects-at-least-once.ts'
import { effectsAtMostOnce } from './effects-at-most-once.ts'
import { effectsExactlyOnce } from './effects-exactly-once.ts'
import type { Evidence, Judgement, Verdict } from './property.ts'

type Violated = Extract<Verdict, { is: 'violated' }>

/** What became of messages has its causes below. What was committed too early, or left waiting, explains itself. */
const passedDown: ReadonlySet<string> = new Set([
  effectsExactlyOnce.name,
  effectsAtLeastOnce.name,
  effectsAtMostOnce.name,
])

/** `contracts`: the properties that are the promise of the client or of the cluster, whoever broke them this time. */
export function passDown(judgements: readonly Judgement[], contracts: ReadonlySet<string>): readonly Judgement[] {
  const causes = judgements.filter(
    ({ property, party, verdict }) =>
      contracts.has(property) && verdict.is === 'violated' && (party === 'client' || party === 'cluster'),
  )
  if (causes.length === 0) return judgements
  return judgements.map((judgement) => {
    const { property, verdict } = judgement
    if (!passedDown.has(property) || verdict.is !== 'violated' || verdict.party !== 'application') return judgement
    // One thing of the application's own doing, and it stays guilty.
    const below = verdict.evidence.map((one) => causes.find((cause) => explains(cause, one)))
    if (below.includes(undefined)) return judgement
    const party = below.some((cause) => cause?.party === 'client') ? 'client' : 'cluster'
    const told = [...new Set(below as Judgement[])].flatMap((cause) => toldBeside(cause, verdict.evidence))
    return { ...judgement, party, verdict: { ...verdict, party, evidence: [...verdict.evidence, ...told] } }
  })
}

/** Every message that the application is accused of here is one that the layer below broke its contract for. */
function explains({ verdict }: Judgement, { messages }: Evidence): boolean {
  return messages.length > 0 && messages.every((message) => names((verdict as Violated).evidence, message))
}

function toldBeside({ property, verdict }: Judgement, above: readonly Evidence[]): readonly Evidence[] {
  return (verdict as Violated).evidence
    .filter((one) => one.messages.some((message) => names(above, message)))
    .map((one) => ({ ...one, says: `${property}: ${one.says}` }))
}

function names(evidence: readonly Evidence[], message: string): boolean {
  return evidence.some((one) => one.messages.includes(message))
}
