/**
 * DeleteRecords (key 21), versions 0–2. After KafkaApis.handleDeleteRecordsRequest, Partition.deleteRecordsOnLeader (3.9; KIP-107).
 *
 * Behaviour
 * - The log begins at this offset from now on; -1 is the high watermark. One that lies before the log start changes nothing. The answer
 *   says where the log begins.
 * - Per partition UNKNOWN_TOPIC_OR_PARTITION (also what this broker has not heard of), NOT_LEADER_OR_FOLLOWER, INVALID_TOPIC_EXCEPTION for
 *   internal topics, POLICY_VIOLATION for a topic that is only compacted, OFFSET_OUT_OF_RANGE past the high watermark or below -1.
 * - Past the first record of an open transaction is allowed: the last stable offset goes along with the log start. Producers keep their
 *   state until another leader reads the log: then one whose batches are all gone may begin anywhere.
 *
 * Version notes: none that show. An error says low watermark -1.
 *
 * NOT modelled: waiting for replicas (one copy: all have it), authorization, quotas. Topics answer in the order of the request.
 */
import type { deleteRecords } from '../../wire/apis/21-delete-records.ts'
import { errorCodes } from '../../wire/error-codes.ts'
import type { RequestOf } from '../../wire/schema.ts'
import { isInternal } from '../controller.ts'
import { ledBy } from '../image.ts'
import { deleteRecords as remove } from '../log-start.ts'
import type { Context, Request } from '../types.ts'

export function handle(ctx: Context, request: Request, body: RequestOf<typeof deleteRecords>): void {
  const topics = body.topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map(({ partitionIndex, offset }) => {
      const failed = { partitionIndex, lowWatermark: -1n }
      const of = ledBy(ctx.state, request.broker, name, partitionIndex)
      if (of === 'UNKNOWN_TOPIC_OR_PARTITION') return { ...failed, errorCode: errorCodes[of] }
      if (isInternal(name)) return { ...failed, errorCode: errorCodes.INVALID_TOPIC_EXCEPTION }
      if (typeof of === 'string') return { ...failed, errorCode: errorCodes[of] }
      const error = remove(ctx, of, offset)
      if (error !== undefined) return { ...failed, errorCode: errorCodes[error] }
      return { partitionIndex, lowWatermark: of.log.startOffset, errorCode: 0 }
    }),
  }))
  ctx.answer(request, { topics })
}
