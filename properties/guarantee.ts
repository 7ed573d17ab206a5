/**
 * Which guarantee an application really has, as far as many runs show. One run shows what *can* happen; that something cannot happen
 * no number of runs proves, so the answer says over how many runs with struck faults it was never seen.
 */
import type { History } from '../harness/history/op.ts'
import type { Guarantee } from '../harness/plan/plan.ts'
import { outcomesOf } from './outcomes/outcome.ts'
import type { Trial } from './property.ts'
import { type Views, viewsOf } from './views.ts'

/** What one run shows, whatever was promised. */
export interface RunFacts {
  /** Inputs that were lost; loss that no application can be asked to survive is not counted. */
  readonly lost: number
  readonly repeated: number
  /** Inputs of which nothing can be said. */
  readonly open: number
  /** Faults that struck. */
  readonly struck: number
}

export function factsOf(history: History, trial: Trial): RunFacts {
  return factsFrom(viewsOf(history), trial)
}

export function factsFrom(views: Views, trial: Trial): RunFacts {
  const { lost, repeated, open } = outcomesOf(views, trial)
  const struck = views.byWhat.of('fault').filter(({ body }) => body.is === 'struck').length
  return { lost: lost.length, repeated: repeated.length, open: open.length, struck }
}

export interface Inferred {
  readonly guarantee: Guarantee
  readonly runs: number
  /** Runs in which a fault struck and every input came to a clear end: only those say that something does not happen. */
  readonly telling: number
  readonly lostIn: number
  readonly repeatedIn: number
  /** In a person's words. */
  readonly says: string
}

/** A total that grows run by run, so that a campaign of 100,000 runs keeps five numbers. */
export class GuaranteeCount {
  #runs = 0
  #telling = 0
  #lostIn = 0
  #repeatedIn = 0

  add(facts: RunFacts): void {
    this.#runs++
    if (facts.struck > 0 && facts.open === 0) this.#telling++
    if (facts.lost > 0) this.#lostIn++
    if (facts.repeated > 0) this.#repeatedIn++
  }

  inferred(): Inferred {
    const [runs, telling, lostIn, repeatedIn] = [this.#runs, this.#telling, this.#lostIn, this.#repeatedIn]
    const guarantee = guaranteeOf(lostIn > 0, repeatedIn > 0)
    const seen = (times: number, what: string) => (times > 0 ? `${what} in ${times} of ${runs} runs` : `never ${what}`)
    const says = `${seen(lostIn, 'lost')}, ${seen(repeatedIn, 'repeated')}; ${telling} of ${runs} runs had faults and came to a clear end`
    return { guarantee, runs, telling, lostIn, repeatedIn, says }
  }
}

export function inferGuarantee(facts: Iterable<RunFacts>): Inferred {
  const count = new GuaranteeCount()
  for (const one of facts) count.add(one)
  return count.inferred()
}

function guaranteeOf(loses: boolean, repeats: boolean): Guarantee {
  if (loses) return repeats ? 'none' : 'at-most-once'
  return repeats ? 'at-least-once' : 'exactly-once'
}

/** Whether an application that has `real` keeps what `promised` says. */
export function keeps(real: Guarantee, promised: Guarantee): boolean {
  return promised === 'none' || real === promised || real === 'exactly-once'
}
