/** What a request is about, read from its decoded body: the subject by which an anchor finds it again. */
import type { Subject } from '../plan/plan.ts'
import type { apis } from '../wire/apis/index.ts'
import type { RequestOf } from '../wire/schema.ts'

/** What must be known of the cluster and the process to name a subject. */
export interface Knowledge {
  /** Identities of the records in a record set, in order; '' for a record without one. */
  identities(records: Uint8Array | null): readonly string[]
  /** The message just before this offset; '' at the beginning of a log or where it has no identity. */
  messageBefore(topic: string, partition: number, offset: bigint): string
  /** The process asks for records from here on. */
  asked(topic: string, partition: number, offset: bigint): void
  /** The generation of the group that this process last used; 0 before its first. */
  generation(group: string): number
  used(group: string, generation: number, member: string): void
  left(group: string): void
}

type Body<Name extends keyof typeof apis> = RequestOf<(typeof apis)[Name]>

const NONE: Subject = { none: true }

export function subjectOf(apiKey: number, body: unknown, known: Knowledge): Subject {
  switch (apiKey) {
    case 0:
      return { messages: produced(body as Body<'produce'>, known) }
    case 1:
      return { after: fetched(body as Body<'fetch'>, known) }
    case 8:
      return { after: committed(body as Body<'offsetCommit'>, known) }
    case 11:
      return joining(body as Body<'joinGroup'>, known)
    case 13: {
      const { groupId } = body as Body<'leaveGroup'>
      const generation = known.generation(groupId)
      known.left(groupId)
      return { group: groupId, generation }
    }
    case 12:
    case 14: {
      const { groupId, generationId, memberId } = body as Body<'heartbeat'>
      known.used(groupId, generationId, memberId)
      return { group: groupId, generation: generationId }
    }
    case 22: {
      const { transactionalId } = body as Body<'initProducerId'>
      return transactionalId === null ? NONE : { transactionalId }
    }
    case 24: {
      const { v3AndBelowTransactionalId: transactionalId, transactions } = body as Body<'addPartitionsToTxn'>
      return { transactionalId: transactions[0]?.transactionalId ?? transactionalId }
    }
    case 25:
    case 26:
      return { transactionalId: (body as Body<'endTxn'>).transactionalId }
    case 28:
      return { after: committed(body as Body<'txnOffsetCommit'>, known) }
    default:
      return NONE
  }
}

/** Before its first generation, 0. */
function joining({ groupId: group, memberId }: Body<'joinGroup'>, known: Knowledge): Subject {
  const generation = known.generation(group)
  known.used(group, generation, memberId)
  return { group, generation }
}

function produced({ topicData }: Body<'produce'>, known: Knowledge): readonly string[] {
  const messages: string[] = []
  for (const { partitionData } of topicData)
    for (const { records } of partitionData) messages.push(...known.identities(records))
  return messages
}

function fetched({ topics }: Body<'fetch'>, known: Knowledge): readonly string[] {
  const after: string[] = []
  for (const { topic, partitions } of topics) {
    for (const { partition, fetchOffset } of partitions) {
      known.asked(topic, partition, fetchOffset)
      after.push(place(topic, partition, fetchOffset, known))
    }
  }
  return after
}

function committed({ topics }: Body<'offsetCommit'> | Body<'txnOffsetCommit'>, known: Knowledge): readonly string[] {
  const after: string[] = []
  for (const { name, partitions } of topics)
    for (const { partitionIndex, committedOffset } of partitions)
      after.push(place(name, partitionIndex, committedOffset, known))
  return after
}

function place(topic: string, partition: number, offset: bigint, known: Knowledge): string {
  return `${topic}/${partition}:${known.messageBefore(topic, partition, offset)}`
}
