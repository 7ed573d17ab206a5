/**
 * A broker learns of topics and leaders some time after the controller has answered. How long that takes is nobody's promise, so what is
 * compared begins when it has: asked through connections of their own until all say so.
 */
import type { WireClient } from '../../harness/real/wire-client.ts'
import { apis } from '../../harness/wire/apis/index.ts'
import { errorCodes } from '../../harness/wire/error-codes.ts'
import type { Internal } from '../sequence.ts'

export interface Observer {
  readonly broker: number
  readonly client: WireClient
}

const WAIT_MS = 10_000
const PAUSE_MS = 5

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const untilMs = performance.now() + WAIT_MS
  while (!(await isSo()) && performance.now() < untilMs) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
}

async function listed(client: WireClient, topic: string, partitionIndex: number): Promise<number> {
  const partitions = [{ partitionIndex, timestamp: -1n }]
  const { topics } = await client.ask(apis.listOffsets, 1, { replicaId: -1, topics: [{ name: topic, partitions }] })
  return topics[0]!.partitions[0]!.errorCode
}

/** Until it has so many partitions of this topic; 0: until it knows it no more. Whoever leads one serves it by then. */
export async function caughtUp(client: WireClient, topic: string, partitions: number): Promise<void> {
  const isElsewhere: ReadonlySet<number> = new Set([errorCodes.NOT_LEADER_OR_FOLLOWER, errorCodes.LEADER_NOT_AVAILABLE])
  await until(async () => {
    const { brokers, topics } = await client.ask(apis.metadata, 9, {
      topics: [{ name: topic }],
      allowAutoTopicCreation: false,
    })
    const [{ errorCode, partitions: known }] = topics as [(typeof topics)[number]]
    if (partitions === 0) return errorCode !== 0 && (await listed(client, topic, 0)) !== 0
    if (errorCode !== 0 || known.length < partitions) return false
    for (const { partitionIndex, leaderId } of known) {
      const error = await listed(client, topic, partitionIndex)
      const leader = brokers.find(({ nodeId }) => nodeId === leaderId)
      const isOwn = leader !== undefined && client.address === `${leader.host}:${leader.port}`
      if (isOwn ? error !== 0 : !isElsewhere.has(error)) return false
    }
    return true
  })
}

/** Until all say so, the new leader serves it and no other does. */
export async function leads(
  observers: readonly Observer[],
  topic: string,
  partition: number,
  leader: number,
): Promise<void> {
  await until(async () => {
    for (const { broker, client } of observers) {
      const { topics } = await client.ask(apis.metadata, 9, {
        topics: [{ name: topic }],
        allowAutoTopicCreation: false,
      })
      if (topics[0]!.errorCode === errorCodes.UNKNOWN_TOPIC_OR_PARTITION) continue
      const told = topics[0]!.partitions.find(({ partitionIndex }) => partitionIndex === partition)
      const error = await listed(client, topic, partition)
      const wanted = broker === leader ? errorCodes.NONE : errorCodes.NOT_LEADER_OR_FOLLOWER
      if (told?.leaderId !== leader || told.isrNodes.length !== observers.length || error !== wanted) return false
    }
    return true
  })
}

/** Until all say of every partition that it is in sync on all of them. */
export async function inSync(observers: readonly Observer[]): Promise<void> {
  const isUp = (id: number): boolean => observers.some(({ broker }) => broker === id)
  await until(async () => {
    for (const { client } of observers) {
      const { brokers, topics } = await client.ask(apis.metadata, 9, { topics: null, allowAutoTopicCreation: false })
      if (brokers.length !== observers.length) return false
      for (const { partitions } of topics)
        for (const { leaderId, isrNodes, replicaNodes } of partitions)
          if (!isUp(leaderId) || isrNodes.length !== replicaNodes.filter(isUp).length || !isrNodes.every(isUp))
            return false
    }
    return true
  })
}

/** Until it has read its partition, and no other broker coordinates. */
export async function coordinates(
  observers: readonly Observer[],
  internal: Internal,
  coordinator: number,
): Promise<void> {
  const ask = async (client: WireClient): Promise<number> => {
    if (internal === '__consumer_offsets') {
      const body = { groupId: 'nobody', generationId: 1, memberId: 'nobody' }
      return (await client.ask(apis.heartbeat, 3, body)).errorCode
    }
    const body = { transactionalId: 'nobody', producerId: 1n, producerEpoch: 0, committed: true }
    return (await client.ask(apis.endTxn, 1, body)).errorCode
  }
  await until(async () => {
    for (const { broker, client } of observers) {
      const error = await ask(client)
      const isCoordinator = error === errorCodes.UNKNOWN_MEMBER_ID || error === errorCodes.INVALID_PRODUCER_ID_MAPPING
      if (broker === coordinator ? !isCoordinator : error !== errorCodes.NOT_COORDINATOR) return false
    }
    return true
  })
}
