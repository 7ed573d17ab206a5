/** Reading for a fetch, and saying what was read: now, or when the purgatory lets go of it (ReplicaManager.readFromLog, KafkaApis). */
import type { fetch } from '../wire/apis/01-fetch.ts'
import { type ErrorName, errorCodes } from '../wire/error-codes.ts'
import { zeroUuid } from '../wire/primitives.ts'
import type { ResponseInput } from '../wire/schema.ts'
import { epochError, heldBy } from './image.ts'
import { type LeaderHint, leaderHint } from './leader-hint.ts'
import type { Log } from './log.ts'
import { read, type Slice } from './log-read.ts'
import { abortedIn } from './log-transactions.ts'
import { preferredReadReplica } from './replication/read-replica.ts'
import type { Replica } from './replication/replica.ts'
import type { Context, Request } from './types.ts'

export interface Fetch {
  readonly request: Request
  /** 1: read_committed. */
  readonly isolationLevel: number
  /** Where the reader says that it is; '' where it does not. */
  readonly rackId: string
  readonly minBytes: number
  readonly maxBytes: number
  readonly asked: readonly Asked[]
  /** Those that were no use from the start: they are answered, and waited for by nobody. */
  readonly erroneous: readonly (Place & { readonly error: ErrorName })[]
}

export interface Place {
  readonly topic: string
  /** '' where the client named the topic. */
  readonly topicId: string
  readonly partition: number
}

export interface Asked extends Place {
  readonly offset: bigint
  readonly maxBytes: number
  readonly currentLeaderEpoch: number
}

export type Read = ErrorName | Served | Referred

interface Served {
  readonly of: Replica
  readonly slice: Slice
}

/** Nothing was read: this broker has a copy that is nearer to the reader. */
interface Referred {
  readonly of: Replica
  readonly preferredReadReplica: number
}

/** How far this reader may see. */
export function visibleUpTo(log: Log, isolationLevel: number): bigint {
  return isolationLevel === 1 ? log.lastStableOffset : log.highWatermark
}

/** One result for each partition, in the order of the request: that is the order in which they share `maxBytes` (KIP-74). */
export function readAll(ctx: Context, { request, isolationLevel, rackId, maxBytes, asked }: Fetch): Read[] {
  let left = maxBytes
  let wholeFirst = true
  return asked.map((each) => {
    const of = replicaFor(ctx, request, each)
    if (typeof of === 'string') return of
    const preferred = preferredReadReplica(ctx.state, of, rackId, each.offset)
    if (preferred !== null) return { of, preferredReadReplica: preferred }
    const limit = Math.min(each.maxBytes, left)
    const upTo = visibleUpTo(of.log, isolationLevel)
    const slice = read(of.log, each.offset, Math.max(0, limit), wholeFirst, upTo)
    if (slice === 'OFFSET_OUT_OF_RANGE') return slice
    // LogSegment.read, which is only asked where there is something to read.
    if (limit < 0 && each.offset < upTo) return 'UNKNOWN_SERVER_ERROR'
    if (slice.records.length > 0) wholeFirst = false
    left = Math.max(0, left - slice.records.length)
    return { of, slice }
  })
}

/** From here on consumers say where they are (KIP-392), and followers serve them too. */
const firstVersionOfFollowers = 11

/** The copy, if this broker can serve it to someone who knows this leader epoch. */
export function replicaFor(ctx: Context, { broker, apiVersion }: Request, asked: Asked): Replica | ErrorName {
  const of = heldBy(ctx.state, broker, asked.topic, asked.partition)
  if (typeof of === 'string') return of
  if (asked.topicId !== '' && asked.topicId !== of.topicId) return 'INCONSISTENT_TOPIC_ID'
  const error = epochError(of, asked.currentLeaderEpoch)
  if (error !== undefined) return error
  return of.role.is === 'leader' || apiVersion >= firstVersionOfFollowers ? of : 'NOT_LEADER_OR_FOLLOWER'
}

const isServed = (read: Read): read is Served => typeof read !== 'string' && 'slice' in read

export function isReferred(read: Read): read is Referred {
  return typeof read !== 'string' && 'preferredReadReplica' in read
}

