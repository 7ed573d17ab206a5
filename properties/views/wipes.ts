/**
 * When the cluster lost its past on purpose: reset as a whole, one topic deleted and created again, one volume wiped, records deleted from
 * the start of a log, taken out by compaction, or cut off from its end.
 */
import type { ByWhat } from './by-what.ts'
import { offsetOf } from './offset.ts'

const offsetsTopic = '__consumer_offsets'
const transactionsTopic = '__transaction_state'

export interface Wipe {
  readonly op: number
  readonly by:
    | 'cluster-reset'
    | 'topic re-created'
    | 'wiped volume'
    | 'retention'
    | 'compaction'
    | 'unclean election'
    | 'lost tail'
  /** Only the logs of this topic id; undefined: everything. */
  readonly topicId?: string
  readonly topic?: string
  /** Only this partition. */
  readonly partition?: number
  /** Only what lay before this offset: positions go on to count. */
  readonly before?: number
  /** Only what lay at these offsets: positions go on to count. */
  readonly offsets?: ReadonlySet<number>
  /** Only what lay from this offset on, and readers had seen: positions behind it mean nothing any more. */
  readonly from?: number
}

interface Place {
  readonly topicId: string
  readonly partition: number
}

export interface Wipes {
  readonly all: readonly Wipe[]
  /** What removed the record at this offset, or (without one) all that this log had at `since`, at or before `until`. */
  ofLog(log: Place, since: number, until?: number, offset?: number): Wipe | undefined
  /** Whether compaction had taken out the record at this offset by then. */
  isCompacted(log: Place, until: number, offset: number): boolean
  /** What ended the offsets of this topic name between two ops: a position from before means nothing after it. */
  ofTopic(topic: string, since: number, until: number, partition?: number): Wipe | undefined
  /** What made a coordinator forget what groups had committed, while the records that they had passed may still be there. */
  ofCommits(since: number, until: number): Wipe | undefined
  /** What made a coordinator forget transactions, decided or not. */
  ofTransactions(since: number, until: number): Wipe | undefined
}

export function wipesOf(byWhat: ByWhat): Wipes {
  const all: Wipe[] = byWhat.of('cluster-reset').map((op) => ({ op: op.index, by: 'cluster-reset' as const }))
  const idOf = new Map<string, string>()
  for (const { index: op, body } of byWhat.of('topic')) {
    const before = idOf.get(body.topic)
    // Another id under the same name says that the old one is gone, also where nobody noted its deletion.
    const gone = body.is === 'deleted' ? body.topicId : before
    if (gone !== undefined && (body.is === 'deleted' || gone !== body.topicId)) {
      all.push({ op, by: 'topic re-created', topicId: gone, topic: body.topic })
    }
    idOf.set(body.topic, body.topicId)
  }
  for (const { index: op, body } of byWhat.of('wiped')) {
    const { topic, topicId, partition } = body
    all.push({ op, by: 'wiped volume', topicId, topic, partition })
  }
  for (const { index: op, body } of byWhat.of('log-start')) {
    const { topic, topicId, partition, offset } = body
    all.push({ op, by: 'retention', topicId, topic, partition, before: offsetOf(offset) })
  }
  for (const { index: op, body } of byWhat.of('compacted')) {
    const { topic, topicId, partition, records } = body
    const offsets = new Set(records.map(({ offset }) => offsetOf(offset)))
    all.push({ op, by: 'compaction', topicId, topic, partition, offsets })
  }
  for (const { index: op, body } of byWhat.of('lost')) {
    if (!body.committed) continue
    const { topic, topicId, partition, from, unclean } = body
    const by = unclean ? 'unclean election' : 'lost tail'
    all.push({ op, by, topicId, topic, partition, from: offsetOf(from) })
  }
  all.sort((a, b) => a.op - b.op)
  const compactions = all.filter(({ by }) => by === 'compaction')
  const between = ({ op }: Wipe, since: number, until: number): boolean => op > since && op <= until
  return {
    all,
    ofLog: ({ topicId, partition }, since, until = Number.POSITIVE_INFINITY, offset) =>
      all.find(
        (wipe) =>
          between(wipe, since, until) &&
          (wipe.topicId ?? topicId) === topicId &&
          (wipe.partition ?? partition) === partition &&
          (wipe.before === undefined || (offset !== undefined && offset < wipe.before)) &&
          (wipe.offsets === undefined || (offset !== undefined && wipe.offsets.has(offset))) &&
          // Which records were lost is told by the records themselves.
          wipe.from === undefined,
      ),
    isCompacted: ({ topicId, partition }, until, offset) =>
      compactions.some(
        (wipe) =>
          wipe.op <= until && wipe.topicId === topicId && wipe.partition === partition && wipe.offsets?.has(offset),
      ),
    ofTopic: (topic, since, until, partition) =>
      all.find(
        (wipe) =>
          wipe.before === undefined &&
          wipe.offsets === undefined &&
          between(wipe, since, until) &&
          (wipe.topic ?? topic) === topic &&
          (wipe.partition === undefined || partition === undefined || wipe.partition === partition),
      ),
    ofCommits: (since, until) => all.find((wipe) => emptiesACoordinator(wipe) && between(wipe, since, until)),
    ofTransactions: (since, until) =>
      all.find((wipe) => (wipe.topic ?? transactionsTopic) === transactionsTopic && between(wipe, since, until)),
  }
}

/** A volume with a partition of `__consumer_offsets` was wiped: its groups are unknown, and their generations begin again. */
export function emptiesACoordinator({ by, topic }: Wipe): boolean {
  return (by === 'wiped volume' || by === 'unclean election' || by === 'lost tail') && topic === offsetsTopic
}
