/**
 * What a broker does with its copies: it leads, or it follows, as the picture says that it has of the cluster (ReplicaManager.applyDelta,
 * Partition.makeLeader, makeFollower). Until it hears of a new leader, an old one goes on: what it is given then is lost when it does.
 *
 * A lone copy takes its role when the controller says so: whether its broker has heard of it is asked where it matters (metadata-faults.ts).
 *
 * NOT modelled: a coordinator that has not heard that it is none any more goes on with what it has in memory in Kafka. Here it stops when the
 * next one begins.
 */
import type { BrokerState } from '../broker.ts'
import { loadShard, unloadShard } from '../group/shard.ts'
import type { PartitionImage } from '../image.ts'
import { offsetsTopic, transactionsTopic } from '../internal-topics.ts'
import { type Log, type LogBatch, rebuildProducers } from '../log.ts'
import { beginEpoch } from '../log-epochs.ts'
import { tellUntold } from '../log-manager.ts'
import type { Partition } from '../state.ts'
import { loadTransactions, unloadTransactions } from '../transaction/shard.ts'
import type { Context } from '../types.ts'
import { leaveMore } from './election.ts'
import { startFetching, stopFetching } from './follower.ts'
import { tryExpandAll } from './isr.ts'
import { advance, breakAwaited, refuseAwaited } from './leadership.ts'
import { newProgress } from './progress.ts'
import { isLeftBy, isLone, noRole, type Replica, replicaOn } from './replica.ts'

/** A broker has learnt of a new picture. */
export function takeRoles(ctx: Context, broker: BrokerState): void {
  for (const { name, topicId, partitions: known } of broker.image.topics.values()) {
    const topic = ctx.state.topics.get(name)
    if (topic?.topicId !== topicId) continue
    for (const [index, image] of known.entries()) {
      const { leader, leaderEpoch, partitionEpoch, isr, replicas } = image
      if (replicas.length === 1) continue
      const replica = replicaOn(topic.partitions[index]!, broker.id)
      if (replica === undefined) continue
      if (leaderEpoch > replica.leaderEpoch || replica.role.is === 'none') {
        if (leader === broker.id) becomeLeader(ctx, topic.partitions[index]!, replica, image)
        else becomeFollower(ctx, replica, leaderEpoch, leader)
      } else if (replica.role.is === 'leader' && partitionEpoch > replica.role.partitionEpoch) {
        Object.assign(replica.role, { isr, partitionEpoch })
        advance(ctx.state, replica, ctx.nowMs)
        tryExpandAll(ctx, replica, replica.role)
      }
    }
  }
}

export function becomeLeader(
  ctx: Context,
  partition: Partition,
  replica: Replica,
  { leaderEpoch, partitionEpoch, isr }: Pick<PartitionImage, 'leaderEpoch' | 'partitionEpoch' | 'isr'>,
): void {
  const { log, broker } = replica
  stop(ctx, replica)
  replica.leaderEpoch = leaderEpoch
  beginEpoch(log, leaderEpoch)
  // A follower knows its producers already.
  if (isLone(partition)) rebuildProducers(log)
  log.unverified.clear()
  const others = partition.replicas.filter((one) => one !== replica)
  const followers = new Map(others.map((one) => [one.broker, newProgress(isr.includes(one.broker), ctx.nowMs)]))
  const startOffset = log.endOffset
  replica.role = { is: 'leader', startOffset, isr, partitionEpoch, followers, awaited: new Map(), isrTimer: null }
  tellChange(ctx, partition, replica)
  tellUntold(ctx, replica)
  advance(ctx.state, replica, ctx.nowMs)
  stirred(ctx, replica)
  if (replica.topic === offsetsTopic) loadShard(ctx, replica.partition, broker)
  if (replica.topic === transactionsTopic) loadTransactions(ctx, replica.partition, broker)
}

/**
 * What the one before had and this one has not is gone for all, whether anybody had been told of it or not; and the other way round: who led
 * once and has not cut it off yet may lead again with what another leader had not.
 */
