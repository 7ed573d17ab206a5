/**
 * A copy that has been behind for a while, without the while: what a slow disk or link would have made of it is made at once. It is out of
 * sync, and lacks what the others have acknowledged since; left alone it catches up again.
 */
import type { ErrorName } from '../../wire/error-codes.ts'
import { forgetReplica } from '../invariants.ts'
import { indexOf } from '../log.ts'
import { truncate } from '../log-truncation.ts'
import type { Partition } from '../state.ts'
import type { Context } from '../types.ts'
import { leaderIsGone } from './follower.ts'
import { setIsr } from './isr.ts'
import { forgetFetches } from './peers.ts'
import { foremost, replicaOn } from './replica.ts'
import { followerIsGone } from './serving.ts'

export function lagCopy(ctx: Context, partition: Partition, broker: number, behind: number): ErrorName | undefined {
  const replica = replicaOn(partition, broker)
  const leader = foremost(partition)
  if (replica === undefined || replica === leader) return 'INVALID_REPLICA_ASSIGNMENT'
  if (partition.isr.includes(broker)) {
    setIsr(
      ctx,
      partition,
      partition.isr.filter((id) => id !== broker),
    )
    if (leader.role.is === 'leader') {
      leader.role.isr = partition.isr
      leader.role.partitionEpoch = partition.partitionEpoch
    }
  }
  // What it has asked for says nothing of what it has now.
  forgetFetches(ctx.state, broker)
  for (const id of ctx.state.brokers.keys()) {
    followerIsGone(ctx, id, broker)
    leaderIsGone(ctx, broker, id)
  }
  const { log } = replica
  const to = leader.log.highWatermark - BigInt(behind)
  const first = log.batches[indexOf(log, to < log.startOffset ? log.startOffset : to)]
  if (first === undefined) return undefined
  const from = log.endOffset
  truncate(log, first.baseOffset)
  forgetReplica(ctx.state.audit, replica)
  const { topic, topicId, partition: index } = partition
  ctx.note({
    what: 'truncated',
    topic,
    topicId,
    partition: index,
    broker,
    from: String(from),
    to: String(log.endOffset),
  })
  return undefined
}
