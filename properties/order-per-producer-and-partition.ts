import { evidence } from './evidence.ts'
import type { Evidence, Property } from './property.ts'
import { allowedIf, type Fault, violatedBy } from './verdicts.ts'
import type { LogRecord, PartitionLog } from './views/log.ts'
import { place } from './views/offset.ts'
import type { Send, Sent } from './views/sends.ts'
import type { Views } from './views.ts'

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
  clauses: [
    {
      name: 'in-order',
      says: 'the records of one producer lie in a partition in the order in which it sent them',
      explains: [],
      advice: 'Wait for each send() before the next one to the same partition.',
    },
  ],
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
  /** The one whose send was ok first: what was sent after that has to lie behind it. */
  ok: LogRecord
  okAt: number
  /** The one that was sent first. */
  invoked: LogRecord
  invokedAt: number
}

/** One walk from the end of the log to its beginning. */
function look(views: Views, log: PartitionLog, faults: Fault[], overlapped: Evidence[]): void {
  const behind: (Behind | undefined)[] = []
  const nextOfSend = new Map<Send, { record: LogRecord; at: number }>()
  for (let position = log.records.length - 1; position >= 0; position--) {
    const record = log.records[position]!
    const sent = onlySend(views, record)
    if (sent === undefined) continue
    const { send, at } = sent
    const { index, body } = send.op

    if (body.records.length > 1) {
      const next = nextOfSend.get(send)
      if (next !== undefined && next.at < at) {
        faults.push({ party: 'client', evidence: tell(views, record, next.record, 'in one send') })
      }
      nextOfSend.set(send, { record, at })
    }

    const ok = okAt(send)
    const known = behind[send.by]
    if (known === undefined) {
      behind[send.by] = { ok: record, okAt: ok, invoked: record, invokedAt: index }
      continue
    }
    if (known.okAt < index) {
      faults.push({ party: 'client', evidence: tell(views, record, known.ok, 'after that was ok') })
    } else if (body.idempotent && known.invokedAt < index) {
      overlapped.push(tell(views, record, known.invoked, 'while that was under way'))
    }
    if (ok < known.okAt) {
      known.ok = record
      known.okAt = ok
    }
    if (index < known.invokedAt) {
      known.invoked = record
      known.invokedAt = index
    }
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

/** `before` lies first in the log and was sent last. */
function tell(views: Views, before: LogRecord, after: LogRecord, when: string): Evidence {
  const { log } = before
  const says =
    `${before.message} was sent behind ${after.message}, ${when}, and lies before it: ` +
    `${place(log.topic, log.partition, before.offset)} and @${after.offset}`
  const ops = [after, before].flatMap((record) => {
    const { send } = onlySend(views, record)!
    return [send.op.index, send.end?.index, record.op]
  })
  return evidence(says, [after.message, before.message], ops)
}
