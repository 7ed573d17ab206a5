import { evidence } from './evidence.ts'
import type { Party, Property } from './property.ts'
import { allowedIf, type Fault, holds, unknown, violatedBy } from './verdicts.ts'
import { isReadable, wasCut } from './views/end.ts'
import { place } from './views/offset.ts'
import { acknowledged } from './views/sends.ts'
import type { Views } from './views.ts'

/**
 * What was acknowledged (`send()` resolved with acks other than 0) or written by the harness, and did enter the log, is readable at the
 * end. After a cluster reset, after its topic was created again, its volume wiped, its log cut off or compacted, it is gone by order: allowed. With
 * acks=1 a record may go with its leader, and with an unclean election with any: the fault of the configuration, and allowed as well.
 * Smallest violation: a send of m1 resolves, m1 was appended at orders/0@0, and at rest orders/0 ends at 0.
 */
export const acknowledgedWritesSurvive: Property = {
  name: 'acknowledged-writes-survive',
  party: 'cluster',
  says: 'what was acknowledged is readable until the end',
  cannotSee:
    'what compaction or retention removed without a word (a real cluster) counts as lost; whether what compaction removed had a later record of its key; a send that resolved without any append is judged in send-contract; what a later record with the same identity replaced',
  clauses: [{ name: 'survives', says: 'what was acknowledged is readable until the end', explains: ['lost'] }],
  applies: () => true,
  judge(views) {
    const kept = candidates(views)
    if (kept.length === 0) return holds
    const { end } = views
    if (end === undefined) return unknown('the history does not say where the logs ended')
    const lost: Fault[] = []
    const allowed: ReturnType<typeof evidence>[] = []
    let by = ''
    for (const { message, topic, ops, acks } of kept) {
      const copies = views.logs.copiesOf(message).filter((copy) => copy.log.topic === topic)
      if (copies.length === 0 || copies.some((copy) => isReadable(views, copy))) continue
      const last = copies.at(-1)!
      const where = `${message} (${place(topic, last.log.partition, last.offset)})`
      const wipe = views.wipes.ofLog(last.log, last.op, undefined, last.offset)
      if (wipe !== undefined) {
        by ||= wipe.by
        allowed.push(evidence(`${where} went with the ${wipe.by}`, [message], [...ops, last.op, wipe.op]))
        continue
      }
      const cut = wasCut(views, last, acks)
      if (cut !== undefined) {
        by ||= cut.by
        allowed.push(evidence(`${where} was acknowledged and ${cut.says}`, [message], [...ops, last.op, cut.op]))
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
