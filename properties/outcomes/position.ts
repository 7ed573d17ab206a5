/** Whether a group's position has gone past a record: then nobody will read it again. */
import type { Views } from '../views.ts'
import type { CommitLine, Committed } from '../views/commits.ts'
import { type LogRecord, recordAt } from '../views/log.ts'
import { offsetOf } from '../views/offset.ts'
import type { Wipe } from '../views/wipes.ts'

/** An input as it was written into a topic. `op` is where the cluster appended it, or where the harness says it wrote it. */
export interface Place {
  readonly message: string
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly op: number
  readonly record: LogRecord | undefined
}

/** Every input that the harness wrote into a topic, with its place in the log. */
export function writtenInputs(views: Views): readonly Place[] {
  const { logs } = views
  return views.byWhat.of('written').map(({ index, body: { topic, partition, offset, message } }) => {
    const at = offsetOf(offset)
    let record: LogRecord | undefined
    for (const log of logs.of(topic, partition)) {
      const candidate = recordAt(log, at)
      if (candidate?.message === message) record = candidate
    }
    return { message, topic, partition, offset: at, op: record?.op ?? index, record }
  })
}

export interface Passed {
  readonly line: CommitLine
  readonly move: Committed
}

/** The first commit beyond this record, up to `until`, while its log was there. */
export function passedBy(views: Views, at: Place, until = Number.POSITIVE_INFINITY): Passed | undefined {
  for (const line of views.commits) {
    if (line.partition !== at.partition || line.topic !== at.topic) continue
    const move = line.moves.find((one) => one.op > at.op && one.op <= until && one.offset > at.offset)
    if (move !== undefined && wipedBefore(views, at, move.op) === undefined) return { line, move }
  }
  return undefined
}

export function wipedBefore(views: Views, at: Place, until: number): Wipe | undefined {
  return at.record === undefined
    ? views.wipes.ofTopic(at.topic, at.op, until)
    : views.wipes.ofLog(at.record.log, at.op, until)
}
