/** Records that are deleted from the start of a log: by DeleteRecords, and by an operator in place of retention (Partition.deleteRecordsOnLeader). */
import type { ErrorName } from '../wire/error-codes.ts'
import { isInternal } from './internal-topics.ts'
import { logConfigOf } from './log-config.ts'
import { moveStart } from './log-truncation.ts'
import type { Replica } from './replication/replica.ts'
import type { Context } from './types.ts'

/** What DeleteRecords calls the high watermark. */
const upToHighWatermark = -1n

/** The error; else up to where it was asked: the log begins there, or further on, now. Its leader must be up. */
export function deleteRecords(ctx: Context, of: Replica, before: bigint): ErrorName | bigint {
  const { topic, topicId, partition, log } = of
  if (isInternal(topic)) return 'INVALID_TOPIC_EXCEPTION'
  const known = ctx.state.topics.get(topic)
  if (known !== undefined && !logConfigOf(known).isDeleted) return 'POLICY_VIOLATION'
  const offset = before === upToHighWatermark ? log.highWatermark : before
  if (offset < 0n || offset > log.highWatermark) return 'OFFSET_OUT_OF_RANGE'
  if (!moveStart(log, offset)) return offset
  ctx.state.stirred.add(of)
  ctx.state.audit.touched.add(of)
  ctx.note({ what: 'log-start', topic, topicId, partition, offset: String(log.startOffset) })
  return offset
}
