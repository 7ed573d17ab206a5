import { evidence } from './evidence.ts'
import type { Clause, Property } from './property.ts'
import { type Fault, violatedBy } from './verdicts.ts'
import type { OpOf } from './views/by-what.ts'
import { recordsAt } from './views/log.ts'
import { offsetOf, place } from './views/offset.ts'
import type { Views } from './views.ts'

const clauses = {
  aborted: {
    name: 'no-aborted',
    says: 'a consumer that reads committed records is handed none that was aborted',
    explains: ['repeated'],
    advice:
      'kafkajs drops aborted records by a list that it takes to be in order of offsets, and brokers give in order of markers: where several transactional producers write to one partition, give each a partition of its own, or mark what a transaction wrote so that a reader can recognise it.',
  },
  open: {
    name: 'no-open',
    says: 'a consumer that reads committed records is handed none whose transaction is open',
    explains: ['repeated'],
  },
} as const satisfies Record<string, Clause>

/**
 * A consumer that reads committed records (kafkajs does, unless readUncommitted is set) is handed a record of a transaction only after its
 * commit marker. One that is open reached it because a broker gave it out: the cluster's doing. One that was aborted is for the client to
 * drop, by the list of aborted transactions that comes with each fetch.
 * Smallest violation: m1 of producer 7 lies at orders/0@0, an abort marker of producer 7 at orders/0@1, and a handler gets m1.
 */
export const readCommitted: Property = {
  name: 'read-committed',
  party: 'client',
  says: 'a consumer that reads committed records gets nothing that is aborted or open',
  cannotSee: 'whether the list of aborted transactions in an answer was wrong, which would make the client do wrong',
  clauses: Object.values(clauses),
  applies: () => true,
  judge(views) {
    const faults: Fault[] = []
    if (views.transactions.parts.length > 0) for (const op of views.handlings.all) look(views, op, faults)
    return violatedBy(faults)
  },
}

function look(views: Views, op: OpOf<'handler'>, faults: Fault[]): void {
  if (views.consumers.of(op)?.running(op.index)?.readUncommitted === true) return
  for (const { topic, partition, offset, message } of op.body.records) {
    const at = offsetOf(offset)
    const record = views.logs
      .of(topic, partition)
      .flatMap((log) => recordsAt(log, at))
      .findLast((one) => one.message === message && one.op < op.index)
    const part = record && views.transactions.partOf(record)
    if (record === undefined || part === undefined) continue
    const { marker } = part
    if (marker?.body.is === 'commit' && marker.index < op.index) continue
    const aborted = marker?.body.is === 'abort' && marker.index < op.index
    const clause = aborted ? clauses.aborted : clauses.open
    const why = aborted ? 'had been aborted' : 'was still open'
    const says = `${op.process} was handed ${message || 'a record'} (${place(topic, partition, offset)}), whose transaction ${why}`
    faults.push({
      party: aborted ? 'client' : 'cluster',
      evidence: evidence(says, [message], [record.op, marker?.index, op.index], clause.name),
    })
  }
}
