import { evidence } from './evidence.ts'
import type { Clause, Evidence, Property } from './property.ts'
import { violatedIf } from './verdicts.ts'
import type { OpOf } from './views/by-what.ts'
import type { Views } from './views.ts'

const clauses = {
  epochs: {
    name: 'epoch-grows',
    says: 'whoever comes with a transactional id gets a larger epoch than all that had it before, or a producer id of its own',
    explains: ['repeated'],
  },
  ended: {
    name: 'ended-first',
    says: 'a transaction that was left open is ended before its transactional id is given to another producer',
    explains: ['lost', 'repeated'],
  },
  alone: {
    name: 'id-of-its-own',
    says: 'a producer id belongs to one transactional id, or to one producer that has none',
    explains: ['lost', 'repeated'],
  },
} as const satisfies Record<string, Clause>

type Given = OpOf<'producer'>

/**
 * What InitProducerId gives out fences all that had it before (KIP-98). Only who comes back with the id and epoch that it was given may
 * get the same again, as it was not told the first time (KIP-360).
 * Smallest violation: transactional id t is given epoch 0 of producer 7, and then epoch 0 of producer 7 again.
 */
export const producerFencing: Property = {
  name: 'producer-fencing',
  party: 'cluster',
  says: 'whoever comes with a transactional id fences all that had it before',
  cannotSee: 'what was given out before a cluster was reset, or the log of transactions wiped',
  clauses: Object.values(clauses),
  applies: () => true,
  judge(views) {
    const found: Evidence[] = []
    const all = views.byWhat.of('producer')
    for (const [nth, op] of all.entries()) {
      const before = all
        .slice(0, nth)
        .filter((other) => views.wipes.ofTransactions(other.index, op.index) === undefined)
      look(views, op, before, found)
    }
    return violatedIf(found, 'cluster')
  },
}

function look(views: Views, op: Given, before: readonly Given[], found: Evidence[]): void {
  const { transactionalId, producerId, producerEpoch, comesBack } = op.body
  const same = before.filter(({ body }) => body.producerId === producerId)
  const who = transactionalId === null ? 'a producer' : transactionalId
  const got = `${who} was given producer ${producerId} in epoch ${producerEpoch}`
  const stranger = same.find(({ body }) => body.transactionalId !== transactionalId || transactionalId === null)
  if (stranger !== undefined) {
    const says = `${got}, which ${stranger.body.transactionalId ?? 'another'} has`
    found.push(evidence(says, [], [stranger.index, op.index], clauses.alone.name))
  }
  if (transactionalId === null) return
  const above = same.find(
    ({ body }) => body.producerEpoch > producerEpoch || (body.producerEpoch === producerEpoch && !comesBack),
  )
  if (above !== undefined) {
    const says = `${got}, after epoch ${above.body.producerEpoch} had been given out`
    found.push(evidence(says, [], [above.index, op.index], clauses.epochs.name))
  }
  const last = views.byWhat
    .of('transaction')
    .findLast(({ index, body }) => index < op.index && body.transactionalId === transactionalId)
  if (last === undefined || views.wipes.ofTransactions(last.index, op.index) !== undefined) return
  if (last.body.state !== 'Ongoing' && !last.body.state.startsWith('Prepare')) return
  const says = `${got}, while its transaction was ${last.body.state}`
  found.push(evidence(says, [], [last.index, op.index], clauses.ended.name))
}