function tellChange(ctx: Context, partition: Partition, { log }: Replica): void {
  const { left, topic, topicId, partition: index, leaderEpoch: epoch } = partition
  partition.left = null
  if (left === null) return
  // Who led before may go on, as it has not heard of this.
  const goesOn = partition.replicas.find((one) => one.role.is === 'leader' && one.log !== log && isLeftBy(left, one))
  const old = goesOn?.log ?? left
  const at = parting(old, log)
  const place = { topic, topicId, partition: index, epoch }
  const lost = old.batches.slice(at.old)
  if (lost.length > 0) {
    const { unclean, disk } = left
    const from = lost[0]!.baseOffset
    const messages = lost.flatMap((one) => one.messages)
    const committed = old.highWatermark > from
    ctx.note({ what: 'lost', ...place, from: String(from), unclean, disk, committed, messages })
  }
  const regained = log.batches.slice(at.log)
  if (regained.length > 0) {
    const messages = regained.flatMap((one) => one.messages)
    ctx.note({ what: 'regained', ...place, from: String(regained[0]!.baseOffset), messages })
  }
}

type Compared = Pick<Log, 'endOffset' | 'sparseUpTo'> & { readonly batches: readonly LogBatch[] }

/**
 * From where on two logs differ, in batches of each; one of them may begin later. Where either was cleaned, one may have less of a batch, or
 * nothing.
 */
function parting(one: Compared, other: Compared): { readonly old: number; readonly log: number } {
  const [old, log] = [one.batches, other.batches]
  const sparse = one.sparseUpTo > other.sparseUpTo ? one.sparseUpTo : other.sparseUpTo
  const start = log[0]?.baseOffset ?? 0n
  const begin = old[0]?.baseOffset ?? 0n
  let i = old.findIndex(({ baseOffset }) => baseOffset >= start)
  let k = log.findIndex(({ baseOffset }) => baseOffset >= begin)
  if (i < 0) i = old.length
  if (k < 0) k = log.length
  while (i < old.length && k < log.length) {
    const [a, b] = [old[i]!, log[k]!]
    if (a.baseOffset < b.baseOffset && a.baseOffset < sparse) i++
    else if (b.baseOffset < a.baseOffset && b.baseOffset < sparse) k++
    else if (isSame(a, b, sparse)) {
      i++
      k++
    } else return { old: i, log: k }
  }
  while (i < old.length && old[i]!.baseOffset < sparse && old[i]!.baseOffset < other.endOffset) i++
  while (k < log.length && log[k]!.baseOffset < sparse && log[k]!.baseOffset < one.endOffset) k++
  return { old: i, log: k }
}

function isSame(one: LogBatch, other: LogBatch, sparse: bigint): boolean {
  if (one.baseOffset !== other.baseOffset || one.leaderEpoch !== other.leaderEpoch) return false
  return one.crc === other.crc || one.baseOffset < sparse
}

function becomeFollower(ctx: Context, replica: Replica, leaderEpoch: number, leader: number | null): void {
  stop(ctx, replica)
  replica.leaderEpoch = leaderEpoch
  replica.role = { is: 'follower', leader }
  stirred(ctx, replica)
  if (leader !== null) startFetching(ctx, replica, leader)
}

/** Its role ends, and what hung on it: who waits is told, and a coordinator forgets all that it knows. */
export function stop(ctx: Context, replica: Replica): void {
  const { role, topic, partition, broker } = replica
  const of = ctx.state.topics.get(topic)?.partitions[partition]
  if (of?.topicId === replica.topicId) leaveMore(of, replica)
  replica.role = noRole
  stirred(ctx, replica)
  if (role.is === 'follower') stopFetching(ctx, replica)
  if (role.is !== 'leader') return
  if (role.isrTimer !== null) ctx.disarm(role.isrTimer)
  if (topic === offsetsTopic) unloadShard(ctx, partition, broker)
  if (topic === transactionsTopic) unloadTransactions(ctx, partition, broker)
  refuseAwaited(ctx, role, 'NOT_LEADER_OR_FOLLOWER')
}

/** Its broker goes down. */
export function fall(ctx: Context, replica: Replica): void {
  if (replica.role.is === 'leader') breakAwaited(ctx, replica.role, replica.broker)
  stop(ctx, replica)
}

/** The broker of a lone copy leads it from now on. */
export function leadAlone(ctx: Context, partition: Partition): void {
  const replica = partition.replicas[0]!
  if (isLone(partition)) becomeLeader(ctx, partition, replica, partition)
}

function stirred({ state }: Context, replica: Replica): void {
  state.stirred.add(replica)
  state.audit.touched.add(replica)
}
