/**
 * Which versions a release of Kafka serves: the second bound on what this model answers, beside what it has handlers for.
 * 3.9: from `kafka-messages/3.9.2` (validVersions, without those that are marked unstable). 2.8: from ApiMessageType in kafka-clients 2.8.2.
 *
 * What else came between the two and is modelled: verification of transactional writes. In everything else 2.8 behaves as 3.9 here.
 */
import { type ApiName, apis } from '../wire/apis/index.ts'
import { type VersionRange, versionRange } from '../wire/versions.ts'

export type Release = '2.8' | '3.9' | '4.4'

/** The APIs that the model serves. A name that is added here wants a handler in handlers/index.ts. */
export type Served = Extract<
  ApiName,
  | 'produce'
  | 'fetch'
  | 'listOffsets'
  | 'metadata'
  | 'offsetCommit'
  | 'offsetFetch'
  | 'findCoordinator'
  | 'joinGroup'
  | 'heartbeat'
  | 'leaveGroup'
  | 'syncGroup'
  | 'describeGroups'
  | 'listGroups'
  | 'apiVersions'
  | 'createTopics'
  | 'deleteTopics'
  | 'deleteRecords'
  | 'initProducerId'
  | 'addPartitionsToTxn'
  | 'addOffsetsToTxn'
  | 'endTxn'
  | 'txnOffsetCommit'
  | 'describeConfigs'
  | 'createPartitions'
  | 'deleteGroups'
  | 'describeCluster'
>

type Versions = { readonly [Name in Served]: VersionRange }

export const releases: { readonly [R in Release]: Versions } = {
  '2.8': {
    produce: versionRange('0-9'),
    fetch: versionRange('0-12'),
    listOffsets: versionRange('0-6'),
    metadata: versionRange('0-11'),
    offsetCommit: versionRange('0-8'),
    offsetFetch: versionRange('0-7'),
    findCoordinator: versionRange('0-3'),
    joinGroup: versionRange('0-7'),
    heartbeat: versionRange('0-4'),
    leaveGroup: versionRange('0-4'),
    syncGroup: versionRange('0-5'),
    describeGroups: versionRange('0-5'),
    listGroups: versionRange('0-4'),
    apiVersions: versionRange('0-3'),
    createTopics: versionRange('0-7'),
    deleteTopics: versionRange('0-6'),
    deleteRecords: versionRange('0-2'),
    initProducerId: versionRange('0-4'),
    addPartitionsToTxn: versionRange('0-3'),
    addOffsetsToTxn: versionRange('0-3'),
    endTxn: versionRange('0-3'),
    txnOffsetCommit: versionRange('0-3'),
    describeConfigs: versionRange('0-4'),
    createPartitions: versionRange('0-3'),
    deleteGroups: versionRange('0-2'),
    describeCluster: versionRange('0-0'),
  },
  '3.9': {
    produce: versionRange('0-11'),
    fetch: versionRange('0-17'),
    listOffsets: versionRange('0-9'),
    metadata: versionRange('0-12'),
    offsetCommit: versionRange('0-9'),
    offsetFetch: versionRange('0-9'),
    findCoordinator: versionRange('0-6'),
    joinGroup: versionRange('0-9'),
    heartbeat: versionRange('0-4'),
    leaveGroup: versionRange('0-5'),
    syncGroup: versionRange('0-5'),
    describeGroups: versionRange('0-5'),
    listGroups: versionRange('0-5'),
    apiVersions: versionRange('0-4'),
    createTopics: versionRange('0-7'),
    deleteTopics: versionRange('0-6'),
    deleteRecords: versionRange('0-2'),
    initProducerId: versionRange('0-5'),
    addPartitionsToTxn: versionRange('0-5'),
    addOffsetsToTxn: versionRange('0-4'),
    endTxn: versionRange('0-4'),
    txnOffsetCommit: versionRange('0-4'),
    describeConfigs: versionRange('0-4'),
    createPartitions: versionRange('0-3'),
    deleteGroups: versionRange('0-2'),
    describeCluster: versionRange('0-1'),
  },
  '4.4': {
    produce: versionRange('3-11'),
    fetch: versionRange('4-17'),
    listOffsets: versionRange('1-9'),
    metadata: versionRange('0-12'),
    offsetCommit: versionRange('2-9'),
    offsetFetch: versionRange('1-9'),
    findCoordinator: versionRange('0-6'),
    joinGroup: versionRange('0-9'),
    heartbeat: versionRange('0-4'),
    leaveGroup: versionRange('0-5'),
    syncGroup: versionRange('0-5'),
    describeGroups: versionRange('0-5'),
    listGroups: versionRange('0-5'),
    apiVersions: versionRange('0-4'),
    createTopics: versionRange('2-7'),
    deleteTopics: versionRange('1-6'),
    deleteRecords: versionRange('0-2'),
    initProducerId: versionRange('0-5'),
    addPartitionsToTxn: versionRange('0-5'),
    addOffsetsToTxn: versionRange('0-4'),
    endTxn: versionRange('0-4'),
    txnOffsetCommit: versionRange('0-4'),
    describeConfigs: versionRange('1-4'),
    createPartitions: versionRange('0-3'),
    deleteGroups: versionRange('0-2'),
    describeCluster: versionRange('0-1'),
  },
}

/** transaction.partition.verification.enable where nobody sets it: there since 3.6 (KIP-890, part 1). */
export const verifiesTransactions: { readonly [R in Release]: boolean } = { '2.8': false, '3.9': true, '4.4': true }

/** What came into the model with transactions: only told of where `ClusterConfig.transactions` says so. */
export const withTransactions: ReadonlySet<Served> = new Set<Served>([
  'deleteRecords',
  'addPartitionsToTxn',
  'addOffsetsToTxn',
  'endTxn',
  'txnOffsetCommit',
])

export interface Endpoint {
  readonly name: Served
  readonly key: number
  readonly min: number
  readonly max: number
}

const endpoints = new Map<Release, readonly Endpoint[]>()

/** What is served when this release is imitated, in the order of the keys: what it serves and the codec knows. */
export function endpointsOf(release: Release): readonly Endpoint[] {
  const known = endpoints.get(release)
  if (known !== undefined) return known
  const versions = releases[release]
  const made = (Object.keys(versions) as Served[])
    .map((name) => {
      const { key, versions: declared } = apis[name]
      const { min, max } = versions[name]
      return { name, key, min: Math.max(min, declared.min), max: Math.min(max, declared.max) }
    })
    .sort((one, other) => one.key - other.key)
  endpoints.set(release, made)
  return made
}
