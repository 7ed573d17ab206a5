import { evidence } from './evidence.ts'
import type { Evidence, Property } from './property.ts'
import { allowedIf, type Fault, violatedBy } from './verdicts.ts'
import type { Views } from './views.ts'
import type { LogRecord, PartitionLog } from './views/log.ts'
import { place } from './views/offset.ts'
import type { Send, Sent } from './views/sends.ts'

/**
 * Records of one producer lie in a partition in the order in which it sent them: a send that was invoked after an earlier one was ok
 * never lies before it, and the records of one send lie there in the order of its list.
 *
 * Sends that overlapped in time may change places when one of them is tried again: kafkajs promises an order only for what is awaited.
 * An idempotent producer would keep it in other clients, so that is told, as allowed.
 * Smallest violation: send m1, ok; send m2, ok; orders/0 holds m2, m1.
 */
export const orderPerProducerAndPartition: Property = {
  name: 'order-per-producer-and-partition',
  party: 'client',
  says: 'the records of one producer lie in a partition in the order in which it sent them',
  cannotSee:
    'messages that were given to more than one send, as nobody can say which copy is whose; later copies of a message, which no-duplicates-in-log judges',
  applies: () => true,
  judge(views) {
    const faults: Fault[] = []
    const overlapped: Evidence[] = []
    if (views.sends.all.length > 0) for (const log of views.logs.all) look(views, log, faults, overlapped)
    return faults.length > 0 ? violatedBy(faults) : allowedIf(overlapped, 'the sends overlapped in time')
  },
}

/** What lies behind, of one producer. */
interface Behind {
  /** The one that was ok first: who was invoked after that has to lie behind it. */
  ok: Sent & { record: LogRecord }
  /** The one that was invoked first. */
  invoked: Sent & { record: LogRecord }
}

/** One walk from the end of the log to its beginning. */
function look(views: Views, log: PartitionLog, faults: Fault[], overlapped: Evidence[]): void {
  const behind: (Behind | undefined)[] = []
  const lastOfSend = new Map<Send, Sent & { record: LogRecord }>()
  for (let position = log.records.length - 1; position >= 0; position--) {
    const record = log.records[position]!
    const sent = onlySend(views, record)
    if (sent === undefined) continue
    const here = { ...sent, record }
    const { send } = sent

    const next = lastOfSend.get(send)
    if (next !== undefined && next.at < sent.at) faults.push({ party: 'client', evidence: tell(here, next, 'in one send') })
    lastOfSend.set(send, here)

    const known = behind[send.by]
    if (known === undefined) {
      behind[send.by] = { ok: here, invoked: here }
      continue
    }
    if (okAt(known.ok.send) < send.op.index) {
      faults.push({ party: 'client', evidence: tell(here, known.ok, 'after that was ok') })
    } else if (send.op.body.idempotent && known.invoked.send.op.index < send.op.index) {
      overlapped.push(tell(here, known.invoked, 'while that was under way'))
    }
    if (okAt(send) < okAt(known.ok.send)) known.ok = here
    if (send.op.index < known.invoked.send.op.index) known.invoked = here
  }
}

/** The one send that this record came from; undefined where there are several, or where an earlier copy stands for it. */
function onlySend(views: Views, record: LogRecord): Sent | undefined {
  if (record.message === '') return undefined
  const sent = views.sends.of(record.message)
  if (sent.length !== 1 || sent[0]!.topic !== record.log.topic) return undefined
  return views.logs.copiesOf(record.message)[0] === record ? sent[0] : undefined
}

function okAt({ end }: Send): number {
  return end?.phase === 'ok' ? end.index : Number.POSITIVE_INFINITY
}

function tell(before: Sent & { record: LogRecord }, after: Sent & { record: LogRecord }, when: string): Evidence {
  const { log } = before.record
  const says =
    `${before.record.message} was sent behind ${after.record.message}, ${when}, and lies before it: ` +
    `${place(log.topic, log.partition, before.record.offset)} and @${after.record.offset}`
  const ops = [after, before].flatMap(({ send, record }) => [send.op.index, send.end?.index, record.op])
  return evidence(says, [after.record.message, before.record.message], ops)
}
