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
 * offsets start at 0 again, and nobody says that anything is gone. With `__transaction_state` go the transactions that it knew: what they
 * wrote elsewhere stays open for ever.
 */
import type { ErrorName } from '../wire/error-codes.ts'
import { closeConnection } from './broker.ts'
import { elect, publish, takeOffline } from './controller.ts'
import { controllerIsGone, forgetWaiting } from './controller-absence.ts'
import { offsetsTopic, transactionsTopic } from './internal-topics.ts'
import { forgetPartitions } from './invariants.ts'
import { newLog } from './log.ts'
import type { ClusterState, Partition } from './state.ts'
import { knownTransactions } from './transaction/checks.ts'
import type { Context } from './types.ts'

/**
 * It stops as if its plug were pulled, but all that it wrote is on its disk. The controller knows at once (Kafka: after
 * broker.session.timeout.ms, so that metadata names a dead leader for a while).
 */
export function brokerDown(ctx: Context, id: number): ErrorName | undefined {
  const { state } = ctx
  const broker = state.brokers.get(id)
  if (broker?.up !== true) return 'BROKER_NOT_AVAILABLE'
  broker.up = false
  ctx.note({ what: 'broker', broker: id, is: 'down' })
  for (const connection of [...state.connections.values()]) {
    if (connection.broker === id) closeConnection(ctx, connection.id, `broker ${id} is down`, 'rst')
  }
  for (const partition of allPartitions(state)) if (partition.leader === id) takeOffline(ctx, partition)
  for (const [timer, { broker: of }] of [...state.timers]) if (of === id) state.timers.delete(timer)
  broker.coming = []
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
  ctx.note({ what: 'broker', broker: id, is: 'up' })
  for (const partition of allPartitions(state)) if (partition.replica === id) elect(ctx, partition)
  chooseController(state)
  publish(ctx)
  // It has read the whole metadata log before it opened its door.
  broker.image = state.image
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
    if (partition.replica !== id || (keeps === 'offsets' && partition.topic === offsetsTopic)) continue
    if (partition.topic === transactionsTopic) abandonTransactions(state, partition.partition)
    partition.log = newLog(state.config.epochMs + ctx.nowMs)
    forgetPartitions(state.audit, [partition])
    const { topic, topicId, partition: index } = partition
    ctx.note({ what: 'wiped', topic, topicId, partition: index })
  }
  return undefined
}

/** Nobody knows of them any more: they stay open in the partitions that they wrote to (a hanging transaction, KIP-664). */
function abandonTransactions(state: ClusterState, transactions: number): void {
  for (const { producerId, partitions } of knownTransactions(state, transactions)) {
    for (const { topic, partition } of partitions.values()) {
      const log = state.topics.get(topic)?.partitions[partition]?.log
      if (log?.open.has(producerId)) log.passedOver.add(producerId)
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
    for (const partition of allPartitions(state)) if (partition.leader === id) takeOffline(ctx, partition)
  }
  state.failing.clear()
  state.audit.groups = true
  publish(ctx)
}

/** Whether the leader of this partition can write; when it can't, its log directory goes offline at the end of this step. */
export function canWrite({ brokers, failing }: ClusterState, { leader }: Partition): boolean {
  const broker = leader === null ? undefined : brokers.get(leader)
  if (broker === undefined || broker.disk === 'ok') return true
  broker.disk = 'failed'
  failing.add(broker.id)
  return false
}

function* allPartitions(state: ClusterState): Generator<Partition> {
  for (const topic of state.topics.values()) yield* topic.partitions
}
