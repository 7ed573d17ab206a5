/** What is readable at the end of a run, and why what was there may be gone though nobody is to blame for it but who configured it. */
import type { Views } from '../views.ts'
import type { ByWhat, OpOf } from './by-what.ts'
import { listOf } from './lists.ts'
import type { LogRecord } from './log.ts'
import { offsetOf } from './offset.ts'

export interface End {
  readonly op: OpOf<'state'>
  /** By topic id, then partition. */
  readonly logs: ReadonlyMap<string, readonly (Bounds | undefined)[]>
}

interface Bounds {
  readonly start: number
  readonly end: number
}

/** As the last `state` shows it. */
export function endIn(byWhat: ByWhat): End | undefined {
  const op = byWhat.of('state').at(-1)
  if (op === undefined) return undefined
  const logs = new Map<string, (Bounds | undefined)[]>()
  for (const { topicId, partition, start, end } of op.body.logs) {
    listOf(logs, topicId)[partition] = { start: offsetOf(start), end: offsetOf(end) }
  }
  return { op, logs }
}

/** True where no state says otherwise. */
export function isReadable(views: Views, { log, offset, op, lostAt }: LogRecord): boolean {
  if (lostAt !== undefined) return false
  const { end } = views
  if (end === undefined) return true
  if (views.wipes.ofLog(log, op, undefined, offset) !== undefined) return false
  // Appended after the state was taken: nothing says that it is gone.
  if (op > end.op.index) return true
  const bounds = end.logs.get(log.topicId)?.[log.partition]
  return bounds !== undefined && bounds.start <= offset && offset < bounds.end
}

export interface Cut {
  /** The rule. */
  readonly by: string
  readonly says: string
  readonly op: number
  readonly clause: 'acks-1' | 'unclean-election' | 'unflushed'
}

/** The rule by which the next leader may be without it; undefined: with acks=all it may not. */
function lostFor(views: Views, op: number, acks: number): Cut | undefined {
  const { body } = views.history.ops[op]!
  const byElection = { by: 'an unclean election', says: 'went with an unclean election', op } as const
  if (body.what === 'lost' && body.unclean) return { ...byElection, clause: 'unclean-election' }
  if (body.what === 'lost' && body.disk) {
    const says = 'had not reached the disk of the last machine that was in sync, and went with it'
    return { by: 'a machine that went down', says, op, clause: 'unflushed' }
  }
  if (acks === -1) return undefined
  const says = 'was on its leader alone, and went with it'
  return { by: 'acks=1 and a change of leader', says, op, clause: 'acks-1' }
}

/** What took this record from its log. `acks`: those of its send, or -1. */
export function wasCut(views: Views, { log, op, lostAt }: LogRecord, acks: number): Cut | undefined {
  if (lostAt !== undefined) return lostFor(views, lostAt, acks)
  const isHere = ({ topic, partition }: { readonly topic: string; readonly partition: number }) =>
    topic === log.topic && partition === log.partition
  const moves = views.byWhat.of('leader').filter(({ index, body }) => index > op && isHere(body))
  const unclean = moves.find(({ body }) => body.unclean === true)
  if (unclean !== undefined) {
    return {
      ...{ by: 'an unclean election', says: 'went with an unclean election', op: unclean.index },
      clause: 'unclean-election',
    }
  }
  if (acks !== 1 || moves[0] === undefined) return undefined
  return {
    by: 'acks=1 and a change of leader',
    says: 'was on its leader alone, and went with it',
    op: moves[0].index,
    clause: 'acks-1',
  }
}
