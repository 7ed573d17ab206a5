import { evidence } from './evidence.ts'
import type { Evidence, Property } from './property.ts'
import { holds, unknown, violatedIf } from './verdicts.ts'
import type { OpOf } from './views/by-what.ts'
import { listOf, push } from './views/lists.ts'
import type { Views } from './views.ts'

/** A coordinator looks every 10 s (transaction.abort.timed.out.transaction.cleanup.interval.ms), and markers take their time. */
const graceMs = 15_000

/**
 * A transaction that nobody ends is aborted when the time-out that its producer asked for is over, so that readers of committed records
 * go on. Judged at each rest, a grace after the time-out was over and everything had healed.
 * Smallest violation: transactional id t with a time-out of 60 s has an open transaction, everything heals, and 75 s later it is still open.
 */
export const noHangingTransaction: Property = {
  name: 'no-hanging-transaction',
  party: 'cluster',
  says: 'a transaction that nobody ends is aborted when its time-out is over',
  cannotSee:
    'a transaction that its coordinator does not know of: see fenced-writes; a run that rests sooner than that',
  applies: () => true,
  judge(views) {
    const states = new Map<string, OpOf<'transaction'>[]>()
    for (const op of views.byWhat.of('transaction')) push(states, op.body.transactionalId, op)
    if (states.size === 0) return holds
    const { heal, first, last } = views.phases
    if (heal === undefined || first === undefined || last === undefined)
      return unknown('the run ended before it came to rest after healing')
    const found: Evidence[] = []
    for (const rest of new Set([first.op, last.op])) {
      for (const transactionalId of states.keys()) {
        const own = listOf(states, transactionalId).filter(({ index }) => index < rest.index)
        look(views, own, heal.nowMs, rest, found)
      }
    }
    return violatedIf(found, 'cluster')
  },
}

function look(
  views: Views,
  states: readonly OpOf<'transaction'>[],
  healedMs: number,
  rest: OpOf<'phase'>,
  found: Evidence[],
): void {
  const ended = states.findLastIndex(({ body }) => body.state !== 'Ongoing')
  const begun = states[ended + 1]
  if (begun === undefined || views.wipes.ofTransactions(begun.index, rest.index) !== undefined) return
  const { transactionalId } = begun.body
  const given = views.byWhat
    .of('producer')
    .findLast(({ index, body }) => index < begun.index && body.transactionalId === transactionalId)
  if (given === undefined) return
  const { timeoutMs } = given.body
  if (rest.nowMs <= Math.max(begun.nowMs + timeoutMs, healedMs) + graceMs) return
  const says = `a transaction of ${transactionalId} with a time-out of ${timeoutMs} ms had been open for ${rest.nowMs - begun.nowMs} ms`
  found.push(evidence(says, [], [given.index, begun.index, rest.index]))
}
