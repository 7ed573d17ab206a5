/**
 * Every error code that the model puts into an answer, by API: reached by generated sequences of requests, on one broker or only on three,
 * so that both sides have given it; or why no such sequence comes to it on a real cluster. What a fault injects (`error-answer`) is none of
 * these. `codes.test.ts` holds the model to it, and a conformance run says what it has not reached.
 */
import type { Release, Served } from '../harness/model/releases.ts'
import type { ErrorName } from '../harness/wire/error-codes.ts'

export type Reach = (
  | {
      readonly on: 1 | 3
      /** Both releases have it; sequences come to it only here. */
      readonly as?: Release
    }
  /** What it takes, that no sequence has. */
  | { readonly why: string }
) & {
  /** Of the releases that are compared, only this one has it. */
  readonly only?: Release
}

export type Codes = { readonly [Error in ErrorName]?: Reach }

const one: Reach = { on: 1 }
/** Leaders and coordinators that move, a broker that is down. */
const three: Reach = { on: 3 }

const failedDisk: Reach = { why: 'a disk that fails' }
const loading: Reach = { why: 'a coordinator that reads its log, which lasts for milliseconds here' }
const electing: Reach = { why: 'a leader that was elected a few milliseconds ago' }
const noController: Reach = { why: 'a cluster without a controller for longer than 30 s' }
const shortInternal: Reach = {
  why: 'an internal topic with fewer copies in sync than it must have: two of three brokers are gone',
}
const lateInternal: Reach = { why: 'a copy of an internal topic that stands still while it is written to' }
const hugeInternal: Reach = { why: 'a record of a coordinator that is longer than a megabyte' }
const messageSets: Reach = { why: 'message sets of before Kafka 0.11, which are not compared', only: '3.9' }

/** What the group coordinator says of itself. */
const coordinator = { NOT_COORDINATOR: three, COORDINATOR_LOAD_IN_PROGRESS: loading } as const satisfies Codes
const member = { UNKNOWN_MEMBER_ID: one, FENCED_INSTANCE_ID: one } as const satisfies Codes
/** What comes of writing into `__consumer_offsets`. */
const committing = {
  OFFSET_METADATA_TOO_LARGE: one,
  INVALID_COMMIT_OFFSET_SIZE: hugeInternal,
  COORDINATOR_NOT_AVAILABLE: shortInternal,
  REQUEST_TIMED_OUT: lateInternal,
} as const satisfies Codes
const transactional = {
  INVALID_REQUEST: one,
  INVALID_PRODUCER_ID_MAPPING: one,
  INVALID_PRODUCER_EPOCH: one,
  PRODUCER_FENCED: one,
  NOT_COORDINATOR: three,
  COORDINATOR_LOAD_IN_PROGRESS: loading,
  COORDINATOR_NOT_AVAILABLE: shortInternal,
  // While markers are on their way: to a partition with too few copies in sync.
  CONCURRENT_TRANSACTIONS: three,
  UNKNOWN_SERVER_ERROR: hugeInternal,
} as const satisfies Codes

