/**
 * Fetch (key 1), versions 0–17. After KafkaApis.handleFetchRequest, ReplicaManager.fetchMessages, FetchManager.newContext (3.9).
 *
 * Behaviour
 * - Answers at once when minBytes are there, when maxWaitMs is 0, when any partition has an error, when there is nothing to wait for;
 *   else it waits in the purgatory (fetches.ts), but not where it is to read a segment that is full. An offset behind what readers may see,
 *   and within the log, is answered at once and with nothing, by leaders and followers.
 * - Per partition UNKNOWN_TOPIC_OR_PARTITION, NOT_LEADER_OR_FOLLOWER, FENCED_LEADER_EPOCH, UNKNOWN_LEADER_EPOCH, OFFSET_OUT_OF_RANGE
 *   (below the log start or above the log end), each with high watermark -1 and no records.
 * - Batches come as they lie in the log. The first one is whole, whatever the limits say (KIP-74); behind it the limits cut bytes, so
 *   the last batch may be a part of one. An answer ends where a segment does.
 * - read_committed sees up to the last stable offset, control batches with the others, and is told which aborted transactions lie in
 *   what it gets, in the order of their markers (log-transactions.ts): dropping them is the client's work. read_uncommitted is told null.
 * - Sessions (KIP-227) are never opened: a full fetch answers session id 0, as a broker whose session cache is full. Any incremental
 *   fetch is FETCH_SESSION_ID_NOT_FOUND.
 *
 * Version notes
 * - From 11 on followers serve readers too, up to the high watermark that they know of: it comes with what they fetch, so it may be
 *   replica.fetch.wait.max.ms old (KAFKA-9952). A follower whose log ends before the offset is out of range. Who says in which rack it is
 *   gets no records from a leader that has a follower there, but its name, at once (KIP-392; replication/read-replica.ts).
 * - 9 brings the client's leader epoch (KIP-320). 13 names topics by id: UNKNOWN_TOPIC_ID, INCONSISTENT_TOPIC_ID. 16 names the new
 *   leader with NOT_LEADER_OR_FOLLOWER and FENCED_LEADER_EPOCH (KIP-951).
 *
 * NOT modelled: versions 0–3 would have batches converted down; they answer as with message.downconversion.enable=false:
 * UNSUPPORTED_VERSION where there is something to read. A client that says it is a replica (brokers have their own way, see
 * replication/), lastFetchedEpoch, zstd topics for old clients, quotas. 2.8 lets a fetch wait though it names a follower (KAFKA-13767); by 4.4
 * followers hear of the high watermark sooner (KIP-1166).
 */
import type { fetch } from '../../wire/apis/01-fetch.ts'
import { errorCodes } from '../../wire/error-codes.ts'
import type { RequestOf } from '../../wire/schema.ts'
import { type Asked, answerFetch, bytesOf, type Fetch, isReferred, type Read, readAll } from '../fetch-answer.ts'
import { wait } from '../fetches.ts'
import type { Replica } from '../replication/replica.ts'
import type { Context, Request } from '../types.ts'

type Body = RequestOf<typeof fetch>

const finalSessionEpoch = -1
const firstVersionOfFormat2 = 4

export function handle(ctx: Context, request: Request, body: Body): void {
  const { sessionEpoch, maxWaitMs } = body
  // A full fetch closes its old session, if any, or asks for a new one. All others belong to a session, which nobody has.
  if (sessionEpoch > 0 || sessionEpoch < finalSessionEpoch) {
    ctx.answer(request, { errorCode: errorCodes.FETCH_SESSION_ID_NOT_FOUND, responses: [] })
    return
  }
  const all = fetchOf(ctx, request, body)
  const reads = readAll(ctx, all)
  const replicas: Replica[] = []
  for (const each of reads) if (typeof each !== 'string') replicas.push(each.of)
  if (request.apiVersion < firstVersionOfFormat2 && bytesOf(reads) > 0) {
    answerFetch(ctx, all, reads.map(unconverted))
  } else if (
    all.asked.length === 0 ||
    maxWaitMs <= 0 ||
    replicas.length < reads.length ||
    bytesOf(reads) >= all.minBytes ||
    reads.some(isReferred)
  ) {
    answerFetch(ctx, all, reads)
  } else {
    wait(ctx, all, replicas, maxWaitMs)
  }
}

function unconverted(read: Read): Read {
  return bytesOf([read]) > 0 ? 'UNSUPPORTED_VERSION' : read
}

function fetchOf(ctx: Context, request: Request, { topics, isolationLevel, rackId, minBytes, maxBytes }: Body): Fetch {
  const { image } = ctx.state.brokers.get(request.broker)!
  const byId = request.apiVersion >= 13
  const asked: Asked[] = []
  const erroneous: Fetch['erroneous'][number][] = []
  for (const named of topics) {
    const topicId = byId ? named.topicId : ''
    const topic = byId ? image.names.get(topicId) : named.topic
    for (const { partition, fetchOffset, partitionMaxBytes, currentLeaderEpoch } of named.partitions) {
      if (topic === undefined) {
        erroneous.push({ topic: '', topicId, partition, error: 'UNKNOWN_TOPIC_ID' })
      } else if (image.topics.get(topic)?.partitions[partition] === undefined) {
        erroneous.push({ topic, topicId, partition, error: 'UNKNOWN_TOPIC_OR_PARTITION' })
      } else {
        asked.push({ topic, topicId, partition, offset: fetchOffset, maxBytes: partitionMaxBytes, currentLeaderEpoch })
      }
    }
  }
  const atMost = Math.min(maxBytes, ctx.state.config.fetchMaxBytes)
  return { request, isolationLevel, rackId, minBytes: Math.min(minBytes, atMost), maxBytes: atMost, asked, erroneous }
}
