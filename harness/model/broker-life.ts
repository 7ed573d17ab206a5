/**
 * How brokers go and come, and what becomes of their disks.
 *
 * A full disk, as 3.9 has it (UnifiedLog.maybeHandleIOException → LogDirFailureChannel → ReplicaManager.handleLogDirFailure): the append
 * that cannot be written answers KAFKA_STORAGE_ERROR and takes its whole log directory offline, reads included. Every partition in it
 * answers KAFKA_STORAGE_ERROR from then on, the controller is told and finds no other copy, so nobody leads them; the directory is back
 * when the broker was restarted. The broker itself goes on: its log directory with the metadata is another one.
 *
 * NOT modelled: a broker with one log directory, which halts when that fails (`broker-down` does the same); a disk that fills up while
 * something is written (an append is written or it is not); the directory of new partitions is the one that failed.
 *
 * A wiped volume: with one copy the broker comes back as the leader of empty logs, under the same topic ids and in a higher leader epoch;
 * offsets start at 0 again, and nobody says that anything is gone. So it is where the folders of partitions went and `meta.properties` stayed,
 * by whose directory id the controller knows the volume (KIP-858), and in clusters from before that. NOT modelled: another volume, with
 * another id, where the only copy has no leader until an unclean one is elected (real/jvm/contract.test.ts shows both). With
 * `__transaction_state` go the transactions that it knew: what they wrote elsewhere stays open for ever.
 */
import type { ErrorName } from '../wire/error-codes.ts'
import { closeConnection } from './broker.ts'
import { learnAll, publish } from './controller.ts'
import { controllerIsGone, forgetWaiting } from './controller-absence.ts'
import { offsetsTopic, transactionsTopic } from './internal-topics.ts'
import { forgetReplica } from './invariants.ts'
import { newLog, rebuildProducers } from './log.ts'
import { reopen } from './log-segments.ts'
import { truncate } from './log-truncation.ts'
import { excuseLoss } from './replication/checks.ts'
import { canLead, keepLeft, leaveMore, withBroker, withoutBroker } from './replication/election.ts'
import { leaderIsGone } from './replication/follower.ts'
import { forgetMessages } from './replication/peers.ts'
import { foremost, isLeftBy, isLone, replicaOn } from './replication/replica.ts'
import { fall, stop } from './replication/roles.ts'
import { followerIsGone } from './replication/serving.ts'
import type { ClusterState, Partition } from './state.ts'
import { knownTransactions } from './transaction/checks.ts'
import type { Context } from './types.ts'

/**
 * It stops as if it were killed: all that it wrote is on its disk, but for what was written in the last `lostMs`, where its machine went down
 * with it. The controller knows at once (Kafka: after
 * broker.session.timeout.ms, so that metadata names a dead leader for a while).
 */
export function brokerDown(ctx: Context, id: number, lostMs = 0): ErrorName | undefined {
  const { state } = ctx
  const broker = state.brokers.get(id)
  if (broker?.up !== true) return 'BROKER_NOT_AVAILABLE'
  broker.up = false
  ctx.note({ what: 'broker', broker: id, is: 'down' })
  for (const connection of [...state.connections.values()]) {
    if (connection.broker === id) closeConnection(ctx, connection.id, `broker ${id} is down`, 'rst')
  }
  if (lostMs > 0) for (const partition of allPartitions(state)) loseTail(ctx, partition, id, ctx.nowMs - lostMs)
  for (const partition of allPartitions(state)) loseReplica(ctx, partition, id)
  for (const [timer, { broker: of, fire }] of [...state.timers]) {
    // What it asked in its last life says nothing of what it has in its next one (KIP-903).
    const isAskedByIt = fire.why === 'peer' && fire.message.is === 'fetch' && fire.message.follower === id
    if (of === id || isAskedByIt) state.timers.delete(timer)
  }
  broker.look = null
  broker.coming = []
  broker.fetchers.clear()
  broker.parked.clear()
  forgetMessages(state, id)
  for (const other of state.brokers.keys()) {
    followerIsGone(ctx, other, id)
    leaderIsGone(ctx, other, id)
  }
  broker.producerIds = null
  // With its restart the directory is tried again.
  if (broker.disk === 'failed') broker.disk = 'full'
  forgetWaiting(state, id)
  chooseController(state)
  publish(ctx)
  return undefined
}

export function brokerUp(ctx: Context, id: number): ErrorName | undefined {
  const { state } = ctx
  const broker = state.brokers.get(id)
  if (broker === undefined) return 'BROKER_NOT_AVAILABLE'
  if (broker.up) return undefined
  if (controllerIsGone(state)) {
    // It is not let in before it has registered.
    state.absence?.starting.add(id)
    return undefined
  }
  broker.up = true
  broker.startedAtMs = ctx.nowMs
  ctx.note({ what: 'broker', broker: id, is: 'up' })
  for (const partition of allPartitions(state)) {
    const replica = replicaOn(partition, id)
    if (replica === undefined) continue
    reopen(replica.log, state.config.epochMs + ctx.nowMs)
    if (!isLone(partition)) rebuildProducers(replica.log)
  }
  for (const partition of allPartitions(state)) withBroker(ctx, partition, id)
  chooseController(state)
  publish(ctx)
  // It has read the whole metadata log before it opened its door.
  learnAll(ctx, broker)
  return undefined
}

