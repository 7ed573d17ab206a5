/**
 * The controller: the one authority on topics, on who leads which partition, and on which brokers are up (KRaft's QuorumController with
 * ReplicationControlManager; while it is gone: controller-absence.ts). Every change is published as a new image.
 *
 * NOT modelled: more than one copy (a topic asked for with more is made with one), racks, mutation quotas.
 */
import type { ErrorName } from '../wire/error-codes.ts'
import type { BrokerState } from './broker.ts'
import { onTopicDeleted } from './group/index.ts'
import { loadShard, unloadShard } from './group/shard.ts'
import { takeImage } from './image.ts'
import { isInternal, offsetsTopic, transactionsTopic } from './internal-topics.ts'
import { forgetPartitions } from './invariants.ts'
import { beginEpoch, newLog, rebuildProducers } from './log.ts'
import type { ClusterState, Partition, Topic } from './state.ts'
import { loadTransactions, unloadTransactions } from './transaction/shard.ts'
import type { Context, Draws } from './types.ts'

/** How many partitions one request may ask for (ReplicationControlManager.MAX_PARTITIONS_PER_BATCH). */
export const maxPartitionsPerRequest = 10_000

/** What was refused, in Kafka's words. */
export interface Refusal {
  readonly error: ErrorName
  readonly message: string | null
}

export interface NewTopic {
  readonly name: string
  /** The broker of each partition's copy, or how many partitions there shall be. */
  readonly placed: readonly number[] | number
  readonly config?: ReadonlyMap<string, string>
}

/** Topic.validate. */
export function badTopicName(name: string): string | undefined {
  const bad = (why: string) => `Topic name is invalid: ${why}`
  if (name === '') return bad('the empty string is not allowed')
  if (name === '.' || name === '..') return bad(`'${name}' is not allowed`)
  if (name.length > 249) return bad(`the length of '${name}' is longer than the max allowed length 249`)
  if (/^[a-zA-Z0-9._-]+$/.test(name)) return undefined
  return bad(`'${name}' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'`)
}

/** Names in metrics: '.' and '_' are one character there, so that these two can't both be. */
export function collidingTopic({ topics }: ClusterState, name: string): string | undefined {
  if (!/[._]/.test(name)) return undefined
  const unified = name.replaceAll('.', '_')
  for (const other of topics.keys()) if (/[._]/.test(other) && other.replaceAll('.', '_') === unified) return other
  return undefined
}

/** 22 characters of base64url. Ids that begin with '-' are left out, as in Kafka (they look like options on a command line). */
export function newId(draws: Draws, name: string): string {
  for (;;) {
    const id = Buffer.from(draws.bytes(name, 16)).toString('base64url')
    if (!id.startsWith('-')) return id
  }
}

function brokersUp({ brokers }: ClusterState): number[] {
  return [...brokers.values()].filter(({ up }) => up).map(({ id }) => id)
}

/** Striped over the brokers that are up, from one that is drawn (StripedReplicaPlacer). */
export function place(ctx: Pick<Context, 'state' | 'draws'>, count: number): number[] {
  const up = brokersUp(ctx.state)
  const from = up.length > 1 ? ctx.draws.int('placement', up.length) : 0
  return Array.from({ length: count }, (_, partition) => up[(from + partition) % up.length]!)
}

/** The topic must not be there, its name must do, and somebody must be up. Call `publish` after all changes. */
export function createTopic(ctx: Context, { name, placed, config = new Map() }: NewTopic): Topic {
  const topicId = newId(ctx.draws, 'topic-id')
  const topic: Topic = { name, topicId, internal: isInternal(name), config: new Map(config), partitions: [] }
  ctx.state.topics.set(name, topic)
  const brokers = typeof placed === 'number' ? place(ctx, placed) : placed
  ctx.note({ what: 'topic', topic: name, topicId, is: 'created', partitions: brokers.length })
  addPartitions(ctx, topic, brokers)
  return topic
}

export function addPartitions(ctx: Context, topic: Topic, brokers: readonly number[]): void {
  for (const replica of brokers) {
    const { name, topicId } = topic
    const partition: Partition = {
      topic: name,
      topicId,
      partition: topic.partitions.length,
      replica,
      leader: null,
      // The first election makes it 0.
      leaderEpoch: -1,
      log: newLog(ctx.state.config.epochMs + ctx.nowMs),
    }
    topic.partitions.push(partition)
    elect(ctx, partition)
  }
}

