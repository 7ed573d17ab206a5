/** The operator's verbs that any real cluster understands, by requests alone. What becomes of nodes is the cluster's own business. */
import { ClusterError, type HarnessRecord, type ResetTo, type TopicSpec } from '../cluster.ts'
import type { CoordinatorRole } from '../plan/plan.ts'
import { apis } from '../wire/apis/index.ts'
import { errorCodes, errorName } from '../wire/error-codes.ts'
import { keyHash } from '../wire/key-hash.ts'
import { encodeBatch } from '../wire/records.ts'
import { type Brokers, FinalError, must, patiently, Refusal } from './brokers.ts'

const TIMEOUT_MS = 30_000
const UNKNOWN_MS = 5_000

export class Operator {
  private readonly brokers: Brokers

  constructor(brokers: Brokers) {
    this.brokers = brokers
  }

  async clusterIdAt(address: string): Promise<string> {
    return (await this.brokers.askAt(address, apis.metadata, 9, { topics: [] })).clusterId ?? ''
  }

  /** All but Kafka's own. */
  async topics(): Promise<readonly TopicSpec[]> {
    const { topics } = await this.brokers.metadata()
    const own = topics.filter(({ isInternal }) => !isInternal)
    return Promise.all(
      own.map(async ({ name, partitions }) => {
        return { name: name!, partitions: partitions.length, config: await this.configOf(name!) }
      }),
    )
  }

  /** Resolves when every partition has a leader that serves it. */
  async createTopics(topics: readonly TopicSpec[], replicationFactor: number): Promise<void> {
    if (topics.length === 0) return
    const asked = topics.map(({ name, partitions, config = {} }) => ({
      name,
      numPartitions: partitions,
      replicationFactor,
      assignments: [],
      configs: Object.entries(config).map(([name, value]) => ({ name, value })),
    }))
    const { topics: made } = await this.brokers.ask(null, apis.createTopics, 7, {
      topics: asked,
      timeoutMs: TIMEOUT_MS,
    })
    for (const { name, errorCode } of made) must(`topic ${name} could not be created`, errorCode)
    for (const { name, partitions } of topics)
      for (let partition = 0; partition < partitions; partition++) await this.endOf(name, partition, -1n)
  }

  async recreateTopic(topic: string): Promise<void> {
    const { topics } = await this.brokers.metadata([topic])
    const known = topics[0]
    must(`topic ${topic} cannot be made anew`, known?.errorCode ?? -1)
    const partitions = known!.partitions.length
    const copies = known!.partitions[0]!.replicaNodes.length
    const config = await this.configOf(topic)
    const body = { topics: [{ name: topic, topicId: noTopicId }], timeoutMs: TIMEOUT_MS }
    const { responses } = await this.brokers.ask(null, apis.deleteTopics, 6, body)
    must(`topic ${topic} could not be deleted`, responses[0]!.errorCode)
    // Its name is free when the controller has forgotten it, which may be a moment later.
    await patientlyCreated(() => this.createTopics([{ name: topic, partitions, config }], copies))
  }

  /** Only what is the topic's own. */
  private async configOf(topic: string): Promise<Record<string, string>> {
    const resources = [{ resourceType: 2, resourceName: topic, configurationKeys: null }]
    const { results } = await this.brokers.ask(null, apis.describeConfigs, 4, { resources })
    const own = results[0]!.configs.filter(({ configSource, value }) => configSource === 1 && value !== null)
    return Object.fromEntries(own.map(({ name, value }) => [name, value!]))
  }

  async moveLeader(topic: string, partition: number, to: number): Promise<void> {
    const what = `the leader of ${topic}/${partition} could not be moved to broker ${to}`
    const { topics } = await this.brokers.metadata([topic])
    const replicas = topics[0]?.partitions.find((one) => one.partitionIndex === partition)?.replicaNodes ?? []
    if (!replicas.includes(to)) throw new ClusterError(`${what}: it has no copy of it`)
    await this.orderCopies(topic, partition, [to, ...replicas.filter((one) => one !== to)])
    await patiently(what, async () => {
      const topicPartitions = [{ topic, partitions: [partition] }]
      const elected = await this.brokers.ask(null, apis.electLeaders, 2, { electionType: 0, topicPartitions })
      must(what, elected.errorCode)
      const { topics: now } = await this.brokers.metadata([topic])
      const leader = now[0]!.partitions.find((one) => one.partitionIndex === partition)!.leaderId
      if (leader !== to) throw new ClusterError(`${what}: broker ${leader} leads it`)
    })
  }

  /** In which order its copies are asked to lead; who leads it goes on. */
  async orderCopies(topic: string, partition: number, brokers: readonly number[]): Promise<void> {
    const what = `the copies of ${topic}/${partition} could not be put in order`
    const body = {
      timeoutMs: TIMEOUT_MS,
      topics: [{ name: topic, partitions: [{ partitionIndex: partition, replicas: brokers }] }],
    }
    const answer = await this.brokers.ask(null, apis.alterPartitionReassignments, 0, body)
    must(what, answer.errorCode)
    must(what, answer.responses[0]?.partitions[0]?.errorCode ?? 0)
  }

  /** The coordinator is the leader of a partition of an internal topic, and moves with it. */
  async moveCoordinator(of: CoordinatorRole, to: number): Promise<void> {
    const isGroup = 'coordinatorOf' in of
    const key = isGroup ? of.coordinatorOf : of.transactionCoordinatorOf
    const topic = isGroup ? '__consumer_offsets' : '__transaction_state'
    // Who asks for it makes the topic.
    await this.coordinatorOf(key, isGroup ? 0 : 1)
    const { topics } = await this.brokers.metadata([topic])
    const count = topics[0]?.partitions.length ?? 0
    if (count === 0) throw new ClusterError(`nobody coordinates ${key} yet`)
    await this.moveLeader(topic, keyHash(key) % count, to)
  }

