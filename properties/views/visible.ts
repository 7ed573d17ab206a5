/** What a consumer is to be handed of a partition: the log as of a moment, without what was aborted. */

import type { Views } from '../views.ts'
import type { LogRecord, PartitionLog } from './log.ts'
import { positionOf } from './log.ts'

/** The log that this partition had at this op, unless it was gone again. */
export function logAt(views: Views, topic: string, partition: number, op: number): PartitionLog | undefined {
  const log = views.logs.of(topic, partition).findLast((one) => one.firstOp < op)
  return log === undefined || views.wipes.ofLog(log, log.firstOp, op) !== undefined ? undefined : log
}

/** The records from one offset up to, and not with, another, that were there at this op. */
export function visibleBetween(
  views: Views,
  log: PartitionLog,
  from: number,
  to: number,
  op: number,
): readonly LogRecord[] {
  const found: LogRecord[] = []
  for (let at = positionOf(log, from); at < log.records.length; at++) {
    const record = log.records[at]!
    if (record.offset >= to || record.op > op) break
    if (record.offset < from || views.transactions.isAborted(record)) continue
    if (!views.wipes.isCompacted(log, op, record.offset)) found.push(record)
  }
  return found
}

/** What last ended the offsets of this partition, or what groups had committed, before this op; -1 where nothing did. */
export function lastWipe({ wipes }: Views, topic: string, until: number, partition: number): number {
  let last = -1
  for (;;) {
    const next = wipes.ofTopic(topic, last, until, partition) ?? wipes.ofCommits(last, until)
    if (next === undefined) return last
    last = next.op
  }
}

/** Where the log began at this op: records before that were deleted. */
export function startOf(views: Views, log: PartitionLog, op: number): number {
  let start = 0
  for (const { index, body } of views.byWhat.of('log-start')) {
    if (isWithin(log, index, op) && isOf(log, body)) start = Math.max(start, Number(body.offset))
  }
  return start
}

/** Where the log ended at this op, markers included. */
export function endOf(views: Views, log: PartitionLog, op: number): number {
  let end = (log.records.findLast((record) => record.op < op)?.offset ?? -1) + 1
  for (const { index, body } of views.byWhat.of('marker')) {
    if (isWithin(log, index, op) && isOf(log, body)) end = Math.max(end, Number(body.offset) + 1)
  }
  return end
}

/** A topic id may have several logs, one after the other. */
const isWithin = (log: PartitionLog, index: number, op: number): boolean => index > log.firstOp && index < op

const isOf = (log: PartitionLog, place: { readonly topicId: string; readonly partition: number }): boolean =>
  place.topicId === log.topicId && place.partition === log.partition

/** `m1, m2 and 3 more` */
export function namesOf(records: readonly { readonly message: string }[]): string {
  const names = records.map(({ message }) => message || 'a record')
  return names.length > 4 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ')
}
