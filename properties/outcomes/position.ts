/** Whether a group's position has gone past a record: then nobody will read it again. */

import type { CommitLine, Committed } from '../views/commits.ts'
import type { Written } from '../views/inputs.ts'
import type { Wipe } from '../views/wipes.ts'
import type { Views } from '../views.ts'

export interface Passed {
  readonly line: CommitLine
  readonly move: Committed
}

/** The first commit beyond this record, up to `until`, while its log was there. */
export function passedBy(views: Views, at: Written, until = Number.POSITIVE_INFINITY): Passed | undefined {
  for (const line of views.commits) {
    if (line.partition !== at.partition || line.topic !== at.topic) continue
    const move = line.moves.find((one) => one.op > at.op && one.op <= until && one.offset > at.offset)
    if (move !== undefined && wipedBefore(views, at, move.op) === undefined) return { line, move }
  }
  return undefined
}

export function wipedBefore(views: Views, at: Written, until: number): Wipe | undefined {
  const lostAt = at.record?.lostAt
  if (lostAt !== undefined && lostAt <= until)
    return views.wipes.all.find(({ op }) => op === lostAt) ?? { op: lostAt, by: 'lost tail' }
  return at.record === undefined
    ? views.wipes.ofTopic(at.topic, at.op, until, at.partition)
    : views.wipes.ofLog(at.record.log, at.op, until, at.offset)
}

/**
 * Whether a group was made to read this record again between two ops: an operator moved its committed offset back, or a coordinator lost
 * what had been committed.
 */
export function rewoundBetween(
  views: Views,
  { topic, partition, offset }: { readonly topic: string; readonly partition: number; readonly offset: number },
  since: number,
  until: number,
): { readonly by: string; readonly op: number } | undefined {
  for (const line of views.commits) {
    if (line.partition !== partition || line.topic !== topic) continue
    const move = line.moves.find(
      (one) => one.by === 'operator' && one.op > since && one.op <= until && one.offset <= offset,
    )
    if (move !== undefined) return { by: 'offset-reset', op: move.op }
  }
  return views.wipes.ofCommits(since, until)
}
