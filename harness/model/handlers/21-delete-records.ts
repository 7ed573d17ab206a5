/**
 * DeleteRecords (key 21), versions 0–2. After KafkaApis.handleDeleteRecordsRequest, Partition.deleteRecordsOnLeader (3.9; KIP-107).
 *
 * Behaviour
 * - The log begins at this offset from now on; -1 is the high watermark. One that lies before the log start changes nothing. The answer
 *   says where the log begins, in whichever copy begins first, once all that are up begin there or later: replicas hear of it with their
 *   fetches. REQUEST_TIMED_OUT when that takes longer than timeoutMs, NOT_LEADER_OR_FOLLOWER when it leads no more meanwhile.
 * - Per partition UNKNOWN_TOPIC_OR_PARTITION (also what this broker has not heard of), NOT_LEADER_OR_FOLLOWER, INVALID_TOPIC_EXCEPTION for
 *   internal topics, POLICY_VIOLATION for a topic that is only compacted, OFFSET_OUT_OF_RANGE past the high watermark or below -1.
 * - Past the first record of an open transaction is allowed: the last stable offset goes along with the log start. Producers keep their
 *   state until another leader reads the log: then one whose batches are all gone may begin anywhere.
 *
 * Version notes: none that show. An error says low watermark -1.
 *
 * NOT modelled: authorization, quotas. Topics answer in the order of the request.
 */
import type { deleteRecords } from '../../wire/apis/21-delete-records.ts'
import { errorCodes } from '../../wire/error-codes.ts'
import type { RequestOf } from '../../wire/schema.ts'
import { ledBy } from '../image.ts'
import { isInternal } from '../internal-topics.ts'
import { deleteRecords as remove } from '../log-start.ts'
import { awaitLowWatermark, lowWatermark } from '../replication/leadership.ts'
import type { Context, Request } from '../types.ts'

export function handle(ctx: Context, request: Request, body: RequestOf<typeof deleteRecords>): void {
  let waiting = 1
  const topics = body.topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map(({ partitionIndex, offset }): Part => {
      const failed = { partitionIndex, lowWatermark: -1n }
      const of = ledBy(ctx.state, request.broker, name, partitionIndex)
      if (of === 'UNKNOWN_TOPIC_OR_PARTITION') return { ...failed, errorCode: errorCodes[of] }
      if (isInternal(name)) return { ...failed, errorCode: errorCodes.INVALID_TOPIC_EXCEPTION }
      if (typeof of === 'string') return { ...failed, errorCode: errorCodes[of] }
      const requested = remove(ctx, of, offset)
      if (typeof requested === 'string') return { ...failed, errorCode: errorCodes[requested] }
      const part: Part = { partitionIndex, lowWatermark: lowWatermark(ctx.state, of), errorCode: 0 }
      waiting++
      awaitLowWatermark(ctx, of, requested, body.timeoutMs, (now, error) => {
        if (error === null) part.lowWatermark = lowWatermark(now.state, of)
        else if (error !== 'REQUEST_TIMED_OUT') part.lowWatermark = -1n
        part.errorCode = errorCodes[error ?? 'NONE']
        oneLess(now)
      })
      return part
    }),
  }))
  oneLess(ctx)

  function oneLess(now: Context): void {
    if (--waiting === 0) now.answer(request, { topics })
  }
}

/** What is answered for one partition. */
interface Part {
  readonly partitionIndex: number
  lowWatermark: bigint
  errorCode: number
}
