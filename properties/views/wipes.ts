/** When the cluster lost its past on purpose: reset as a whole, or one topic deleted and created again. */
import type { ByWhat } from './by-what.ts'

export interface Wipe {
  readonly op: number
  readonly by: 'cluster-reset' | 'topic re-created'
  /** Only the log of this topic id; undefined: everything. */
  readonly topicId?: string
  readonly topic?: string
}

export interface Wipes {
  readonly all: readonly Wipe[]
  /** What removed the records that this log had at `since`, at or before `until`. */
  ofLog(log: { readonly topicId: string }, since: number, until?: number): Wipe | undefined
  /** What ended the offsets of this topic name between two ops: a position from before means nothing after it. */
  ofTopic(topic: string, since: number, until: number): Wipe | undefined
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
  all.sort((a, b) => a.op - b.op)
  return {
    all,
    ofLog: ({ topicId }, since, until = Number.POSITIVE_INFINITY) =>
      all.find((wipe) => wipe.op > since && wipe.op <= until && (wipe.topicId ?? topicId) === topicId),
    ofTopic: (topic, since, until) =>
      all.find((wipe) => wipe.op > since && wipe.op <= until && (wipe.topic ?? topic) === topic),
  }
}