  async deleteRecords(topic: string, partition: number, before: bigint): Promise<void> {
    const leader = await this.leaderOf(topic, partition)
    const partitions = [{ partitionIndex: partition, offset: before }]
    const answer = await this.brokers.ask(leader, apis.deleteRecords, 2, {
      topics: [{ name: topic, partitions }],
      timeoutMs: TIMEOUT_MS,
    })
    must(`records of ${topic}/${partition} could not be deleted`, answer.topics[0]!.partitions[0]!.errorCode)
  }

  /** kafka-consumer-groups --reset-offsets: a commit from outside of the group, of an offset that the log has. */
  async resetOffsets(group: string, topic: string, to: ResetTo): Promise<void> {
    const { topics } = await this.brokers.metadata([topic])
    const partitions: { partitionIndex: number; committedOffset: bigint; committedMetadata: string }[] = []
    for (const { partitionIndex } of topics[0]?.partitions ?? []) {
      const first = await this.endOf(topic, partitionIndex, -2n)
      const next = await this.endOf(topic, partitionIndex, -1n)
      const wanted = to === 'earliest' ? first : to === 'latest' ? next : to.offset
      const committedOffset = wanted < first ? first : wanted > next ? next : wanted
      partitions.push({ partitionIndex, committedOffset, committedMetadata: '' })
    }
    const coordinator = await this.coordinatorOf(group)
    const body = { groupId: group, generationIdOrMemberEpoch: -1, memberId: '', topics: [{ name: topic, partitions }] }
    const answer = await this.brokers.ask(coordinator, apis.offsetCommit, 8, body)
    for (const { partitionIndex, errorCode } of answer.topics[0]?.partitions ?? [])
      must(`the offset of group ${group} in ${topic}/${partitionIndex} could not be reset`, errorCode)
  }

  /** One record, acknowledged by all that are in sync. Sent again only where it was not taken; rejects where nobody knows. */
  async write({ topic, partition, key, value, headers }: HarnessRecord): Promise<bigint> {
    const records = encodeBatch({
      records: [{ key, value, headers }],
      baseTimestamp: BigInt(Math.round(performance.timeOrigin + performance.now())),
    })
    const body = {
      transactionalId: null,
      acks: -1,
      timeoutMs: TIMEOUT_MS,
      topicData: [{ name: topic, partitionData: [{ index: partition, records }] }],
    }
    const what = `a record could not be written to ${topic}/${partition}`
    return patiently(what, async () => {
      const leader = await this.leaderOf(topic, partition)
      const client = await this.brokers.at(await this.brokers.addressOf(leader))
      const answer = await client.ask(apis.produce, 9, body).catch((error: Error) => {
        throw new FinalError(`${what}, or was and nobody knows: ${error.message}`)
      })
      const { errorCode, baseOffset } = answer.responses[0]!.partitionResponses[0]!
      if (UNSURE.has(errorCode)) throw new FinalError(`${what} by all: error ${errorName(errorCode)}`)
      must(what, errorCode)
      return baseOffset
    })
  }

  /** Brokers hear of a new topic a moment later. */
  private leaderOf(topic: string, partition: number): Promise<number> {
    const unknownUntilMs = performance.now() + UNKNOWN_MS
    return patiently(`${topic}/${partition} has no leader`, async () => {
      const { topics } = await this.brokers.metadata([topic])
      const errorCode = topics[0]?.errorCode ?? -1
      if (errorCode === errorCodes.UNKNOWN_TOPIC_OR_PARTITION && performance.now() > unknownUntilMs)
        throw new Refusal(`topic ${topic}`, 'UNKNOWN_TOPIC_OR_PARTITION')
      must(`topic ${topic}`, errorCode)
      const leader = topics[0]!.partitions.find(({ partitionIndex }) => partitionIndex === partition)?.leaderId ?? -1
      if (leader < 0) throw new ClusterError(`${topic}/${partition} has no leader`)
      return leader
    })
  }

  /** `keyType`: 0 for a group, 1 for a transactional id. */
  private coordinatorOf(key: string, keyType = 0): Promise<number> {
    return patiently(`${key} has no coordinator`, async () => {
      const answer = await this.brokers.ask(null, apis.findCoordinator, 3, { key, keyType })
      must(`${key} has no coordinator`, answer.errorCode)
      return answer.nodeId
    })
  }

  /** Waits for the leader to serve it. */
  endOf(topic: string, partition: number, timestamp: bigint): Promise<bigint> {
    return patiently(`${topic}/${partition} is not served`, async () => {
      const leader = await this.leaderOf(topic, partition)
      const partitions = [{ partitionIndex: partition, timestamp }]
      const answer = await this.brokers.ask(leader, apis.listOffsets, 1, {
        replicaId: -1,
        topics: [{ name: topic, partitions }],
      })
      const { errorCode, offset } = answer.topics[0]!.partitions[0]!
      must(`${topic}/${partition} is not served`, errorCode)
      return offset
    })
  }
}

/** The leader may have it. */
const UNSURE: ReadonlySet<number> = new Set([errorCodes.REQUEST_TIMED_OUT, errorCodes.NOT_ENOUGH_REPLICAS_AFTER_APPEND])

const noTopicId = 'AAAAAAAAAAAAAAAAAAAAAA'

async function patientlyCreated(create: () => Promise<void>): Promise<void> {
  await patiently('the topic could not be made again', async () => {
    try {
      await create()
    } catch (error) {
      if (error instanceof ClusterError && error.message.endsWith('TOPIC_ALREADY_EXISTS'))
        throw new ClusterError(error.message)
      throw error
    }
  })
}
