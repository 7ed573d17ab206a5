/**
 * What the three effect properties share: each looks at one half, or both, of what became of the inputs. A promise is judged by one
 * property only, so that one loss is one finding.
 */
import { catalogue } from '../harness/faults/catalogue.ts'
import { type Outcomes, outcomesOf } from './outcomes/outcome.ts'
import type { Clause, Trial, Verdict } from './property.ts'
import { allowedIf, unknown, violatedBy } from './verdicts.ts'
import type { Views } from './views.ts'

export const lost: Clause = { name: 'lost', says: 'every input has its effect at least once' }
export const repeated: Clause = { name: 'repeated', says: 'no input has its effect more than once' }

export interface Halves {
  readonly lost: boolean
  readonly repeated: boolean
}

export function judgeEffects(views: Views, trial: Trial, halves: Halves): Verdict {
  const outcomes = outcomesOf(views, trial)
  const verdict = violatedBy([...(halves.lost ? outcomes.lost : []), ...(halves.repeated ? outcomes.repeated : [])])
  if (verdict.is === 'violated') return verdict
  if (halves.lost && outcomes.open.length > 0) return unknown(whyOpen(outcomes.open))
  const excused = [...(halves.lost ? outcomes.excused : []), ...(halves.repeated ? outcomes.excusedRepeats : [])]
  return allowedIf(
    excused.map((one) => one.evidence),
    excuse(excused, halves),
  )
}

function whyOpen(open: Outcomes['open']): string {
  const first = open[0]!
  const more = open.length === 1 ? '' : ` (and ${open.length - 1} more)`
  return `${first.message} has no effect yet: ${first.why}${more}`
}

/** What the catalogue says of the kind of fault behind it, where there is one of that name. */
function excuse(excused: Outcomes['excused'], { lost }: Halves): string {
  const by = excused[0]?.by ?? ''
  if (by !== 'cluster-reset' && by !== 'retention' && by !== 'offset-reset') return by
  return `${by}: ${catalogue[by].covers[lost ? 'at-least-once' : 'at-most-once'].because}`
}