/** The broker with the copy begins to lead, in a new epoch; what it knows of producers it reads from the log. */
export function elect(ctx: Context, partition: Partition): void {
  partition.leader = partition.replica
  partition.leaderEpoch++
  beginEpoch(partition.log, partition.leaderEpoch)
  rebuildProducers(partition.log)
  changed(ctx, partition)
  if (partition.topic === offsetsTopic) loadShard(ctx, partition.partition)
  if (partition.topic === transactionsTopic) loadTransactions(ctx, partition.partition)
}

/** Its broker is down: nobody leads, which is an epoch of its own. */
export function takeOffline(ctx: Context, partition: Partition): void {
  resign(ctx, partition)
  partition.leaderEpoch++
  changed(ctx, partition)
}

/** The copy with all that is in it goes to another broker, which is up. */
export function move(ctx: Context, partition: Partition, to: number): void {
  resign(ctx, partition)
  partition.replica = to
  elect(ctx, partition)
}

function resign(ctx: Context, partition: Partition): void {
  partition.leader = null
  if (partition.topic === offsetsTopic) unloadShard(ctx, partition.partition)
  if (partition.topic === transactionsTopic) unloadTransactions(ctx, partition.partition)
}

function changed(ctx: Context, partition: Partition): void {
  const { topic, leader, leaderEpoch } = partition
  ctx.state.stirred.add(partition)
  ctx.state.audit.touched.add(partition)
  ctx.note({ what: 'leader', topic, partition: partition.partition, leader: leader ?? -1, epoch: leaderEpoch })
}

/** The topic must be there. Groups forget it once the image without it is published, as a broker does when it learns of it. */
export function deleteTopic(ctx: Context, topic: Topic): void {
  const { name, topicId, partitions } = topic
  for (const partition of partitions) {
    resign(ctx, partition)
    ctx.state.stirred.add(partition)
  }
  ctx.state.topics.delete(name)
  forgetPartitions(ctx.state.audit, partitions)
  ctx.note({ what: 'topic', topic: name, topicId, is: 'deleted', partitions: partitions.length })
  onTopicDeleted(ctx, name)
}

/** Tells the brokers that are up what is true now. */
export function publish(ctx: Context): void {
  const { state } = ctx
  if (state.absence !== null && !state.absence.over) {
    state.absence.unpublished = true
    return
  }
  state.image = takeImage(state)
  for (const broker of state.brokers.values()) {
    if (!broker.up || broker.held) continue
    if (state.config.metadataDelayMs === 0) {
      broker.image = state.image
      continue
    }
    broker.coming.push(state.image)
    ctx.arm(broker.id, ctx.nowMs + state.config.metadataDelayMs, {
      why: 'metadata-arrives',
      version: state.image.version,
    })
  }
}

/** A broker learns of a change, and of all before it. */
export function learn({ state }: Context, brokerId: number, version: number): void {
  const broker = state.brokers.get(brokerId)
  if (broker === undefined || broker.held) return
  for (const image of broker.coming) {
    if (image.version > version) break
    broker.image = image
  }
  broker.coming = broker.coming.filter((image) => image.version > version)
  // Fetches that wait for what it has just learnt to be gone look again.
  for (const { partitions } of broker.fetches.values()) for (const each of partitions) state.stirred.add(each)
}

/** A broker whose picture stood still knows the latest one. */
export function learnAll({ state }: Context, broker: BrokerState): void {
  broker.coming = []
  broker.image = state.image
  for (const { partitions } of broker.fetches.values()) for (const each of partitions) state.stirred.add(each)
}

/** Made when somebody first asks for a coordinator (AutoTopicCreationManager). */
export function createInternalTopic(ctx: Context, name: typeof offsetsTopic | typeof transactionsTopic): void {
  const { topics, config, absence } = ctx.state
  if (topics.has(name) || absence !== null || brokersUp(ctx.state).length === 0) return
  const placed = name === offsetsTopic ? config.offsetsTopicPartitions : config.transactionTopicPartitions
  createTopic(ctx, { name, placed, config: new Map(internalConfigs[name]) })
  publish(ctx)
}

/** GroupCoordinator.groupMetadataTopicConfigs, TransactionStateManager.transactionTopicConfigs; with one copy. */
const internalConfigs = {
  [offsetsTopic]: [
    ['cleanup.policy', 'compact'],
    ['compression.type', 'producer'],
    ['segment.bytes', '104857600'],
  ],
  [transactionsTopic]: [
    ['unclean.leader.election.enable', 'false'],
    ['compression.type', 'uncompressed'],
    ['cleanup.policy', 'compact'],
    ['min.insync.replicas', '1'],
    ['segment.bytes', '104857600'],
  ],
} as const