/** KRaft names any broker that is up; here it is the same one for as long as it is up. */
function chooseController(state: ClusterState): void {
  if (state.brokers.get(state.controller)?.up) return
  for (const { id, up } of state.brokers.values()) {
    if (!up) continue
    state.controller = id
    return
  }
}

/** What is on its volumes is gone; `offsets`: but for what groups had committed, which lay on another one. */
export function wipeBroker(ctx: Context, id: number, keeps: 'nothing' | 'offsets'): ErrorName | undefined {
  const { state } = ctx
  const broker = state.brokers.get(id)
  if (broker === undefined || broker.up) return 'BROKER_NOT_AVAILABLE'
  for (const partition of allPartitions(state)) {
    const replica = replicaOn(partition, id)
    if (replica === undefined || (keeps === 'offsets' && partition.topic === offsetsTopic)) continue
    const { topic, topicId, partition: index } = partition
    const counts = foremost(partition) === replica
    if (counts && topic === transactionsTopic) abandonTransactions(state, index)
    replica.log = newLog(state.config.epochMs + ctx.nowMs)
    if (partition.isr.includes(id)) excuseLoss(state, partition)
    forgetReplica(state.audit, replica)
    if (counts) partition.left = null
    // Of a copy that does not count nobody misses anything: it is fetched again.
    if (counts) ctx.note({ what: 'wiped', topic, topicId, partition: index })
  }
  return undefined
}

/** Nobody knows of them any more: they stay open in the partitions that they wrote to (a hanging transaction, KIP-664). */
function abandonTransactions(state: ClusterState, transactions: number): void {
  for (const { producerId, partitions } of knownTransactions(state, transactions)) {
    for (const { topic, partition } of partitions.values()) {
      for (const { log } of state.topics.get(topic)?.partitions[partition]?.replicas ?? [])
        if (log.open.has(producerId)) log.passedOver.add(producerId)
    }
  }
}

export function diskFull({ state }: Context, id: number): ErrorName | undefined {
  const broker = state.brokers.get(id)
  if (broker?.up !== true) return 'BROKER_NOT_AVAILABLE'
  if (broker.disk === 'ok') broker.disk = 'full'
  return undefined
}

export function diskFreed(ctx: Context, id: number): ErrorName | undefined {
  const broker = ctx.state.brokers.get(id)
  if (broker === undefined) return 'BROKER_NOT_AVAILABLE'
  const failed = broker.disk === 'failed'
  if (failed) brokerDown(ctx, id)
  broker.disk = 'ok'
  return failed ? brokerUp(ctx, id) : undefined
}

/** The log directories of these brokers could not be written: whatever lies in them is offline. */
export function failLogDirs(ctx: Context): void {
  const { state } = ctx
  for (const id of state.failing) {
    for (const partition of allPartitions(state)) loseReplica(ctx, partition, id)
  }
  state.failing.clear()
  state.audit.groups = true
  publish(ctx)
}

/** Whether this broker can write; when it can't, its log directory goes offline at the end of this step. */
export function canWriteOn({ brokers, failing }: ClusterState, id: number): boolean {
  const broker = brokers.get(id)
  if (broker === undefined || broker.disk === 'ok') return true
  broker.disk = 'failed'
  failing.add(broker.id)
  return false
}

/** The copy that this broker has of it is out of reach. */
function loseReplica(ctx: Context, partition: Partition, id: number): void {
  const replica = replicaOn(partition, id)
  if (replica === undefined) return
  if (ctx.state.brokers.get(id)?.up === true) stop(ctx, replica)
  else fall(ctx, replica)
  // Nobody is elected without a controller. With one copy there is nobody to elect, and that nobody leads is clear at once.
  if (isLone(partition) || !controllerIsGone(ctx.state)) withoutBroker(ctx, partition, id)
}

/** What this broker has written since then never reached its disk. */
function loseTail(ctx: Context, partition: Partition, id: number, sinceMs: number): void {
  const replica = replicaOn(partition, id)
  const first = replica?.log.batches.find(({ writtenAtMs }) => writtenAtMs > sinceMs)
  if (replica === undefined || first === undefined) return
  const { topic, topicId, partition: index, log } = replica
  const from = log.endOffset
  leaveMore(partition, replica)
  if (foremost(partition) === replica) keepLeft(partition)
  if (partition.left !== null && isLeftBy(partition.left, replica)) partition.left = { ...partition.left, disk: true }
  truncate(log, first.baseOffset)
  forgetReplica(ctx.state.audit, replica)
  if (partition.isr.includes(id)) excuseLoss(ctx.state, partition)
  ctx.note({
    what: 'truncated',
    topic,
    topicId,
    partition: index,
    broker: id,
    from: String(from),
    to: String(log.endOffset),
  })
}

/** The controller is back, and sees who has gone meanwhile. */
export function seeWhoIsGone(ctx: Context): void {
  for (const { id } of ctx.state.brokers.values()) {
    if (canLead(ctx.state, id)) continue
    for (const partition of allPartitions(ctx.state)) if (!isLone(partition)) withoutBroker(ctx, partition, id)
  }
}

function* allPartitions(state: ClusterState): Generator<Partition> {
  for (const topic of state.topics.values()) yield* topic.partitions
}
