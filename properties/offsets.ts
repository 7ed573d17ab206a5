import { evidence } from './evidence.ts'
import type { Property } from './property.ts'
import { type Fault, violatedBy } from './verdicts.ts'
import type { OpOf } from './views/by-what.ts'
import { type LogRecord, type PartitionLog, positionOf, recordsAt } from './views/log.ts'
import { offsetOf, place } from './views/offset.ts'
import type { Views } from './views.ts'

/**
 * Within one topic id: offsets strictly grow, what lies at an offset never changes, and every reader gets what was appended there,
 * with nothing left out in between.
 * Smallest violation: m1 is appended at orders/0@0, and then m2 at orders/0@0.
 */
export const offsets: Property = {
  name: 'offsets',
  party: 'cluster',
  says: 'offsets strictly grow, never change, and all readers agree on them',
  cannotSee:
    'a value that changed under its identity; gaps before the first record of a fetch; a log without `appended` ops (a real cluster), of which only the readers could be compared with each other',
  applies: () => true,
  judge(views) {
    const faults: Fault[] = []
    for (const log of views.logs.all) {
      for (const op of log.misplaced) faults.push({ party: 'cluster', evidence: misplaced(views, log, op) })
    }
    if (views.logs.all.length > 0) {
      for (const op of views.byWhat.of('fetched')) fetched(views, op, faults)
      for (const op of views.handlings.all) handled(views, op, faults)
    }
    return violatedBy(faults)
  },
}

function misplaced(views: Views, log: PartitionLog, op: OpOf<'appended'>) {
  const { baseOffset, crc, messages } = op.body
  const there = log.records[positionOf(log, offsetOf(baseOffset))]
  const where = place(log.topic, log.partition, baseOffset)
  const before = there === undefined ? undefined : (views.history.ops[there.op] as OpOf<'appended'>)
  const says =
    before?.body.baseOffset === baseOffset
      ? `${where} was appended twice${before.body.crc === crc ? '' : ', with different bytes'}`
      : `${where} was appended behind @${log.records.at(-1)!.offset}`
  return evidence(says, messages, [before?.index, op.index])
}

function fetched(views: Views, { index, body }: OpOf<'fetched'>, faults: Fault[]): void {
  if (body.records.length === 0 || body.topic.startsWith('__')) return
  const log = views.logs.byId(body.topicId, body.partition, index)
  let position = -1
  for (const { offset, message } of body.records) {
    const at = offsetOf(offset)
    // What has been lost since, or what a leader showed that was none any more.
    if (log?.lost.some((one) => one.offset === at && one.message === message && one.op < index)) {
      position = -1
      continue
    }
    const found = log === undefined ? -1 : positionOf(log, at)
    const record = log?.records[found]
    let wrong = ''
    if (record === undefined || record.offset !== at || record.op > index) {
      wrong = `as ${message || 'a record'}, and nothing had been appended there`
    } else if (record.message !== message) {
      wrong = `as ${message}, and ${record.message} lies there`
    } else if (position >= 0 && isAnyLeftOut(views, log!, position, found, index)) {
      wrong = `right behind @${log!.records[position]!.offset}, and others lie between`
    }
    if (wrong !== '') {
      const says = `${place(body.topic, body.partition, offset)} was read ${wrong}`
      faults.push({ party: 'cluster', evidence: evidence(says, [message], [record?.op, index]) })
    }
    position = found
  }
}

/** Of the records between two; what compaction has taken out is not left out. */
function isAnyLeftOut({ wipes }: Views, log: PartitionLog, after: number, before: number, op: number): boolean {
  if (before <= after) return true
  return log.records.slice(after + 1, before).some(({ offset }) => !wipes.isCompacted(log, op, offset))
}

/** The client hands on what it has read: if that is wrong where the fetch was right, it is the client's doing. */
function handled(views: Views, { index, body }: OpOf<'handler'>, faults: Fault[]): void {
  for (const { topic, partition, offset, message } of body.records) {
    const logs = views.logs.of(topic, partition)
    const at = offsetOf(offset)
    let there: LogRecord | undefined
    let agrees = false
    for (const log of logs) {
      for (const record of recordsAt(log, at)) {
        there = record
        if (record.message === message && record.op < index) agrees = true
      }
    }
    if (agrees) continue
    const what = there === undefined ? 'nothing lies there' : `${there.message} lies there`
    const says = `${place(topic, partition, offset)} was handled as ${message || 'a record'}, and ${what}`
    faults.push({ party: 'client', evidence: evidence(says, [message], [there?.op, index]) })
  }
}
