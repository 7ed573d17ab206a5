/**
 * ListOffsets (key 2), versions 0–9. After KafkaApis.handleListOffsetRequest, Partition.fetchOffsetForTimestamp (3.9).
 *
 * Behaviour
 * - Timestamp -1: the high watermark, for read_committed the last stable offset; -2: the log start; -3: the record with the largest
 *   timestamp; else the first record with this timestamp or a later one. None found: offset -1, timestamp -1, no error.
 * - OFFSET_NOT_AVAILABLE (below version 5 LEADER_NOT_AVAILABLE) for -1, and for what lies behind the high watermark, while a new leader does
 *   not know yet how far its in-sync followers are, so that the high watermark lies before its epoch.
 * - UNKNOWN_TOPIC_OR_PARTITION, NOT_LEADER_OR_FOLLOWER, FENCED_LEADER_EPOCH, UNKNOWN_LEADER_EPOCH; INVALID_REQUEST for a partition
 *   that is asked twice (by 4.4 it is told once); UNSUPPORTED_VERSION for a negative timestamp that this version does not know.
 *
 * Version notes
 * - 0 answers a list of offsets: the end of the log, and where each of its segments begins, from the last one on.
 * - 4 tells the leader epoch. -3 comes with 7, -4 (earliest local) with 8, -5 (latest tiered: none) with 9.
 *
 * NOT modelled: tiers.
 */
import type { listOffsets } from '../../wire/apis/02-list-offsets.ts'
import { type ErrorName, errorCodes } from '../../wire/error-codes.ts'
import type { RequestOf, ResponseInput } from '../../wire/schema.ts'
import { visibleUpTo } from '../fetch-answer.ts'
import { ledBy, ledInEpoch } from '../image.ts'
import { sizeOfSegment } from '../log-segments.ts'
import { type Found, findByTimestamp, findMaxTimestamp } from '../log-timestamps.ts'
import type { Replica } from '../replication/replica.ts'
import type { Context, Request } from '../types.ts'

type Body = RequestOf<typeof listOffsets>
type Asked = Body['topics'][number]['partitions'][number]
type Answer = NonNullable<ResponseInput<typeof listOffsets>['topics']>[number]['partitions'][number]

const latest = -1n
const earliest = -2n
const maxTimestamp = -3n
const earliestLocal = -4n
const latestTiered = -5n
const since = new Map([
  [latest, 1],
  [earliest, 1],
  [maxTimestamp, 7],
  [earliestLocal, 8],
  [latestTiered, 9],
])

export function handle(ctx: Context, request: Request, body: Body): void {
  const twice = askedTwice(body)
  const topics = body.topics.map(({ name, partitions }) => ({
    name,
    partitions: toldOf(ctx, partitions).map((asked): Answer => {
      const { partitionIndex, timestamp } = asked
      if (request.apiVersion === 0) return oldStyle(ctx, request, name, asked)
      if (twice.has(`${name}/${partitionIndex}`)) return failed(partitionIndex, 'INVALID_REQUEST')
      if (timestamp < 0n && request.apiVersion < (since.get(timestamp) ?? Number.POSITIVE_INFINITY)) {
        return failed(partitionIndex, 'UNSUPPORTED_VERSION')
      }
      const of = ledInEpoch(ctx.state, request.broker, name, partitionIndex, asked.currentLeaderEpoch)
      if (typeof of === 'string') return failed(partitionIndex, of)
      const found = find(of, timestamp, visibleUpTo(of.log, body.isolationLevel))
      if ((found === undefined || timestamp === latest) && isLagging(of))
        return failed(partitionIndex, request.apiVersion < 5 ? 'LEADER_NOT_AVAILABLE' : 'OFFSET_NOT_AVAILABLE')
      if (found === undefined) return failed(partitionIndex, 'NONE')
      const answer = { partitionIndex, errorCode: 0, timestamp: found.timestamp, offset: found.offset }
      return request.apiVersion < 4 ? answer : { ...answer, leaderEpoch: found.leaderEpoch }
    }),
  }))
  ctx.answer(request, { topics })
}

/** A new leader whose high watermark has not come to where its epoch begins (KIP-207). */
function isLagging({ role, log }: Replica): boolean {
  return role.is === 'leader' && role.startOffset > log.highWatermark
}

/** By 4.4 who is asked for twice is told once. */
function toldOf({ state }: Context, partitions: readonly Asked[]): readonly Asked[] {
  if (state.imitate !== '4.4') return partitions
  return [...new Map(partitions.map((asked) => [asked.partitionIndex, asked])).values()]
}

function askedTwice({ topics }: Body): Set<string> {
  const once = new Set<string>()
  const twice = new Set<string>()
  for (const { name, partitions } of topics) {
    for (const { partitionIndex } of partitions) {
      const place = `${name}/${partitionIndex}`
      if (once.has(place)) twice.add(place)
      once.add(place)
    }
  }
  return twice
}

function find({ log, leaderEpoch }: Replica, timestamp: bigint, upTo: bigint): Found | undefined {
  switch (timestamp) {
    case latest:
      return { timestamp: -1n, offset: upTo, leaderEpoch }
    case earliest:
    case earliestLocal: {
      const first = log.epochs[0]
      const known = first !== undefined && first.startOffset <= log.startOffset
      return { timestamp: -1n, offset: log.startOffset, leaderEpoch: known ? first.epoch : -1 }
    }
    case latestTiered:
      return undefined
    default: {
      const found = timestamp === maxTimestamp ? findMaxTimestamp(log) : findByTimestamp(log, timestamp)
      return found !== undefined && found.offset < upTo ? found : undefined
    }
  }
}

/** UnifiedLog.legacyFetchOffsetsBefore: the end of the log counts from now, a segment from when it was last written. */
function oldStyle(ctx: Context, request: Request, topic: string, asked: Asked): Answer {
  const { partitionIndex, timestamp, maxNumOffsets } = asked
  if (timestamp < earliest) return { partitionIndex, errorCode: errorCodes.UNSUPPORTED_VERSION }
  const of = ledBy(ctx.state, request.broker, topic, partitionIndex)
  if (typeof of === 'string') return { partitionIndex, errorCode: errorCodes[of] }
  const { log } = of
  const nowMs = BigInt(ctx.state.config.epochMs + ctx.nowMs)
  const places = log.segments.map(({ baseOffset, modifiedAtMs }) => ({
    offset: baseOffset < log.startOffset ? log.startOffset : baseOffset,
    atMs: BigInt(modifiedAtMs),
  }))
  if (sizeOfSegment(log, log.segments.length - 1) > 0) places.push({ offset: log.endOffset, atMs: nowMs })
  const last =
    timestamp === latest
      ? places.length - 1
      : timestamp === earliest
        ? 0
        : places.findLastIndex(({ atMs }) => atMs <= timestamp)
  const wanted = places.slice(0, last + 1).reverse()
  return {
    partitionIndex,
    errorCode: 0,
    oldStyleOffsets: wanted.slice(0, Math.max(0, maxNumOffsets)).map(({ offset }) => offset),
  }
}

function failed(partitionIndex: number, error: ErrorName): Answer {
  return { partitionIndex, errorCode: errorCodes[error] }
}
