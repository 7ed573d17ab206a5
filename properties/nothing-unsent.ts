import { evidence } from './evidence.ts'
import type { Property } from './property.ts'
import { type Fault, unknown, violatedBy } from './verdicts.ts'
import { place } from './views/offset.ts'
import type { Views } from './views.ts'

/**
 * Nothing is read or handled that nobody sent: each message in a log, in a fetch answer or in a handler's hands was given to a `send()`
 * before, or written by the harness.
 * Smallest violation: m9 is appended to orders/0, and no send and no write of m9 came before.
 */
export const nothingUnsent: Property = {
  name: 'nothing-unsent',
  party: 'cluster',
  says: 'nothing is readable that was never sent',
  cannotSee:
    'records without an identity (no header `ackward-id` and no key); a record whose value changed under its identity',
  clauses: [{ name: 'was-sent', says: 'nothing is readable that was never sent', explains: [] }],
  applies: () => true,
  judge(views) {
    const known = knownFrom(views)
    const stored: Fault[] = []
    const look = (message: string, op: number, where: () => string, party: Fault['party']) => {
      if (message === '' || known(message, op)) return
      stored.push({ party, evidence: evidence(`${where()}, and nobody had sent it`, [message], [op]) })
    }
    for (const log of views.logs.all) {
      for (const { message, offset, op } of log.records) {
        look(message, op, () => `${message} was stored at ${place(log.topic, log.partition, offset)}`, 'cluster')
      }
    }
    // What was fetched is compared with what was stored in `offsets`; where storing is not seen, with what was sent.
    if (views.logs.all.length === 0) {
      for (const { index, body } of views.byWhat.of('fetched')) {
        for (const { message, offset } of body.records) {
          look(message, index, () => `${message} was read at ${place(body.topic, body.partition, offset)}`, 'cluster')
        }
      }
    }
    for (const { index, body } of views.handlings.all) {
      for (const { message, topic, partition, offset } of body.records) {
        if (views.logs.copiesOf(message).length > 0) continue // stored, so looked at already
        look(message, index, () => `${message} was handled as ${place(topic, partition, offset)}`, 'client')
      }
    }
    if (stored.length > 0 && views.sends.all.length === 0 && views.byWhat.of('written').length === 0) {
      return unknown('the history shows neither sends nor writes, so nobody can say what was sent')
    }
    return violatedBy(stored)
  },
}

/** Whether somebody had offered this message to Kafka before that op. */
function knownFrom(views: Views): (message: string, op: number) => boolean {
  // The harness tells of its write when the append is done, so the order of those two says nothing.
  const written = new Set<string>()
  for (const { body } of views.byWhat.of('written')) written.add(body.message)
  return (message, op) => {
    if (written.has(message)) return true
    const first = views.sends.of(message)[0]
    return first !== undefined && first.send.op.index < op
  }
}
