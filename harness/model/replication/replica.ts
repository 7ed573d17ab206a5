/** One copy of a partition: what lies on the disk of its broker, and what that broker does with it while it is up (Partition, UnifiedLog). */
import { type Log, newLog } from '../log.ts'
import type { ClusterState, Left, Partition } from '../state.ts'
import type { Leadership } from './leadership.ts'
import type { Place } from './peers.ts'

export interface Replica {
  readonly topic: string
  readonly topicId: string
  readonly partition: number
  /** Where it is. A lone copy is carried along when its leader is moved. */
  broker: number
  /** Another one once the volume that has it is wiped. */
  log: Log
  /** The leader epoch that its broker has heard of; -1: none yet. */
  leaderEpoch: number
  role: Role
}

/** none: its broker is down, or has not heard of it. */
export type Role = Leadership | Following | { readonly is: 'none' }

export interface Following {
  readonly is: 'follower'
  /** Null: nobody leads. */
  readonly leader: number | null
}

export const noRole: Role = { is: 'none' }

export function newReplica(
  of: Pick<Partition, 'topic' | 'topicId' | 'partition'>,
  broker: number,
  madeAtMs: number,
): Replica {
  const { topic, topicId, partition } = of
  return { topic, topicId, partition, broker, log: newLog(madeAtMs), leaderEpoch: -1, role: noRole }
}

/** The copy on this broker, of the topic that has this id. */
export function replicaAt(
  { topics }: ClusterState,
  { topic, topicId, partition }: Place,
  broker: number,
): Replica | undefined {
  const found = topics.get(topic)
  const of = found?.topicId === topicId ? found.partitions[partition] : undefined
  return of && replicaOn(of, broker)
}

export function replicaOn({ replicas }: Partition, broker: number): Replica | undefined {
  for (const one of replicas) if (one.broker === broker) return one
  return undefined
}

/** Who has one copy only neither waits for others nor loses anything to them. */
export function isLone({ replicas }: Partition): boolean {
  return replicas.length === 1
}

/** It leads as far as its broker knows, and another one has taken over already: what it takes was never anybody else's. */
export function isDeposed({ topics }: ClusterState, replica: Replica): boolean {
  const of = topics.get(replica.topic)?.partitions[replica.partition]
  if (of === undefined || of.leader === replica.broker) return false
  return of.left === null || !isLeftBy(of.left, replica)
}

/** Whether this is the copy that led before the one that has yet to take over. */
export function isLeftBy(left: Left, { broker, leaderEpoch }: Replica): boolean {
  return left.broker === broker && left.leaderEpoch === leaderEpoch
}

/** The copy that counts: its leader's, or that of who led last and will lead again. */
export function foremost(partition: Partition): Replica {
  return replicaOn(partition, partition.leader ?? partition.isr[0]!)!
}
