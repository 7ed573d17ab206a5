/** How the committed offset of each (group, topic, partition) moved. */
import type { ByWhat } from './by-what.ts'
import { offsetOf } from './offset.ts'

export interface Committed {
  /** Index of the `committed` op, or of the `state` op that showed it. */
  readonly op: number
  /** Negative where a client asks for "the beginning" (-2) or "the end" (-1), as kafkajs does after OFFSET_OUT_OF_RANGE. */
  readonly offset: number
  /** An operator's tool commits without being a member, and so may a transaction. */
  readonly by: 'member' | 'transaction' | 'operator' | 'state'
}

export interface CommitLine {
  readonly group: string
  readonly topic: string
  readonly partition: number
  readonly moves: readonly Committed[]
}

interface Growing extends CommitLine {
  readonly moves: Committed[]
}

/** Lines in order of their first commit. What a `state` shows comes in as well: a real cluster tells nothing else. */
export function commitLinesOf(byWhat: ByWhat): readonly CommitLine[] {
  const lines: Growing[] = []
  const index = new Map<string, Map<string, Growing[]>>()
  const lineOf = (group: string, topic: string, partition: number): Growing => {
    let topics = index.get(group)
    if (topics === undefined) index.set(group, (topics = new Map()))
    let partitions = topics.get(topic)
    if (partitions === undefined) topics.set(topic, (partitions = []))
    let line = partitions[partition]
    if (line === undefined) lines.push((line = partitions[partition] = { group, topic, partition, moves: [] }))
    return line
  }
  for (const { index: op, body } of byWhat.of('committed')) {
    const by = body.producerId !== undefined ? 'transaction' : body.member === '' ? 'operator' : 'member'
    lineOf(body.group, body.topic, body.partition).moves.push({ op, offset: offsetOf(body.offset), by })
  }
  for (const { index: op, body } of byWhat.of('state')) {
    for (const { group, topic, partition, offset } of body.committed) {
      const { moves } = lineOf(group, topic, partition)
      const at = moves.findIndex((move) => move.op > op)
      moves.splice(at < 0 ? moves.length : at, 0, { op, offset: offsetOf(offset), by: 'state' })
    }
  }
  return lines
}
