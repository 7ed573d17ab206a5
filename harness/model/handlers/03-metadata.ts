/**
 * Metadata (key 3), versions 0–12. After KafkaApis.handleTopicMetadataRequest, KRaftMetadataCache, AutoTopicCreationManager (3.9).
 *
 * Behaviour
 * - Everything is answered from the image that this broker has, which may be stale.
 * - A partition that nobody leads: LEADER_NOT_AVAILABLE, leader -1. Copies whose broker is down are listed as offline. Only brokers that
 *   are up are listed.
 * - A topic that nobody knows: UNKNOWN_TOPIC_OR_PARTITION, or INVALID_TOPIC_EXCEPTION for its name. Where automatic creation is on and
 *   the client allows it, the topic is made, and the answer is still UNKNOWN_TOPIC_OR_PARTITION: the client asks again.
 * - The controller is a broker that is up, as under KRaft: whoever takes admin requests passes them on.
 *
 * Version notes
 * - All topics: an empty list in version 0, null from 1 on. 0 says REPLICA_NOT_AVAILABLE where a copy's broker is down, and leaves that
 *   broker out of replicas and ISR.
 * - 10 has topic ids, 12 asks by them: UNKNOWN_TOPIC_ID. A name of null, or an id, in a version that can't: INVALID_REQUEST.
 *   Neither name nor id: UNKNOWN_SERVER_ERROR for all.
 *
 * NOT modelled: authorization (operations that may be asked for are all allowed), listeners.
 */

import type { metadata } from '../../wire/apis/03-metadata.ts'
import { type ErrorName, errorCodes } from '../../wire/error-codes.ts'
import { zeroUuid } from '../../wire/primitives.ts'
import type { RequestOf, ResponseInput } from '../../wire/schema.ts'
import { allowedOnCluster, allowedOnTopic } from '../authorized-operations.ts'
import { badTopicName, collidingTopic, createTopic, publish } from '../controller.ts'
import type { MetadataImage, TopicImage } from '../image.ts'
import { isInternal } from '../internal-topics.ts'
import type { Context, Request } from '../types.ts'

type Body = RequestOf<typeof metadata>
type Answer = ResponseInput<typeof metadata>
type TopicAnswer = NonNullable<Answer['topics']>[number]

const firstVersionOfIds = 12

export function handle(ctx: Context, request: Request, body: Body): void {
  const { brokers, clusterId, controller, topics: known } = ctx.state
  const { image, lacks } = brokers.get(request.broker)!
  const { apiVersion } = request
  if (isInvalid(request, body)) {
    const topics = body.topics!.map(({ name, topicId }) => ({ ...missing(name ?? '', 'INVALID_REQUEST'), topicId }))
    ctx.answer(request, { brokers: [], topics })
    return
  }
  if (asksForNothing(request, body)) {
    ctx.answer(request, {
      brokers: [],
      topics: body.topics!.map(({ name }) => missing(name ?? '', 'UNKNOWN_SERVER_ERROR')),
    })
    return
  }
  const before = known.size
  const operations =
    apiVersion >= 8 && body.includeTopicAuthorizedOperations ? { topicAuthorizedOperations: allowedOnTopic } : {}
  const whole = answers(ctx, request, body, image)
  const found = lacks === 'nothing' ? whole : whole.map(withoutLeaders)
  const topics = found.map((topic) => ({ ...topic, ...operations }))
  // What was made on the way is not in the image that was answered from.
  if (known.size > before) publish(ctx)
  const answer: Answer = {
    brokers: (lacks === 'brokers' ? [] : image.brokers).map((id) => {
      const { host, port, rack } = brokers.get(id)!
      return { nodeId: id, host, port, rack }
    }),
    clusterId,
    controllerId: lacks === 'brokers' ? -1 : image.brokers.includes(controller) ? controller : (image.brokers[0] ?? -1),
    topics,
  }
  const all = apiVersion >= 8 && apiVersion <= 10 && body.includeClusterAuthorizedOperations
  ctx.answer(request, all ? { ...answer, clusterAuthorizedOperations: allowedOnCluster } : answer)
}

