/**
 * Assume and guarantee: a layer is guilty when it broke its contract and everything below it kept its own. So where a property of the
 * application is violated and a property of its client or of the cluster is violated over the same message, the blame goes down.
 *
 * It stays a violation, with the lower one's evidence beside it: what a team sees is the lost message, and what they need is its cause.
 */
import type { Evidence, Judgement, Party, Verdict } from './property.ts'

/** From the bottom up. The configuration stands beside the layers: nobody's contract covers it. */
const layer: Readonly<Record<Party, number>> = { cluster: 0, client: 1, application: 2, configuration: 2 }

type Violated = Extract<Verdict, { is: 'violated' }>

export function passDown(judgements: readonly Judgement[]): readonly Judgement[] {
  const broken = judgements.filter(({ verdict }) => verdict.is === 'violated')
  // What was committed too early or left waiting explains itself; only what became of messages has its cause below.
  if (broken.length < 2) return judgements
  return judgements.map((judgement) => {
    const { verdict } = judgement
    if (verdict.is !== 'violated' || verdict.party !== 'application') return judgement
    const causes = broken.filter((other) => layer[(other.verdict as Violated).party] < layer.application)
    const cause = causes.find((other) => explains((other.verdict as Violated).evidence, verdict.evidence))
    if (cause === undefined) return judgement
    const { party, evidence } = cause.verdict as Violated
    const shared = evidence.filter((one) => one.messages.some((message) => names(verdict.evidence, message)))
    const told = shared.map((one) => ({ ...one, says: `${cause.property}: ${one.says}` }))
    return { ...judgement, party, verdict: { ...verdict, party, evidence: [...verdict.evidence, ...told] } }
  })
}

/** Everything that the application is accused of has its cause below; one message of its own doing, and it stays guilty. */
function explains(below: readonly Evidence[], above: readonly Evidence[]): boolean {
  return above.every((one) => one.messages.length > 0 && one.messages.every((message) => names(below, message)))
}

function names(evidence: readonly Evidence[], message: string): boolean {
  return evidence.some((one) => one.messages.includes(message))
}
