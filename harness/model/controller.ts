/**
 * The controller: the one authority on topics, on who leads which partition, and on which brokers are up (KRaft's QuorumController with
 * ReplicationControlManager; while it is gone: controller-absence.ts). Every change is published as a new image.
 *
 * NOT modelled: racks, mutation quotas.
 */
import type { ErrorName } from '../wire/error-codes.ts'
import type { BrokerState } from './broker.ts'
import { onTopicDeleted } from './group/index.ts'
import { takeImage } from './image.ts'
import { isInternal, offsetsTopic, transactionsTopic } from './internal-topics.ts'
import { forgetPartitions } from './invariants.ts'
import { canLead, elect } from './replication/election.ts'
import { isLone, newReplica } from './replication/replica.ts'
import { stop, takeRoles } from './replication/roles.ts'
import type { ClusterState, Partition, Topic } from './state.ts'
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
  /** The brokers of each partition's copies, or how many partitions there shall be. */
  readonly placed: readonly (readonly number[])[] | number
  /** How many copies, where they are not placed. Absent: as many as topics get by default. */
  readonly copies?: number
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

/**
 * For each partition its brokers, the first of which is to lead: striped over those that are up, from one that is drawn, followers on the
 * next ones, and on those that are down where there are not enough (StripedReplicaPlacer, which shifts them from partition to partition;
 * here they follow each other).
 */
export function place(ctx: Pick<Context, 'state' | 'draws'>, count: number, copies: number): number[][] {
  const up = brokersUp(ctx.state)
  const down = [...ctx.state.brokers.keys()].filter((id) => !up.includes(id))
  const from = up.length > 1 ? ctx.draws.int('placement', up.length) : 0
  return Array.from({ length: count }, (_, partition) =>
    [...up.map((_, copy) => up[(from + partition + copy) % up.length]!), ...down].slice(0, copies),
  )
}

/** How many copies a topic gets that asks for so many; undefined: it does not say. */
export function copiesOf({ config }: ClusterState, asked?: number): number {
  return config.loneCopies ? 1 : (asked ?? config.replicationFactor)
}

/** The topic must not be there, its name must do, and somebody must be up. Call `publish` after all changes. */
export function createTopic(ctx: Context, { name, placed, copies, config = new Map() }: NewTopic): Topic {
  const topicId = newId(ctx.draws, 'topic-id')
  const topic: Topic = { name, topicId, internal: isInternal(name), config: new Map(config), partitions: [] }
  ctx.state.topics.set(name, topic)
  const brokers = typeof placed === 'number' ? place(ctx, placed, copiesOf(ctx.state, copies)) : placed
  ctx.note({ what: 'topic', topic: name, topicId, is: 'created', partitions: brokers.length })
  addPartitions(ctx, topic, brokers)
  return topic
}

/** All copies of a new partition are in sync, but for those whose broker is down. */
export function addPartitions(ctx: Context, topic: Topic, placed: readonly (readonly number[])[]): void {
  const madeAtMs = ctx.state.config.epochMs + ctx.nowMs
  for (const brokers of placed) {
    const { name, topicId } = topic
    const of = { topic: name, topicId, partition: topic.partitions.length }
    const partition: Partition = {
      ...of,
      replicas: brokers.map((broker) => newReplica(of, broker, madeAtMs)),
      isr: brokers.filter((broker) => canLead(ctx.state, broker)),
      leader: null,
      // The first election makes both 0.
      leaderEpoch: -1,
      partitionEpoch: -1,
      left: null,
    }
    topic.partitions.push(partition)
    elect(ctx, partition, partition.isr[0]!)
  }
}

/** A lone copy, with all that is in it, goes to another broker, which is up; else that broker is elected, which must be in sync. */
export function move(ctx: Context, partition: Partition, to: number): void {
  if (isLone(partition)) {
    const replica = partition.replicas[0]!
    stop(ctx, replica)
    partition.leader = null
    replica.broker = to
    partition.isr = [to]
  }
  elect(ctx, partition, to)
}

/** The topic must be there. Groups forget it once the image without it is published, as a broker does when it learns of it. */
export function deleteTopic(ctx: Context, topic: Topic): void {
  const { name, topicId, partitions } = topic
  for (const { replicas } of partitions) {
    for (const replica of replicas) {
      stop(ctx, replica)
      ctx.state.stirred.add(replica)
    }
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
      takeRoles(ctx, broker)
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
export function learn(ctx: Context, brokerId: number, version: number): void {
  const { state } = ctx
  const broker = state.brokers.get(brokerId)
  if (broker === undefined || broker.held) return
  for (const image of broker.coming) {
    if (image.version > version) break
    broker.image = image
  }
  broker.coming = broker.coming.filter((image) => image.version > version)
  takeRoles(ctx, broker)
  // Fetches that wait for what it has just learnt to be gone look again.
  for (const { replicas } of broker.fetches.values()) for (const each of replicas) state.stirred.add(each)
}

/** A broker whose picture stood still knows the latest one. */
export function learnAll(ctx: Context, broker: BrokerState): void {
  const { state } = ctx
  broker.coming = []
  broker.image = state.image
  takeRoles(ctx, broker)
  for (const { replicas } of broker.fetches.values()) for (const each of replicas) state.stirred.add(each)
}

/** Made when somebody first asks for a coordinator (AutoTopicCreationManager). */
export function createInternalTopic(ctx: Context, name: typeof offsetsTopic | typeof transactionsTopic): void {
  const { topics, config, absence } = ctx.state
  if (topics.has(name) || absence !== null || brokersUp(ctx.state).length === 0) return
  const placed = name === offsetsTopic ? config.offsetsTopicPartitions : config.transactionTopicPartitions
  const settings = new Map<string, string>(internalConfigs[name])
  if (name === transactionsTopic) settings.set('min.insync.replicas', String(config.minInSyncReplicas))
  createTopic(ctx, { name, placed, config: settings })
  publish(ctx)
}

/** GroupCoordinator.groupMetadataTopicConfigs, TransactionStateManager.transactionTopicConfigs. */
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