export function bytesOf(reads: readonly Read[]): number {
  let sum = 0
  for (const each of reads) if (isServed(each)) sum += each.slice.records.length
  return sum
}

type Answer = ResponseInput<typeof fetch>
type TopicAnswer = NonNullable<Answer['responses']>[number]
type PartitionAnswer = TopicAnswer['partitions'][number]

const empty = new Uint8Array(0)

export function answerFetch(ctx: Context, fetch: Fetch, reads: readonly Read[]): void {
  const { request, asked, erroneous } = fetch
  const responses: { topic: string; topicId: string; partitions: PartitionAnswer[] }[] = []
  const hints = new Map<number, NonNullable<LeaderHint['node']>>()
  const add = (place: Place, answer: PartitionAnswer) => {
    const last = responses.at(-1)
    // FetchResponse.of: a topic that comes again after another one is listed again.
    if (last !== undefined && last.topic === place.topic && last.topicId === (place.topicId || zeroUuid)) {
      last.partitions.push(answer)
    } else {
      responses.push({ topic: place.topic, topicId: place.topicId || zeroUuid, partitions: [answer] })
    }
  }
  for (let i = 0; i < asked.length; i++) {
    const place = asked[i]!
    const each = reads[i]!
    if (typeof each !== 'string') {
      add(place, found(each, place, fetch.isolationLevel))
      if (isServed(each)) noteFetched(ctx, request, place, each)
      continue
    }
    const answer = failed(place.partition, each)
    if (request.apiVersion >= 16 && (each === 'NOT_LEADER_OR_FOLLOWER' || each === 'FENCED_LEADER_EPOCH')) {
      const { node, ...currentLeader } = leaderHint(ctx.state, request.broker, place.topic, place.partition)
      if (node !== undefined) hints.set(node.nodeId, node)
      add(place, { ...answer, currentLeader })
    } else {
      add(place, answer)
    }
  }
  // FetchResponse.partitionResponse leaves the list at its default.
  for (const { error, ...place } of erroneous) {
    add(place, { ...failed(place.partition, error), abortedTransactions: [] })
  }
  const body: Answer = hints.size === 0 ? { responses } : { responses, nodeEndpoints: [...hints.values()] }
  ctx.answer(request, body)
}

function found(read: Served | Referred, asked: Asked, isolationLevel: number): PartitionAnswer {
  const { highWatermark, lastStableOffset, startOffset } = read.of.log
  const common = { partitionIndex: asked.partition, errorCode: 0, highWatermark, lastStableOffset }
  if (isReferred(read)) {
    const { preferredReadReplica } = read
    return { ...common, logStartOffset: startOffset, abortedTransactions: null, preferredReadReplica, records: empty }
  }
  const { of, slice } = read
  const abortedTransactions = isolationLevel === 1 ? abortedBehind(of.log, slice, asked.offset) : null
  return { ...common, logStartOffset: startOffset, abortedTransactions, records: slice.records }
}

function abortedBehind(log: Log, { records, position }: Slice, offset: bigint): PartitionAnswer['abortedTransactions'] {
  if (records.length === 0) return []
  return abortedIn(log, offset, position, records.length).map(({ producerId, firstOffset }) => ({
    producerId,
    firstOffset,
  }))
}

function failed(partitionIndex: number, error: ErrorName): PartitionAnswer {
  return {
    partitionIndex,
    errorCode: errorCodes[error],
    highWatermark: -1n,
    abortedTransactions: null,
    records: empty,
  }
}

/** Tells the records from the asked offset on. Those before it in the same batch went out too; clients drop them. */
function noteFetched(ctx: Context, request: Request, place: Asked, { of, slice }: Served): void {
  if (slice.first === slice.end) return
  const records: { offset: string; message: string }[] = []
  for (let i = slice.first; i < slice.end; i++) {
    const { baseOffset, messages, isControl, offsets } = of.log.batches[i]!
    if (isControl) continue
    for (let k = 0; k < messages.length; k++) {
      const offset = baseOffset + BigInt(offsets?.[k] ?? k)
      if (offset >= place.offset) records.push({ offset: String(offset), message: messages[k]! })
    }
  }
  if (records.length === 0) return
  const { topic, topicId, partition } = of
  ctx.note({ what: 'fetched', topic, topicId, partition, from: String(place.offset), records }, request)
}
