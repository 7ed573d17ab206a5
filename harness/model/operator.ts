/** The operator's verbs, which take effect at once. Each tells what happened by notes, and how it went by `done`. */

import type { ErrorName } from '../wire/error-codes.ts'
import { appendAsLeader, appendedEvent, onlyBatch } from './append.ts'
import { closeConnection } from './broker.ts'
import { brokerDown, brokerUp, diskFreed, diskFull, wipeBroker } from './broker-life.ts'
import {
  badTopicName,
  collidingTopic,
  createInternalTopic,
  createTopic,
  deleteTopic,
  learnAll,
  maxPartitionsPerRequest,
  move,
  newId,
  publish,
} from './controller.ts'
import { controllerDown, controllerIsGone, controllerUp } from './controller-absence.ts'
import { resetOffsets } from './group/reset.ts'
import { unloadShard } from './group/shard.ts'
import { coordinatorPartition, transactionPartition } from './internal-log.ts'
import { offsetsTopic, transactionsTopic } from './internal-topics.ts'
import { forgetPartitions } from './invariants.ts'
import { deleteRecords } from './log-start.ts'
import { hideMetadata, holdMetadata } from './metadata-faults.ts'
import { canLead, elect } from './replication/election.ts'
import { lagCopy } from './replication/lag.ts'
import { awaitInSync } from './replication/leadership.ts'
import { cutLink, mendLink } from './replication/peers.ts'
import { foremost, isLone } from './replication/replica.ts'
import type { ClusterState, Partition, Topic } from './state.ts'
import { badSetting, conflictOf } from './topic-config.ts'
import { unloadTransactions } from './transaction/shard.ts'
import type { Context, Verb } from './types.ts'

type Outcome = ErrorName | { readonly baseOffset: bigint } | undefined

/** What an operator asks the controller for. */
const takesController: ReadonlySet<Verb['do']> = new Set<Verb['do']>([
  'create-topic',
  'delete-topic',
  'recreate-topic',
  'move-leader',
  'move-coordinator',
  'elect-unclean',
])

export function operate(ctx: Context, verb: Verb): void {
  const outcome = carryOut(ctx, verb)
  if (outcome === undefined) ctx.emit({ kind: 'done', verb })
  else if (typeof outcome === 'string') ctx.emit({ kind: 'done', verb, error: outcome })
  else ctx.emit({ kind: 'done', verb, baseOffset: outcome.baseOffset })
}

