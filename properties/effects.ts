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
  if (verdict.is === 'violated' || !halves.lost) return verdict
  if (outcomes.open.length > 0) return unknown(whyOpen(outcomes.open))
  return allowedIf(
    outcomes.excused.map((one) => one.evidence),
    excuse(outcomes.excused),
  )
}

function whyOpen(open: Outcomes['open']): string {
  const first = open[0]!
  const more = open.length === 1 ? '' : ` (and ${open.length - 1} more)`
  return `${first.message} has no effect yet: ${first.why}${more}`
}

function excuse(excused: Outcomes['excused']): string {
  const by = excused[0]?.by ?? ''
  return by === 'cluster-reset' ? `${by}: ${catalogue['cluster-reset'].covers['at-least-once'].because}` : by
}
