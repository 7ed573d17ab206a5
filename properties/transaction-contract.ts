import { evidence } from './evidence.ts'
import type { Clause, Property } from './property.ts'
import { decisionOf } from './transactions-atomic.ts'
import { type Fault, holds, unknown, violatedBy } from './verdicts.ts'
import type { Begun } from './views/begun.ts'
import type { OpOf } from './views/by-what.ts'
import type { Views } from './views.ts'

const clauses = {
  committed: {
    name: 'commit-is-decided',
    says: 'a transaction whose commit() resolved is committed, with its offsets',
    explains: ['lost'],
    advice:
      'When anything that a transaction was given throws (send, sendOffsets), call abort() and begin again: kafkajs commits what is left of it without a word.',
  },
  aborted: {
    name: 'abort-is-decided',
    says: 'nothing of a transaction whose abort() resolved is ever visible to who reads committed records',
    explains: ['repeated'],
    advice:
      'When commit() throws, do not call abort() and begin again with the same producer: make a new producer with the same transactionalId, and read what was committed before you send again.',
  },
  fenced: {
    name: 'fenced-is-told',
    says: 'a producer whose transactional id was given to another is told so when it commits',
    explains: ['repeated'],
    advice:
      'Give each running process a transactionalId of its own, and end the process when a transaction throws INVALID_PRODUCER_EPOCH or PRODUCER_FENCED.',
  },
} as const satisfies Record<string, Clause>

/**
 * What kafkajs says of a transaction is true: commit() resolves when the coordinator decided to commit it, abort() when it decided to
 * abort it, and neither after the transactional id was given to another. A transaction to which nothing was given is ended without asking
 * anybody, which is no lie.
 *
 * That the decision comes to be everywhere is judged in transactions-atomic, that what was sent is stored in send-contract. A commit or
 * abort that throws may have happened, except where kafkajs refused it by itself.
 * Smallest violation: m1 is sent in a transaction, its commit() resolves, and the coordinator never decided anything.
 */
export const transactionContract: Property = {
  name: 'transaction-contract',
  party: 'client',
  says: 'what commit() and abort() of a transaction say is true',
  cannotSee: 'a transaction none of whose sends resolved; a coordinator that answers wrongly and makes the client lie',
  clauses: Object.values(clauses),
  applies: () => true,
  judge(views) {
    if (views.begun.length === 0) return holds
    const resolved = views.begun.filter((begun) => begun.ended?.phase === 'ok' && wasGivenSomething(views, begun))
    if (resolved.length > 0 && views.byWhat.of('transaction').length === 0) {
      return unknown('the history does not show what coordinators decided')
    }
    const faults: Fault[] = []
    for (const begun of resolved) look(views, begun, faults)
    return violatedBy(faults)
  },
}

function wasGivenSomething(views: Views, { sends, offsets }: Begun): boolean {
  return [...sends, ...offsets].some((op) => views.byWhat.endOf(op)?.phase === 'ok')
}

function look(views: Views, begun: Begun, faults: Fault[]): void {
  const { op, end, ended, sends } = begun
  const { transaction, transactionalId } = op.body
  const asked = end!.body.what === 'commit-transaction' ? 'commit' : 'abort'
  const messages = sends.flatMap(({ body }) => body.records.map(({ message }) => message))
  const what = `transaction ${transaction} of ${transactionalId} in ${op.process}`
  const decision = decisionOf(views, begun)
  const tell = (says: string, clause: Clause, party: Fault['party'], ...ops: readonly (number | undefined)[]) => {
    const known = [op.index, end!.index, ended!.index, ...ops]
    faults.push({ party, evidence: evidence(`${says}`, messages, known, clause.name) })
  }
  const fencing = fencedBefore(views, begun)
  if (asked === 'commit' && fencing !== undefined) {
    const says = `commit() of ${what} resolved, after ${transactionalId} had been given epoch ${fencing.body.producerEpoch}`
    const accepted = decision?.is === 'commit' && decision.op > end!.index && decision.op < ended!.index
    tell(says, clauses.fenced, accepted ? 'cluster' : 'client', fencing.index, decision?.op)
    return
  }
  const isDecided = decision !== undefined && decision.op < ended!.index
  if (isDecided && decision.is === asked) return
  const instead = isDecided ? `had decided to ${decision.is} it` : 'had decided nothing'
  const clause = asked === 'commit' ? clauses.committed : clauses.aborted
  tell(`${asked}() of ${what} resolved, and the coordinator ${instead}`, clause, 'client', decision?.op)
}

/**
 * What gave its transactional id to another before it asked to end this transaction. kafkajs asks for its epoch once, when the producer
 * begins its first transaction.
 */
function fencedBefore(views: Views, { op, end }: Begun): OpOf<'transaction'> | undefined {
  const { process, incarnation, body } = op
  const first = views.begun.find(
    (one) => one.op.process === process && one.op.incarnation === incarnation && one.op.body.producer === body.producer,
  )
  const got = views.byWhat.endOf(first!.op)?.index ?? first!.op.index
  const states = views.byWhat.of('transaction').filter((one) => one.body.transactionalId === body.transactionalId)
  const own = states.findLast(({ index }) => index < got)
  if (own === undefined) return undefined
  return states.find(
    (one) =>
      one.index > got &&
      one.index < end!.index &&
      (one.body.producerId !== own.body.producerId || one.body.producerEpoch > own.body.producerEpoch),
  )
}