export const codes: { readonly [Name in Served]: Codes } = {
  produce: {
    UNKNOWN_TOPIC_OR_PARTITION: one,
    NOT_LEADER_OR_FOLLOWER: three,
    INVALID_TOPIC_EXCEPTION: one,
    INVALID_REQUIRED_ACKS: one,
    INVALID_RECORD: one,
    CORRUPT_MESSAGE: one,
    MESSAGE_TOO_LARGE: one,
    // By 4.4 a segment has a megabyte at least, and no sequence a batch like that.
    RECORD_LIST_TOO_LARGE: { on: 1, as: '3.9' },
    INVALID_TIMESTAMP: one,
    UNSUPPORTED_COMPRESSION_TYPE: one,
    UNKNOWN_SERVER_ERROR: one,
    OUT_OF_ORDER_SEQUENCE_NUMBER: one,
    INVALID_PRODUCER_EPOCH: one,
    INVALID_PRODUCER_ID_MAPPING: one,
    INVALID_TXN_STATE: one,
    TRANSACTION_ABORTABLE: one,
    TRANSACTIONAL_ID_AUTHORIZATION_FAILED: one,
    INVALID_REQUEST: one,
    OPERATION_NOT_ATTEMPTED: { why: 'a coordinator that has not heard of a partition that is written to' },
    NOT_ENOUGH_REPLICAS: three,
    NOT_ENOUGH_REPLICAS_AFTER_APPEND: { why: 'copies that fall out of sync while an answer waits for them' },
    REQUEST_TIMED_OUT: three,
    KAFKA_STORAGE_ERROR: failedDisk,
    UNSUPPORTED_FOR_MESSAGE_FORMAT: messageSets,
  },
  fetch: {
    UNKNOWN_TOPIC_OR_PARTITION: one,
    UNKNOWN_TOPIC_ID: one,
    INCONSISTENT_TOPIC_ID: { why: 'a topic that is made anew in the milliseconds between two looks at it' },
    NOT_LEADER_OR_FOLLOWER: three,
    FENCED_LEADER_EPOCH: three,
    UNKNOWN_LEADER_EPOCH: one,
    OFFSET_OUT_OF_RANGE: one,
    FETCH_SESSION_ID_NOT_FOUND: one,
    UNKNOWN_SERVER_ERROR: one,
    KAFKA_STORAGE_ERROR: failedDisk,
    UNSUPPORTED_VERSION: messageSets,
  },
  listOffsets: {
    UNKNOWN_TOPIC_OR_PARTITION: one,
    NOT_LEADER_OR_FOLLOWER: three,
    FENCED_LEADER_EPOCH: three,
    UNKNOWN_LEADER_EPOCH: one,
    INVALID_REQUEST: one,
    UNSUPPORTED_VERSION: one,
    OFFSET_NOT_AVAILABLE: electing,
    LEADER_NOT_AVAILABLE: electing,
    KAFKA_STORAGE_ERROR: failedDisk,
  },
  metadata: {
    UNKNOWN_TOPIC_OR_PARTITION: one,
    UNKNOWN_TOPIC_ID: one,
    INVALID_TOPIC_EXCEPTION: one,
    INVALID_REQUEST: one,
    UNKNOWN_SERVER_ERROR: one,
    REPLICA_NOT_AVAILABLE: three,
    LEADER_NOT_AVAILABLE: { why: 'a partition all of whose copies are down, and one broker of three is' },
  },
  offsetCommit: {
    ...coordinator,
    ...member,
    ...committing,
    UNKNOWN_TOPIC_OR_PARTITION: one,
    ILLEGAL_GENERATION: one,
    REBALANCE_IN_PROGRESS: one,
    GROUP_ID_NOT_FOUND: { ...one, only: '4.4' },
    UNSUPPORTED_VERSION: { ...one, only: '3.9' },
  },
  offsetFetch: {
    ...coordinator,
    UNSTABLE_OFFSET_COMMIT: one,
    UNSUPPORTED_VERSION: { ...one, only: '3.9' },
  },
  findCoordinator: {
    INVALID_REQUEST: one,
    // Of share groups by 3.9; of others while internal topics are not made yet, or have no leader.
    COORDINATOR_NOT_AVAILABLE: { on: 1, as: '3.9' },
  },
  joinGroup: {
    ...coordinator,
    ...member,
    INVALID_GROUP_ID: one,
    INVALID_SESSION_TIMEOUT: one,
    INCONSISTENT_GROUP_PROTOCOL: one,
    MEMBER_ID_REQUIRED: one,
    GROUP_MAX_SIZE_REACHED: one,
    UNKNOWN_SERVER_ERROR: one,
    REBALANCE_IN_PROGRESS: lateInternal,
    COORDINATOR_NOT_AVAILABLE: shortInternal,
  },
  heartbeat: {
    ...member,
    NOT_COORDINATOR: three,
    INVALID_GROUP_ID: one,
    ILLEGAL_GENERATION: one,
    REBALANCE_IN_PROGRESS: one,
  },
  leaveGroup: { ...coordinator, ...member, INVALID_GROUP_ID: one },
  syncGroup: {
    ...member,
    NOT_COORDINATOR: three,
    INVALID_GROUP_ID: one,
    ILLEGAL_GENERATION: one,
    INCONSISTENT_GROUP_PROTOCOL: one,
    REBALANCE_IN_PROGRESS: one,
    COORDINATOR_NOT_AVAILABLE: shortInternal,
    UNKNOWN_SERVER_ERROR: hugeInternal,
  },
  describeGroups: coordinator,
  listGroups: { COORDINATOR_LOAD_IN_PROGRESS: loading },
  apiVersions: {
    INVALID_REQUEST: one,
    UNSUPPORTED_VERSION: { why: 'a version of ApiVersions that this model cannot write either' },
  },
  createTopics: {
    INVALID_REQUEST: one,
    INVALID_TOPIC_EXCEPTION: one,
    TOPIC_ALREADY_EXISTS: one,
    INVALID_CONFIG: one,
    INVALID_PARTITIONS: one,
    INVALID_REPLICATION_FACTOR: one,
    INVALID_REPLICA_ASSIGNMENT: one,
    POLICY_VIOLATION: one,
    REQUEST_TIMED_OUT: noController,
  },
  deleteTopics: {
    UNKNOWN_TOPIC_OR_PARTITION: one,
    UNKNOWN_TOPIC_ID: one,
    INVALID_REQUEST: one,
    REQUEST_TIMED_OUT: noController,
  },
  deleteRecords: {
    UNKNOWN_TOPIC_OR_PARTITION: one,
    NOT_LEADER_OR_FOLLOWER: three,
    INVALID_TOPIC_EXCEPTION: one,
    POLICY_VIOLATION: one,
    OFFSET_OUT_OF_RANGE: one,
    REQUEST_TIMED_OUT: three,
    KAFKA_STORAGE_ERROR: failedDisk,
  },
  initProducerId: {
    INVALID_REQUEST: one,
    INVALID_TRANSACTION_TIMEOUT: one,
    CONCURRENT_TRANSACTIONS: one,
    INVALID_PRODUCER_EPOCH: one,
    PRODUCER_FENCED: one,
    NOT_COORDINATOR: three,
    COORDINATOR_LOAD_IN_PROGRESS: three,
    COORDINATOR_NOT_AVAILABLE: shortInternal,
    UNKNOWN_SERVER_ERROR: { why: 'a producer that has used up its 32,767 epochs' },
  },
  addPartitionsToTxn: {
    ...transactional,
    UNKNOWN_TOPIC_OR_PARTITION: one,
    OPERATION_NOT_ATTEMPTED: one,
    TOPIC_AUTHORIZATION_FAILED: one,
    TRANSACTION_ABORTABLE: one,
  },
  addOffsetsToTxn: transactional,
  endTxn: { ...transactional, INVALID_TXN_STATE: one },
  txnOffsetCommit: {
    ...coordinator,
    ...member,
    ...committing,
    UNKNOWN_TOPIC_OR_PARTITION: one,
    INVALID_GROUP_ID: one,
    ILLEGAL_GENERATION: one,
    INVALID_REQUEST: one,
    INVALID_PRODUCER_ID_MAPPING: one,
    INVALID_PRODUCER_EPOCH: one,
    INVALID_TXN_STATE: one,
    TRANSACTION_ABORTABLE: one,
    CONCURRENT_TRANSACTIONS: three,
    UNKNOWN_SERVER_ERROR: { ...one, only: '3.9' },
  },
  describeConfigs: { INVALID_REQUEST: one, INVALID_TOPIC_EXCEPTION: one, UNKNOWN_TOPIC_OR_PARTITION: one },
  createPartitions: {
    INVALID_PARTITIONS: one,
    INVALID_REPLICA_ASSIGNMENT: one,
    INVALID_REQUEST: one,
    UNKNOWN_TOPIC_OR_PARTITION: one,
    UNKNOWN_SERVER_ERROR: { ...one, only: '3.9' },
    POLICY_VIOLATION: { ...one, only: '4.4' },
    REQUEST_TIMED_OUT: noController,
  },
  deleteGroups: { ...coordinator, NON_EMPTY_GROUP: one, GROUP_ID_NOT_FOUND: one },
  describeCluster: { MISMATCHED_ENDPOINT_TYPE: one, UNSUPPORTED_ENDPOINT_TYPE: one },
}
