/**
 * Whom the controller lets lead when a broker goes or comes (ReplicationControlManager, PartitionChangeBuilder): the first replica that is in
 * sync and up; where there is none, and unclean.leader.election.enable is on, the first that is up, which loses what it has not; else nobody.
 *
 * A broker that is gone is put out of every ISR but the last one's: who led last, and is gone, is waited for.
 *
 * NOT modelled: eligible leader replicas (KIP-966; off in 3.9, and in 4.x they need min.insync.replicas 2 to matter), the preferred leader that
 * comes back by itself (auto.leader.rebalance.enable looks every five minutes), reassignment.
 */
import type { Log } from '../log.ts'
import type { ClusterState, Left, Partition } from '../state.ts'
import type { Context } from '../types.ts'
import { excuseLoss } from './checks.ts'
import { setIsr } from './isr.ts'
import { foremost, isLeftBy, type Replica, replicaOn } from './replica.ts'
import { leadAlone } from './roles.ts'

/** It begins to lead, in a new epoch; its broker hears of it with the next picture. */
export function elect(ctx: Context, partition: Partition, broker: number, unclean = false): void {
  keepLeft(partition)
  if (unclean) {
    partition.isr = [broker]
    if (partition.left !== null) partition.left = { ...partition.left, unclean }
    excuseLoss(ctx.state, partition)
  }
  partition.leader = broker
  partition.leaderEpoch++
  partition.partitionEpoch++
  tellLeader(ctx, partition, unclean)
  leadAlone(ctx, partition)
}

/** What there is now, if it is not known from before: what of it the next leader has not is lost. */
export function keepLeft(partition: Partition): void {
  if (partition.leaderEpoch < 0) return
  if (partition.left !== null) return
  const { broker, leaderEpoch, log } = foremost(partition)
  partition.left = { broker, leaderEpoch, ...contentsOf(log), unclean: false, disk: false }
}

/** Who led last has gone on meanwhile, and stops now: what it took is there to be lost as well. */
export function leaveMore(partition: Partition, replica: Replica): void {
  const { left } = partition
  if (replica.role.is !== 'leader' || left === null || !isLeftBy(left, replica)) return
  if (replica.log.endOffset > left.endOffset) partition.left = { ...left, ...contentsOf(replica.log) }
}

type Contents = Pick<Left, 'endOffset' | 'highWatermark' | 'sparseUpTo' | 'batches'>

function contentsOf({ endOffset, highWatermark, sparseUpTo, batches }: Log): Contents {
  return { endOffset, highWatermark, sparseUpTo, batches: [...batches] }
}

/** Nobody leads, which is an epoch of its own. */
export function takeOffline(ctx: Context, partition: Partition): void {
  partition.leader = null
  partition.leaderEpoch++
  partition.partitionEpoch++
  tellLeader(ctx, partition)
}

function tellLeader(ctx: Context, of: Partition, unclean = false): void {
  const { topic, partition, leader, leaderEpoch: epoch } = of
  const told = { what: 'leader', topic, partition, leader: leader ?? -1, epoch } as const
  ctx.note(unclean ? { ...told, unclean } : told)
}

/** This broker, or its log directory, is gone for these partitions. */
export function withoutBroker(ctx: Context, partition: Partition, gone: number): void {
  if (partition.leader === gone) {
    const others = partition.isr.filter((id) => id !== gone)
    const next = partition.replicas.find(({ broker }) => others.includes(broker) && canLead(ctx.state, broker))
    if (next !== undefined) {
      partition.isr = others
      elect(ctx, partition, next.broker)
      return
    }
    partition.isr = [gone]
    const any = uncleanOf(ctx.state, partition, gone)
    if (any === undefined) takeOffline(ctx, partition)
    else elect(ctx, partition, any, true)
  } else if (partition.isr.includes(gone) && partition.isr.length > 1) {
    setIsr(
      ctx,
      partition,
      partition.isr.filter((id) => id !== gone),
    )
  }
}

/** A broker has come: what nobody leads it may lead now. */
export function withBroker(ctx: Context, partition: Partition, come: number): void {
  if (partition.leader !== null || replicaOn(partition, come) === undefined) return
  if (partition.isr.includes(come)) elect(ctx, partition, come)
  else if (isUncleanAllowed(ctx.state, partition)) elect(ctx, partition, come, true)
}

function uncleanOf(state: ClusterState, partition: Partition, gone: number): number | undefined {
  if (!isUncleanAllowed(state, partition)) return undefined
  return partition.replicas.find(({ broker }) => broker !== gone && canLead(state, broker))?.broker
}

function isUncleanAllowed({ topics, config }: ClusterState, { topic }: Partition): boolean {
  const own = topics.get(topic)?.config.get('unclean.leader.election.enable')
  return own === undefined ? config.uncleanLeaderElection : own.toLowerCase() === 'true'
}

export function canLead({ brokers }: ClusterState, id: number): boolean {
  const broker = brokers.get(id)
  return broker?.up === true && broker.disk !== 'failed'
}