function isInvalid({ apiVersion }: Request, { topics }: Body): boolean {
  if (apiVersion >= firstVersionOfIds || topics === null) return false
  return topics.some(({ name, topicId }) => name === null || topicId !== zeroUuid)
}

/** Neither a name nor an id: Kafka trips over it. Beside ids it looks at ids only. */
function asksForNothing({ apiVersion }: Request, { topics }: Body): boolean {
  if (apiVersion < firstVersionOfIds || topics === null) return false
  return topics.every(({ topicId }) => topicId === zeroUuid) && topics.some(({ name }) => name === null)
}

function answers(ctx: Context, { apiVersion }: Request, body: Body, image: MetadataImage): TopicAnswer[] {
  const { topics, allowAutoTopicCreation } = body
  if (topics === null || (apiVersion === 0 && topics.length === 0)) {
    return [...image.topics.values()].map((topic) => describe(topic, image, apiVersion))
  }
  const ids = new Set(topics.map(({ topicId }) => topicId).filter((id) => id !== zeroUuid))
  if (ids.size > 0) {
    return [...ids].map((id) => {
      const topic = image.topics.get(image.names.get(id) ?? '')
      return topic === undefined
        ? { ...missing(null, 'UNKNOWN_TOPIC_ID'), topicId: id }
        : describe(topic, image, apiVersion)
    })
  }
  return [...new Set(topics.map(({ name }) => name ?? ''))].map((name) => {
    const topic = image.topics.get(name)
    if (topic !== undefined) return describe(topic, image, apiVersion)
    if (badTopicName(name) !== undefined) return missing(name, 'INVALID_TOPIC_EXCEPTION')
    if (ctx.state.config.autoCreateTopics && allowAutoTopicCreation && ctx.state.absence === null) create(ctx, name)
    return missing(name, 'UNKNOWN_TOPIC_OR_PARTITION')
  })
}

function describe(
  { name, topicId, internal, partitions }: TopicImage,
  image: MetadataImage,
  apiVersion: number,
): TopicAnswer {
  return {
    errorCode: 0,
    name,
    topicId,
    isInternal: internal,
    partitions: partitions.map(({ replicas, isr, leader, leaderEpoch }, partitionIndex) => {
      const offline = replicas.filter((id) => !image.brokers.includes(id))
      const leaderId = leader === null || offline.includes(leader) ? -1 : leader
      const isShort = apiVersion === 0 && offline.length > 0
      const error = leaderId === -1 ? 'LEADER_NOT_AVAILABLE' : isShort ? 'REPLICA_NOT_AVAILABLE' : 'NONE'
      return {
        errorCode: errorCodes[error],
        partitionIndex,
        leaderId,
        leaderEpoch,
        // Version 0 leaves out those that are not there.
        replicaNodes: apiVersion === 0 ? replicas.filter((id) => !offline.includes(id)) : [...replicas],
        isrNodes: apiVersion === 0 ? isr.filter((id) => !offline.includes(id)) : [...isr],
        offlineReplicas: offline,
      }
    }),
  }
}

/** Its picture lacks those who lead, or all brokers (metadata-faults.ts). */
function withoutLeaders(topic: TopicAnswer): TopicAnswer {
  return {
    ...topic,
    partitions: topic.partitions.map((each) => ({
      ...each,
      errorCode: errorCodes.LEADER_NOT_AVAILABLE,
      leaderId: -1,
    })),
  }
}

function missing(name: string | null, error: ErrorName): TopicAnswer {
  return { errorCode: errorCodes[error], name, isInternal: name !== null && isInternal(name), partitions: [] }
}

/** Another broker may have made it meanwhile, or its name may be too much like another's: then the client finds out by asking again. */
function create(ctx: Context, name: string): void {
  const { topics, config } = ctx.state
  if (topics.has(name) || collidingTopic(ctx.state, name) !== undefined) return
  createTopic(ctx, { name, placed: config.numPartitions })
}
