import { evidence } from './evidence.ts'
import type { Evidence, Property } from './property.ts'
import { violatedIf } from './verdicts.ts'
import type { CommitLine, Committed } from './views/commits.ts'
import { type LogRecord, type PartitionLog, positionOf } from './views/log.ts'
import { place } from './views/offset.ts'
import type { Views } from './views.ts'

/**
 * A committed offset never passes a record that was delivered to a handler and is not finished: a crash right then would lose it.
 *
 * A record is finished when its effect is durable. It was *not* finished, beyond doubt, when at the moment of the commit an effect of
 * it was under way, or began only later, or its handler was still open and then failed or died without any effect. A handler that
 * returned without an effect made up its mind: if that was wrong, `effects-at-least-once` says so.
 * Smallest violation: m1 is handed to a handler, group g commits 1, `apply m1` is invoked.
 */
export const commitNotPastUnfinished: Property = {
  name: 'commit-not-past-unfinished',
  party: 'application',
  says: 'a committed offset never passes a record that is still being worked on',
  cannotSee:
    'a handler that returned early and did its work without `effects`; what eachBatch resolved before it was done looks like the application’s commit, and so does a client that commits too early by itself',
  applies: ({ promise }) => promise === 'at-least-once' || promise === 'exactly-once',
  judge(views) {
    const found: Evidence[] = []
    for (const line of views.commits) look(views, line, found)
    return violatedIf(found, 'application')
  },
}

function look(views: Views, line: CommitLine, found: Evidence[]): void {
  let from = 0
  let before: Committed | undefined
  for (const move of line.moves) {
    if (before !== undefined && views.wipes.ofTopic(line.topic, before.op, move.op, line.partition) !== undefined)
      from = 0
    before = move
    // What a state shows was committed before; what an operator moves is not the application's word.
    if (move.by !== 'member') continue
    const log = logAt(views, line, move)
    if (log === undefined) continue
    for (let at = positionOf(log, from); at < log.records.length; at++) {
      const record = log.records[at]!
      if (record.offset >= move.offset || record.op > move.op) break
      const why = unfinished(views, line, record, move)
      if (why === undefined) continue
      const where = `${record.message} (${place(line.topic, line.partition, record.offset)})`
      const says = `group ${line.group} committed ${move.offset}, past ${where}, ${why.says}`
      found.push(evidence(says, [record.message], [...why.ops, move.op]))
    }
    from = Math.max(0, move.offset)
  }
}

/** The log that this partition had when this was committed. */
function logAt(views: Views, { topic, partition }: CommitLine, { op }: Committed): PartitionLog | undefined {
  const log = views.logs.of(topic, partition).findLast((one) => one.firstOp < op)
  return log === undefined || views.wipes.ofLog(log, log.firstOp, op) !== undefined ? undefined : log
}

interface Why {
  readonly says: string
  readonly ops: readonly number[]
}

/** Why this record was beyond doubt not finished at this commit. */
function unfinished(
  views: Views,
  { group, topic }: CommitLine,
  record: LogRecord,
  { op: commit }: Committed,
): Why | undefined {
  const { message, offset, log } = record
  const deeds = views.works.deedsOf(message, topic)
  if (message === '' || deeds.some((deed) => deed.op < commit)) return undefined
  const handlings = views.handlings
    .of(message)
    .filter(
      ({ index, body }) =>
        index > record.op &&
        index < commit &&
        body.group === group &&
        body.records.some((one) => one.partition === log.partition && Number(one.offset) === offset),
    )
  if (handlings.length === 0) return undefined
  const seen = handlings.map(({ index }) => index)

  const tries = views.works.triesOf(message)
  const underWay = tries.find((op) => views.byWhat.openAt(op, commit))
  if (underWay !== undefined) return { says: 'while its effect was under way', ops: [...seen, underWay.index] }
  const later = tries.find((op) => op.index > commit)
  if (later !== undefined) return { says: 'before its effect had begun', ops: [...seen, later.index] }
  if (deeds.length > 0) return { says: 'before it had its effect', ops: [...seen, deeds[0]!.op] }
  const open = handlings.find((op) => views.byWhat.openAt(op, commit) && views.byWhat.endOf(op)?.phase !== 'ok')
  if (open === undefined) return undefined
  const end = views.byWhat.endOf(open)
  const how = end?.phase === 'fail' ? 'failed' : 'never ended'
  return { says: `while its handler ran, which then ${how}`, ops: [...seen, ...(end === undefined ? [] : [end.index])] }
}
