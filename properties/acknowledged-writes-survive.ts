import { evidence } from './evidence.ts'
import type { Party, Property } from './property.ts'
import { allowedIf, type Fault, holds, unknown, violatedBy } from './verdicts.ts'
import type { OpOf } from './views/by-what.ts'
import { listOf } from './views/lists.ts'
import type { LogRecord } from './views/log.ts'
import { offsetOf, place } from './views/offset.ts'
import { acknowledged } from './views/sends.ts'
import type { Views } from './views.ts'

/**
 * What was acknowledged (`send()` resolved with acks other than 0) or written by the harness, and did enter the log, is readable at the
 * end. After a cluster reset, or after its topic was created again, it is gone by order: allowed. With acks=1 a record may go with
 * its leader: the fault of the configuration, and allowed as well.
 * Smallest violation: a send of m1 resolves, m1 was appended at orders/0@0, and at rest orders/0 ends at 0.
 */
export const acknowledgedWritesSurvive: Property = {
  name: 'acknowledged-writes-survive',
  party: 'cluster',
  says: 'what was acknowledged is readable until the end',
  cannotSee:
    'what retention or compaction removed on purpose counts as lost; a send that resolved without any append is judged in send-contract; what a later record with the same identity replaced',
  clauses: [{ name: 'survives', says: 'what was acknowledged is readable until the end', explains: ['lost'] }],
  applies: () => true,
  judge(views) {
    const kept = candidates(views)
    if (kept.length === 0) return holds
    const end = lastState(views)
    if (end === undefined) return unknown('the history does not say where the logs ended')
    const lost: Fault[] = []
    const allowed: ReturnType<typeof evidence>[] = []
    let by = ''
    for (const { message, topic, ops, acks } of kept) {
      const copies = views.logs.copiesOf(message).filter((copy) => copy.log.topic === topic)
      if (copies.length === 0 || copies.some((copy) => readable(views, copy, end))) continue
      const last = copies.at(-1)!
      const where = `${message} (${place(topic, last.log.partition, last.offset)})`
      const wipe = views.wipes.ofLog(last.log, last.op)
      if (wipe !== undefined) {
        by ||= wipe.by
        allowed.push(evidence(`${where} went with the ${wipe.by}`, [message], [...ops, last.op, wipe.op]))
        continue
      }
      const moved = acks === 1 ? leaderChange(views, last) : undefined
      if (moved !== undefined) {
        by ||= 'acks=1 and a change of leader'
        allowed.push(
          evidence(`${where} was acknowledged by a leader alone, and went with it`, [message], [...ops, moved]),
        )
        continue
      }
      const says = `${where} was acknowledged and is not readable at the end`
      lost.push({
        party: 'cluster' satisfies Party,
        evidence: evidence(says, [message], [...ops, last.op, end.op.index]),
      })
    }
    return lost.length > 0 ? violatedBy(lost) : allowedIf(allowed, by)
  },
}

interface Candidate {
  readonly message: string
  readonly topic: string
  readonly acks: number
  readonly ops: readonly number[]
}

function candidates(views: Views): readonly Candidate[] {
  const found: Candidate[] = []
  for (const { index, body } of views.byWhat.of('written')) {
    found.push({ message: body.message, topic: body.topic, acks: -1, ops: [index] })
  }
  for (const send of views.sends.all) {
    if (!acknowledged(send)) continue
    for (const { message, topic } of send.op.body.records) {
      if (message !== '') found.push({ message, topic, acks: send.op.body.acks, ops: [send.op.index, send.end!.index] })
    }
  }
  return found
}

interface End {
  readonly op: OpOf<'state'>
  /** By topic id, then partition. */
  readonly logs: ReadonlyMap<string, readonly (Bounds | undefined)[]>
}

interface Bounds {
  readonly start: number
  readonly end: number
}

function lastState(views: Views): End | undefined {
  const op = views.byWhat.of('state').at(-1)
  if (op === undefined) return undefined
  const logs = new Map<string, (Bounds | undefined)[]>()
  for (const { topicId, partition, start, end } of op.body.logs) {
    listOf(logs, topicId)[partition] = { start: offsetOf(start), end: offsetOf(end) }
  }
  return { op, logs }
}

function readable(views: Views, { log, offset, op }: LogRecord, end: End): boolean {
  // Appended after the state was taken: nothing says that it is gone.
  if (op > end.op.index) return views.wipes.ofLog(log, op) === undefined
  const bounds = end.logs.get(log.topicId)?.[log.partition]
  return bounds !== undefined && bounds.start <= offset && offset < bounds.end
}

function leaderChange(views: Views, { log, op }: LogRecord): number | undefined {
  return views.byWhat
    .of('leader')
    .find(({ index, body }) => index > op && body.topic === log.topic && body.partition === log.partition)?.index
}
