import { evidence } from './evidence.ts'
import type { Clause, Property } from './property.ts'
import { type Fault, holds, unknown, violatedBy } from './verdicts.ts'
import type { OpOf } from './views/by-what.ts'
import { type LogRecord, recordsAt } from './views/log.ts'
import { offsetOf, place } from './views/offset.ts'
import { acknowledged, type Send } from './views/sends.ts'
import type { Views } from './views.ts'

const clauses = {
  stored: {
    name: 'resolved-is-stored',
    says: 'a send() that resolves has stored each of its records',
    explains: ['lost'],
    advice:
      'With idempotent: true, have one send() under way per producer (wait for it; maxInFlightRequests: 1 does not do that), give every message a key or a partition, and when a send() throws, disconnect that producer and go on with a new one: it hands out the same sequence number again, which the broker takes for a duplicate. With any producer, put messages for one partition into a send(): of several leaders, one that has answered is not asked again when a partition moves to it.',
  },
  offset: {
    name: 'resolved-names-its-offset',
    says: 'a send() that resolves names the offset at which its records lie',
    explains: [],
    advice:
      'Do not build on baseOffset. With idempotent: true, have one send() under way per producer and make a new producer when one throws.',
  },
  refused: {
    name: 'refused-is-not-stored',
    says: 'a send() that throws an error which says "not sent" has stored nothing',
    explains: ['repeated'],
    advice: 'Before you send again after an error, treat the message as perhaps stored, whatever the error says.',
  },
} as const satisfies Record<string, Clause>

/**
 * What kafkajs says of a `send()` is true: when it resolves (acks other than 0), each of its records was stored, and the offset that it
 * names holds one of them; when it throws an error that says "not sent", none of them was.
 *
 * Which errors say so (kafkajs 2.2.4): what it refuses before it asks anybody (recorded as `fail`), and what the broker refuses for
 * what the batch is, which every attempt would be refused for alike. Everything else, NumberOfRetriesExceeded and
 * OUT_OF_ORDER_SEQUENCE_NUMBER included, speaks of the last attempt only; one before it may have been stored.
 *
 * That it is stored *once* is judged in no-duplicates-in-log, that it stays stored in acknowledged-writes-survive.
 * Smallest violation: send of m2 resolves, and m2 was never appended (its batch was taken for a duplicate of m1's).
 */
export const sendContract: Property = {
  name: 'send-contract',
  party: 'client',
  says: 'a send that resolves is stored at the offset that it names, and one that was refused is not stored',
  cannotSee:
    'a refusal by the broker of a send of several records, as each partition answers for itself; whether a broker that answers wrongly made the client lie',
  clauses: Object.values(clauses),
  applies: () => true,
  judge(views) {
    if (views.sends.all.length === 0) return holds
    if (views.logs.all.length === 0 && views.sends.all.some(acknowledged)) {
      return unknown('the history does not show what the cluster stored')
    }
    const faults: Fault[] = []
    for (const send of views.sends.all) {
      if (acknowledged(send)) resolved(views, send, faults)
      else if (refused(send)) rejected(views, send, faults)
    }
    return violatedBy(faults)
  },
}

/** Kafka's errors that are about the batch itself, so that no attempt can have been taken. */
const aboutTheBatch: ReadonlySet<string> = new Set([
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_REQUIRED_ACKS',
  'INVALID_TIMESTAMP',
  'INVALID_RECORD',
  'INVALID_TOPIC_EXCEPTION',
  'UNSUPPORTED_FOR_MESSAGE_FORMAT',
  'UNSUPPORTED_COMPRESSION_TYPE',
  'POLICY_VIOLATION',
  'TOPIC_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
])

/** Whether the error says for sure that nothing of this send was stored. */
export function refused({ op, end }: Send): boolean {
  if (end === undefined) return false
  if (end.phase === 'fail') return true
  return op.body.records.length === 1 && aboutTheBatch.has(end.body.error?.code ?? '')
}

function resolved(views: Views, send: Send, faults: Fault[]): void {
  const { op, end } = send
  const missing: string[] = []
  for (const { message, topic } of op.body.records) {
    if (message === '') continue
    // Each resolved send stored a record of its own, so there are at least as many records as such sends.
    let promised = 0
    for (const sent of views.sends.of(message)) if (sent.topic === topic && acknowledged(sent.send)) promised++
    let stored = 0
    for (const copy of views.logs.copiesOf(message)) if (copy.log.topic === topic) stored++
    if (stored < promised) missing.push(message)
  }
  const wrong = wrongOffset(views, send)
  if (missing.length === 0 && wrong === undefined) return
  const says =
    missing.length === 0
      ? `send of ${list(op)} resolved with ${wrong!.says}`
      : `send of ${list(op)} resolved${wrong === undefined ? '' : ` with ${wrong.says}`}, and ${missing.join(', ')} was never stored`
  const messages = missing.length === 0 ? op.body.records.map(({ message }) => message) : missing
  // What the broker took it for, where it did.
  const mistaken = views.byWhat
    .of('duplicate')
    .filter(
      (one) => one.index > op.index && one.index < end!.index && one.body.messages.some((m) => missing.includes(m)),
    )
  const clause = missing.length === 0 ? clauses.offset : clauses.stored
  const ops = [op.index, end!.index, wrong?.there?.op, ...mistaken.map((one) => one.index)]
  faults.push({ party: 'client', evidence: evidence(says, messages, ops, clause.name) })
}

/** The first offset of the answer at which something else lies, or nothing. */
function wrongOffset(views: Views, { op, end }: Send): { says: string; there: LogRecord | undefined } | undefined {
  for (const { topic, partition, offset } of end?.body.stored ?? []) {
    // Where the client does not know it says -1 or nothing.
    if (offset === '' || offset.startsWith('-')) continue
    const at = offsetOf(offset)
    const there = views.logs.of(topic, partition).flatMap((log) => recordsAt(log, at))
    const own = there.some((record) => record !== undefined && isOf(op, record))
    if (own) continue
    const lies = there.findLast((record) => record !== undefined)
    const what = lies === undefined ? 'nothing lies' : `${lies.message || 'another record'} lies`
    return { says: `${place(topic, partition, offset)}, where ${what}`, there: lies }
  }
  return undefined
}

function isOf({ body }: OpOf<'send'>, { message, log }: LogRecord): boolean {
  return body.records.some((record) => record.message === message && record.topic === log.topic)
}

function rejected(views: Views, send: Send, faults: Fault[]): void {
  const { op, end } = send
  for (const { message, topic } of op.body.records) {
    if (message === '') continue
    const copies = views.logs.copiesOf(message).filter((copy) => copy.log.topic === topic)
    // Another send of the same message may have stored it.
    const others = views.sends.of(message).filter((sent) => sent.topic === topic && !refused(sent.send)).length
    const writes = views.byWhat.of('written').filter(({ body }) => body.message === message).length
    if (copies.length <= others + writes) continue
    const { log, offset, op: appended } = copies.at(-1)!
    const error = end?.body.error?.code || end?.body.error?.name || 'an error'
    const says = `send of ${message} was refused with ${error}, and it lies at ${place(log.topic, log.partition, offset)}`
    faults.push({
      party: 'client',
      evidence: evidence(says, [message], [op.index, end?.index, appended], clauses.refused.name),
    })
  }
}

function list({ body }: OpOf<'send'>): string {
  const names = body.records.map(({ message }) => message || 'a record')
  return names.length > 4 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ')
}
