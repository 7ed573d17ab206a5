import { evidence } from './evidence.ts'
import { culprit } from './progress/culprit.ts'
import { behindAt, type Waiting, waitingAt } from './progress/waiting.ts'
import type { Clause, Party, Property } from './property.ts'
import { type Fault, holds, unknown, violatedBy } from './verdicts.ts'

const goesOn: Clause = {
  name: 'goes-on',
  says: 'after everything healed, the application goes on by itself',
  explains: [],
  advice:
    'End the process where it can do no more, so that its supervisor starts a new one: when consumer.events.CRASH comes with payload.restart false, when no consumer.events.FETCH came for longer than a session and a fetch take, and when a send() is under way for longer than all of its attempts can take.',
}

const clauseOf = (party: Party): string => (party === 'configuration' ? 'no-restart-left' : goesOn.name)

/**
 * Once everything is healed the application goes on by itself: what waits at the first rest is not left for an operator's restart, nor
 * left for ever. What no restart would bring back is lost, not waiting: that is judged in the effects.
 *
 * Whose doing is a modest guess from what was open at that moment (`progress/culprit.ts`).
 * Smallest violation: m1 is written, everything heals, the first rest comes and nobody handles m1; after the operator's restart
 * it is handled.
 */
export const progressAfterHeal: Property = {
  name: 'progress-after-heal',
  party: 'application',
  says: 'after everything healed, the application goes on by itself',
  cannotSee:
    'an application that would have gone on later than the harness waits; a process that is stuck and has nothing waiting for it',
  clauses: [goesOn],
  applies: () => true,
  judge(views, trial) {
    const { heal, first, last, restart } = views.phases
    if (heal === undefined || first === undefined || last === undefined) {
      return unknown('the run ended before it came to rest after healing')
    }
    const waiting = waitingAt(views, trial, first.upTo)
    const stuck = waiting.filter((one) => movedLater(one, restart?.index) || one.nobodyAtTheEnd)
    const faults: Fault[] = []
    for (const one of stuck) {
      const { party, why, ops } = culprit(views, trial, one.processes, first.upTo)
      const later = one.movedAt === undefined ? one.never : 'went on only after an operator restarted everything'
      const says = `${one.says} waited when the application had to go on by itself, and ${later}: ${why}`
      faults.push({
        party,
        evidence: evidence(says, [one.message], [...one.ops, ...ops, first.op.index, one.movedAt], clauseOf(party)),
      })
    }
    if (faults.length > 0) return violatedBy(faults)
    if (restart === undefined) return holds
    for (const line of behindAt(views, first, last)) {
      const { party, why, ops } = culprit(views, trial, line.processes, first.upTo)
      const says = `${line.says} when the application had to go on by itself, and it went on only after an operator restarted everything: ${why}`
      faults.push({
        party,
        evidence: evidence(says, [], [...ops, first.op.index, restart.index, last.upTo], clauseOf(party)),
      })
    }
    return violatedBy(faults)
  },
}

function movedLater({ movedAt }: Waiting, restart: number | undefined): boolean {
  return restart !== undefined && movedAt !== undefined && movedAt > restart
}