function carryOut(ctx: Context, verb: Verb): Outcome {
  const { state } = ctx
  if (controllerIsGone(state) && takesController.has(verb.do)) return 'REQUEST_TIMED_OUT'
  switch (verb.do) {
    case 'create-topic':
      return createNamed(ctx, verb.topic, verb.partitions, new Map(Object.entries(verb.config ?? {})))
    case 'delete-topic':
    case 'recreate-topic': {
      const topic = state.topics.get(verb.topic)
      if (topic === undefined) return 'UNKNOWN_TOPIC_OR_PARTITION'
      deleteTopic(ctx, topic)
      if (verb.do === 'recreate-topic') createTopic(ctx, again(state, topic))
      publish(ctx)
      return undefined
    }
    case 'move-leader': {
      const partition = state.topics.get(verb.topic)?.partitions[verb.partition]
      return partition === undefined ? 'UNKNOWN_TOPIC_OR_PARTITION' : moveLeader(ctx, partition, verb.to)
    }
    case 'move-coordinator':
      return moveCoordinator(ctx, verb)
    case 'slow-markers':
      if (!state.brokers.has(verb.coordinator)) return 'BROKER_NOT_AVAILABLE'
      if (verb.delayMs === null) state.delays.markersOf.delete(verb.coordinator)
      else state.delays.markersOf.set(verb.coordinator, verb.delayMs)
      return undefined
    case 'slow-loading':
      state.delays.loadMs = verb.loadMs
      return undefined
    case 'delete-records': {
      const partition = state.topics.get(verb.topic)?.partitions[verb.partition]
      if (partition === undefined) return 'UNKNOWN_TOPIC_OR_PARTITION'
      if (partition.leader === null) return 'LEADER_NOT_AVAILABLE'
      const requested = deleteRecords(ctx, foremost(partition), verb.before)
      return typeof requested === 'string' ? requested : undefined
    }
    case 'reset-offsets':
      return resetOffsets(ctx, verb)
    case 'wipe-broker':
      return wipeBroker(ctx, verb.broker, verb.keeps)
    case 'disk-full':
      return diskFull(ctx, verb.broker)
    case 'disk-freed':
      return diskFreed(ctx, verb.broker)
    case 'hold-metadata':
      return holdMetadata(ctx, verb.broker, verb.held)
    case 'hide-metadata':
      return hideMetadata(ctx, verb.broker, verb.lacks)
    case 'controller-down':
      controllerDown(ctx)
      return undefined
    case 'controller-up':
      controllerUp(ctx)
      return undefined
    case 'broker-down':
      return brokerDown(ctx, verb.broker, verb.lostMs)
    case 'broker-up':
      return brokerUp(ctx, verb.broker)
    case 'cut-link':
    case 'mend-link':
      if (!state.brokers.has(verb.from) || !state.brokers.has(verb.to)) return 'BROKER_NOT_AVAILABLE'
      if (verb.do === 'cut-link') cutLink(state, verb.from, verb.to)
      else mendLink(ctx, verb.from, verb.to)
      return undefined
    case 'lag-copy': {
      const partition = state.topics.get(verb.topic)?.partitions[verb.partition]
      return partition === undefined ? 'UNKNOWN_TOPIC_OR_PARTITION' : lagCopy(ctx, partition, verb.broker, verb.behind)
    }
    case 'elect-unclean': {
      const partition = state.topics.get(verb.topic)?.partitions[verb.partition]
      return partition === undefined ? 'UNKNOWN_TOPIC_OR_PARTITION' : electAnyone(ctx, partition)
    }
    case 'reset-cluster':
      return resetCluster(ctx)
    case 'append':
      return append(ctx, verb.topic, verb.partition, verb.bytes)
  }
}

function createNamed(ctx: Context, name: string, partitions: number, config: Map<string, string>): Outcome {
  const { state } = ctx
  if (badTopicName(name) !== undefined) return 'INVALID_TOPIC_EXCEPTION'
  if (state.topics.has(name)) return 'TOPIC_ALREADY_EXISTS'
  if (collidingTopic(state, name) !== undefined) return 'INVALID_TOPIC_EXCEPTION'
  if (partitions < 1) return 'INVALID_PARTITIONS'
  if (partitions > maxPartitionsPerRequest) return 'POLICY_VIOLATION'
  for (const [key, value] of config)
    if (badSetting(ctx.state.imitate, key, value) !== undefined) return 'INVALID_CONFIG'
  if (conflictOf(config) !== undefined) return 'INVALID_CONFIG'
  if (![...state.brokers.values()].some(({ up }) => up)) return 'INVALID_REPLICATION_FACTOR'
  createTopic(ctx, { name, placed: partitions, config })
  publish(ctx)
  return undefined
}

/** The same topic anew, on the same brokers while they are up. */
function again(state: ClusterState, { name, partitions, config }: Topic): Parameters<typeof createTopic>[1] {
  const placed = partitions.map(({ replicas }) => replicas.map(({ broker }) => broker))
  const allUp = placed.flat().every((id) => state.brokers.get(id)?.up)
  return allUp ? { name, placed, config } : { name, placed: placed.length, copies: placed[0]?.length ?? 1, config }
}

function moveCoordinator(ctx: Context, verb: Extract<Verb, { readonly do: 'move-coordinator' }>): Outcome {
  const { state } = ctx
  const isOfGroup = 'group' in verb
  const topic = isOfGroup ? offsetsTopic : transactionsTopic
  createInternalTopic(ctx, topic)
  const index = isOfGroup ? coordinatorPartition(state, verb.group) : transactionPartition(state, verb.transactionalId)
  const partition = state.topics.get(topic)?.partitions[index]
  return partition === undefined ? 'COORDINATOR_NOT_AVAILABLE' : moveLeader(ctx, partition, verb.to)
}

