/**
 * What a broker answers in place of what it was asked for: the same partitions, groups and topics as in the request, each with the error,
 * as `getErrorResponse` of each request class has it (3.9). Where its APIs say so, in the answer as a whole.
 *
 * A retriable error says nothing of whether the request was carried out: this answer stands for both.
 */
import type { Apis } from '../wire/apis/index.ts'
import { byKey } from '../wire/apis/index.ts'
import { type ErrorName, errorCodes } from '../wire/error-codes.ts'
import type { RequestOf, ResponseInput } from '../wire/schema.ts'
import { joinRefused, syncRefused } from './group/answers.ts'
import type { ClusterState } from './state.ts'
import type { Request } from './types.ts'

interface Refusal {
  readonly state: ClusterState
  readonly request: Request
  readonly error: ErrorName
  readonly errorCode: number
}

type Bodies = {
  readonly [Name in keyof Apis]?: (body: RequestOf<Apis[Name]>, of: Refusal) => ResponseInput<Apis[Name]>
}

const nobody = { nodeId: -1, host: '', port: -1 }

const bodies = {
  produce: ({ topicData }, { errorCode }) => ({
    responses: topicData.map(({ name, topicId, partitionData }) => ({
      name,
      topicId,
      partitionResponses: partitionData.map(({ index }) => ({ index, errorCode, baseOffset: -1n })),
    })),
  }),
  fetch: ({ topics }, { errorCode }) => ({
    responses: topics.map(({ topic, topicId, partitions }) => ({
      topic,
      topicId,
      partitions: partitions.map(({ partition: partitionIndex }) => ({
        partitionIndex,
        errorCode,
        highWatermark: -1n,
        abortedTransactions: null,
        records: new Uint8Array(0),
      })),
    })),
  }),
  listOffsets: ({ topics }, { errorCode }) => ({
    topics: topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode })),
    })),
  }),
  metadata: ({ topics }, { state, request, errorCode }) => {
    const { image } = state.brokers.get(request.broker)!
    const all = topics === null || (request.apiVersion === 0 && topics.length === 0)
    const asked = all ? [...image.topics.values()] : topics
    return {
      brokers: image.brokers.map((id) => {
        const { host, port, rack } = state.brokers.get(id)!
        return { nodeId: id, host, port, rack }
      }),
      clusterId: state.clusterId,
      controllerId: image.brokers[0] ?? -1,
      topics: asked.map(({ name, topicId }) => ({
        errorCode,
        name: request.apiVersion < 12 ? (name ?? '') : name,
        topicId,
        partitions: [],
      })),
    }
  },
  offsetCommit: ({ topics }, { errorCode }) => ({ topics: committed(topics, errorCode) }),
  offsetFetch: ({ topics, groups }, { request: { apiVersion }, errorCode }) => {
    if (apiVersion >= 8) return { groups: groups.map(({ groupId }) => ({ groupId, topics: [], errorCode })) }
    if (apiVersion >= 2) return { topics: [], errorCode }
    return {
      topics: (topics ?? []).map(({ name, partitionIndexes }) => ({
        name,
        partitions: partitionIndexes.map((partitionIndex) => ({
          partitionIndex,
          committedOffset: -1n,
          metadata: '',
          errorCode,
        })),
      })),
    }
  },
  findCoordinator: ({ coordinatorKeys }, { request: { apiVersion }, errorCode }) =>
    apiVersion >= 4
      ? { coordinators: coordinatorKeys.map((key) => ({ key, ...nobody, errorCode, errorMessage: null })) }
      : { errorCode, ...nobody },
  joinGroup: ({ memberId }, { request, error }) => joinRefused(request, error, memberId),
  heartbeat: (_body, { errorCode }) => ({ errorCode }),
  leaveGroup: (_body, { errorCode }) => ({ errorCode }),
  syncGroup: (_body, { error }) => syncRefused(error),
  createTopics: ({ topics }, { errorCode }) => ({ topics: topics.map(({ name }) => ({ name, errorCode })) }),
  deleteTopics: ({ topics, topicNames }, { request: { apiVersion }, errorCode }) => ({
    responses: [
      ...topicNames.map((name) => ({ name, errorCode })),
      ...topics.map(({ name, topicId }) => ({ name, errorCode, ...(apiVersion >= 6 ? { topicId } : {}) })),
    ],
  }),
  createPartitions: ({ topics }, { errorCode }) => ({ results: topics.map(({ name }) => ({ name, errorCode })) }),
  initProducerId: (_body, { errorCode }) => ({ errorCode, producerEpoch: -1 }),
  addPartitionsToTxn: ({ transactions, v3AndBelowTopics }, { request: { apiVersion }, errorCode }) =>
    apiVersion >= 4
      ? {
          resultsByTransaction: transactions.map(({ transactionalId, topics }) => ({
            transactionalId,
            topicResults: added(topics, errorCode),
          })),
        }
      : { resultsByTopicV3AndBelow: added(v3AndBelowTopics, errorCode) },
  addOffsetsToTxn: (_body, { errorCode }) => ({ errorCode }),
  endTxn: (_body, { errorCode }) => ({ errorCode }),
  txnOffsetCommit: ({ topics }, { errorCode }) => ({ topics: committed(topics, errorCode) }),
} satisfies Bodies

interface Topic {
  readonly name: string
  readonly topicId: string
  readonly partitions: readonly { readonly partitionIndex: number }[]
}

function committed(topics: readonly Topic[], errorCode: number) {
  return topics.map(({ name, topicId, partitions }) => ({
    name,
    topicId,
    partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode })),
  }))
}

function added(topics: readonly { readonly name: string; readonly partitions: readonly number[] }[], code: number) {
  return topics.map(({ name, partitions }) => ({
    name,
    resultsByPartition: partitions.map((partitionIndex) => ({ partitionIndex, partitionErrorCode: code })),
  }))
}

/** As `wire` encodes it for the request's API and version. The API must be one of those above: plans with another one are refused. */
export function errorBody(state: ClusterState, request: Request, error: ErrorName): unknown {
  const name = byKey.get(request.apiKey)?.name ?? ''
  const make = (bodies as Bodies)[(name.charAt(0).toLowerCase() + name.slice(1)) as 'heartbeat']
  if (make === undefined) throw new Error(`${name} has no answer for an error that is asked for`)
  return make(request.body as RequestOf<Apis['heartbeat']>, { state, request, error, errorCode: errorCodes[error] })
}

/** acks=0: no answer is sent, so none can say what is wrong. */
export function expectsNothing({ apiKey, body }: Request): boolean {
  return apiKey === 0 && (body as RequestOf<Apis['produce']>).acks === 0
}
