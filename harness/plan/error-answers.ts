/**
 * Which errors a broker of Kafka 3.9 may answer to which API although there is nothing wrong with the request, so that a client has to
 * bear with them: it asks again, elsewhere or later. And when: `before` says that the request was not carried out, `applied` that it was
 * (it is written, and not by enough copies in time; who wrote it leads no more), `either` that nobody can tell.
 *
 * Sources, all of 3.9: the lists in ProduceResponse, FetchResponse, ListOffsetsResponse, OffsetCommitResponse, OffsetFetchResponse,
 * HeartbeatResponse, LeaveGroupResponse, InitProducerIdResponse; DelayedProduce.tryComplete and onExpiration (Produce after its append),
 * ReplicaManager.getPartitionOrError, GroupMetadataManager.maybeConvertOffsetCommitError and storeGroup, GroupCoordinator.doSyncGroup and
 * handleHeartbeat (loading), ForwardingManager.onTimeout (topics), TransactionCoordinator.
 */
import type { ErrorName } from '../wire/error-codes.ts'
import type { Point } from './plan.ts'

type When = 'before' | 'applied' | 'either'
type Errors = { readonly [E in ErrorName]?: When }

const coordinator: Errors = {
  NOT_COORDINATOR: 'either',
  COORDINATOR_NOT_AVAILABLE: 'either',
  COORDINATOR_LOAD_IN_PROGRESS: 'before',
}
const transaction: Errors = { ...coordinator, CONCURRENT_TRANSACTIONS: 'before' }
const read: Errors = {
  NOT_LEADER_OR_FOLLOWER: 'either',
  UNKNOWN_TOPIC_OR_PARTITION: 'either',
  KAFKA_STORAGE_ERROR: 'either',
}
const forwarded: Errors = { REQUEST_TIMED_OUT: 'either' }

/** By the official name of the API. */
export const errorAnswers: { readonly [api: string]: Errors } = {
  Produce: {
    NOT_LEADER_OR_FOLLOWER: 'either',
    NOT_ENOUGH_REPLICAS: 'before',
    NOT_ENOUGH_REPLICAS_AFTER_APPEND: 'applied',
    REQUEST_TIMED_OUT: 'applied',
    UNKNOWN_TOPIC_OR_PARTITION: 'before',
    KAFKA_STORAGE_ERROR: 'either',
  },
  Fetch: read,
  ListOffsets: { ...read, LEADER_NOT_AVAILABLE: 'either', OFFSET_NOT_AVAILABLE: 'either' },
  Metadata: { LEADER_NOT_AVAILABLE: 'either', UNKNOWN_TOPIC_OR_PARTITION: 'either' },
  OffsetCommit: {
    ...coordinator,
    REBALANCE_IN_PROGRESS: 'before',
    UNKNOWN_TOPIC_OR_PARTITION: 'before',
    REQUEST_TIMED_OUT: 'applied',
  },
  OffsetFetch: coordinator,
  FindCoordinator: { COORDINATOR_NOT_AVAILABLE: 'either' },
  JoinGroup: coordinator,
  // While it loads the coordinator says that a rebalance is in progress.
  SyncGroup: {
    NOT_COORDINATOR: 'either',
    COORDINATOR_NOT_AVAILABLE: 'either',
    REBALANCE_IN_PROGRESS: 'either',
  },
  Heartbeat: {
    NOT_COORDINATOR: 'either',
    COORDINATOR_NOT_AVAILABLE: 'either',
    REBALANCE_IN_PROGRESS: 'either',
  },
  LeaveGroup: coordinator,
  CreateTopics: forwarded,
  DeleteTopics: forwarded,
  CreatePartitions: forwarded,
  InitProducerId: transaction,
  AddPartitionsToTxn: transaction,
  AddOffsetsToTxn: transaction,
  EndTxn: transaction,
  TxnOffsetCommit: coordinator,
}

/** The errors with which this API may be answered at this point; the simplest to explain first. */
export function errorsAt(api: string, point: Point): readonly ErrorName[] {
  if (point === 'answered' || !Object.hasOwn(errorAnswers, api)) return []
  const errors = Object.entries(errorAnswers[api]!) as [ErrorName, When][]
  return errors.filter(([, when]) => when === 'either' || when === point).map(([error]) => error)
}