function moveLeader(ctx: Context, partition: Partition, to: number): Outcome {
  if (ctx.state.brokers.get(to)?.up !== true) return 'BROKER_NOT_AVAILABLE'
  // The one copy is on a broker that is down.
  if (partition.leader === null) return 'LEADER_NOT_AVAILABLE'
  if (partition.leader === to) return 'ELECTION_NOT_NEEDED'
  if (!isLone(partition) && !partition.isr.includes(to)) return 'ELIGIBLE_LEADERS_NOT_AVAILABLE'
  move(ctx, partition, to)
  publish(ctx)
  return undefined
}

/** Whoever has a copy and is up leads, where nobody in sync can (ElectLeaders with UNCLEAN). */
function electAnyone(ctx: Context, partition: Partition): Outcome {
  if (partition.leader !== null) return 'ELECTION_NOT_NEEDED'
  const any = partition.replicas.find(({ broker }) => canLead(ctx.state, broker))
  if (any === undefined) return 'ELIGIBLE_LEADERS_NOT_AVAILABLE'
  elect(ctx, partition, any.broker, true)
  publish(ctx)
  return undefined
}

function resetCluster(ctx: Context): Outcome {
  const { state } = ctx
  const topics = [...state.topics.values()]
  for (const connection of [...state.connections.values()]) {
    closeConnection(ctx, connection.id, 'the cluster was reset', 'rst')
  }
  for (const partition of [...state.groupShards.keys()]) unloadShard(ctx, partition)
  for (const partition of [...state.transactionShards.keys()]) unloadTransactions(ctx, partition)
  for (const topic of topics) forgetPartitions(state.audit, topic.partitions)
  state.topics.clear()
  state.toldCommits.clear()
  state.timers.clear()
  state.stirred.clear()
  for (const link of state.cutLinks.keys()) state.cutLinks.set(link, [])
  // A new cluster counts from 0 again: producers of the old one may meet their ids in other hands.
  state.nextProducerId = 0n
  state.clusterId = newId(ctx.draws, 'cluster-id')
  ctx.note({ what: 'cluster-reset', clusterId: state.clusterId })
  state.absence = null
  for (const broker of state.brokers.values()) {
    Object.assign(broker, { coming: [], producerIds: null, disk: 'ok', held: false, lacks: 'nothing' })
    Object.assign(broker, { startedAtMs: ctx.nowMs, look: null })
    broker.fetchers.clear()
    broker.parked.clear()
    if (broker.up) continue
    broker.up = true
    ctx.note({ what: 'broker', broker: broker.id, is: 'up' })
  }
  for (const topic of topics) if (!topic.internal) createTopic(ctx, again(state, topic))
  publish(ctx)
  for (const broker of state.brokers.values()) learnAll(ctx, broker)
  return undefined
}

/** Who writes for a trial waits for as long as it takes. */
const patienceMs = 7 * 24 * 3600 * 1000

function append(ctx: Context, topicName: string, index: number, bytes: Uint8Array): Outcome {
  const topic = ctx.state.topics.get(topicName)
  const partition = topic?.partitions[index]
  if (topic === undefined || partition === undefined) return 'UNKNOWN_TOPIC_OR_PARTITION'
  if (partition.leader === null) return 'LEADER_NOT_AVAILABLE'
  const batch = onlyBatch(bytes)
  if ('is' in batch) return batch.error
  const leader = foremost(partition)
  if (leader.role.is !== 'leader') return 'LEADER_NOT_AVAILABLE'
  const appended = appendAsLeader(ctx.state, topic, leader, batch, 'client', ctx.nowMs)
  if (appended.is === 'refused') return appended.error
  if (appended.is === 'duplicate') return { baseOffset: appended.of.firstOffset }
  const { batch: written } = appended
  ctx.note(appendedEvent(ctx.state, leader, written))
  if (!isLone(partition)) {
    awaitInSync(ctx, leader, written.lastOffset + 1n, patienceMs, (now, error) => {
      if (error === null) now.emit({ kind: 'replicated', topic: topicName, partition: index, bytes })
    })
  }
  return { baseOffset: written.baseOffset }
}
