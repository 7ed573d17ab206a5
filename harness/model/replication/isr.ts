/**
 * Who is in sync: a leader lets followers in that have all that readers may see, and puts out those that have been behind for longer than
 * replica.lag.time.max.ms, by asking the controller (Partition.maybeExpandIsr, maybeShrinkIsr; KIP-497 AlterPartition).
 *
 * A follower that has the leader's log end is never put out, whether it asks or not, so nobody is looked at while nothing is written.
 *
 * NOT modelled: the time that the controller takes. While it is gone nothing changes; Kafka's leader waits already for a follower that is to
 * come in.
 */

import { publish } from '../controller.ts'
import { controllerIsGone } from '../controller-absence.ts'
import type { ClusterState, Partition } from '../state.ts'
import type { Context } from '../types.ts'
import { canLead } from './election.ts'
import { advance, type Leadership } from './leadership.ts'
import { isCaughtUp } from './progress.ts'
import type { Replica } from './replica.ts'

export function tryExpand(ctx: Context, replica: Replica, role: Leadership, follower: number): void {
  const { state } = ctx
  const { highWatermark } = replica.log
  const progress = role.followers.get(follower)!
  if (role.isr.includes(follower) || progress.endOffset < highWatermark || progress.endOffset < role.startOffset) return
  if (progress.isGone || !canLead(state, follower)) return
  alter(ctx, replica, role, [...role.isr, follower])
}

/** It has heard who is in sync: others may be by now, as it did not know that they were put out. */
export function tryExpandAll(ctx: Context, replica: Replica, role: Leadership): void {
  for (const [follower, { endOffset }] of role.followers) if (endOffset >= 0n) tryExpand(ctx, replica, role, follower)
}

/** It got records: who does not have them soon is looked at later. Kafka looks every half of the time that a follower may lag. */
export function shrinkLater(ctx: Context, replica: Replica, role: Leadership): void {
  if (role.isrTimer !== null || role.followers.size === 0) return
  const { topic, partition, broker, log } = replica
  const { replicaLagMs } = ctx.state.config
  let firstMs = Number.POSITIVE_INFINITY
  for (const id of role.isr) {
    const progress = role.followers.get(id)
    if (progress !== undefined && progress.endOffset !== log.endOffset)
      firstMs = Math.min(firstMs, progress.caughtUpAtMs + replicaLagMs)
  }
  if (firstMs === Number.POSITIVE_INFINITY) return
  const everyMs = replicaLagMs / 2
  // Longer than the time: not at this very moment.
  const atMs = (Math.floor(Math.max(firstMs, ctx.nowMs) / everyMs) + 1) * everyMs
  role.isrTimer = ctx.arm(broker, atMs, { why: 'isr-looked-at', topic, partition })
}

/** The timer fired. */
export function shrink(ctx: Context, replica: Replica): void {
  const { role, log } = replica
  if (role.is !== 'leader') return
  role.isrTimer = null
  const kept = role.isr.filter((id) => {
    const progress = role.followers.get(id)
    return progress === undefined || isCaughtUp(progress, log.endOffset, ctx.nowMs, ctx.state.config.replicaLagMs)
  })
  if (kept.length < role.isr.length) alter(ctx, replica, role, kept)
  shrinkLater(ctx, replica, role)
}

/**
 * AlterPartition, which the controller takes from the leader that it knows, if that knows the latest (INVALID_UPDATE_VERSION): a leader that
 * has not heard yet who was put out tries again when it has.
 */
function alter(ctx: Context, replica: Replica, role: Leadership, isr: readonly number[]): void {
  const { state } = ctx
  const partition = partitionOf(state, replica)
  if (controllerIsGone(state) || partition === undefined) return
  if (partition.leader !== replica.broker || partition.leaderEpoch !== replica.leaderEpoch) return
  if (partition.partitionEpoch !== role.partitionEpoch) return
  setIsr(ctx, partition, isr)
  role.isr = partition.isr
  role.partitionEpoch = partition.partitionEpoch
  advance(state, replica, ctx.nowMs)
  publish(ctx)
}

export function setIsr(ctx: Context, partition: Partition, isr: readonly number[]): void {
  partition.isr = partition.replicas.map(({ broker }) => broker).filter((id) => isr.includes(id))
  partition.partitionEpoch++
  const { topic, leader, leaderEpoch } = partition
  ctx.note({
    what: 'isr',
    topic,
    partition: partition.partition,
    leader: leader ?? -1,
    epoch: leaderEpoch,
    isr: partition.isr,
  })
}

function partitionOf({ topics }: ClusterState, { topic, topicId, partition }: Replica): Partition | undefined {
  const found = topics.get(topic)
  return found?.topicId === topicId ? found.partitions[partition] : undefined
}
