/** Which handler serves which API. A handler that is missing does not compile; ApiVersions answers from the same list of releases.ts. */
import type { Apis } from '../../wire/apis/index.ts'
import type { RequestOf } from '../../wire/schema.ts'
import { type Endpoint, endpointsOf, type Release, type Served } from '../releases.ts'
import type { Context, Request } from '../types.ts'
import { handle as produce } from './00-produce.ts'
import { handle as fetch } from './01-fetch.ts'
import { handle as listOffsets } from './02-list-offsets.ts'
import { handle as metadata } from './03-metadata.ts'
import { handle as offsetCommit } from './08-offset-commit.ts'
import { handle as offsetFetch } from './09-offset-fetch.ts'
import { handle as findCoordinator } from './10-find-coordinator.ts'
import { handle as joinGroup } from './11-join-group.ts'
import { handle as heartbeat } from './12-heartbeat.ts'
import { handle as leaveGroup } from './13-leave-group.ts'
import { handle as syncGroup } from './14-sync-group.ts'
import { handle as describeGroups } from './15-describe-groups.ts'
import { handle as listGroups } from './16-list-groups.ts'
import { handle as apiVersions } from './18-api-versions.ts'
import { handle as createTopics } from './19-create-topics.ts'
import { handle as deleteTopics } from './20-delete-topics.ts'
import { handle as deleteRecords } from './21-delete-records.ts'
import { handle as initProducerId } from './22-init-producer-id.ts'
import { handle as addPartitionsToTxn } from './24-add-partitions-to-txn.ts'
import { handle as addOffsetsToTxn } from './25-add-offsets-to-txn.ts'
import { handle as endTxn } from './26-end-txn.ts'
import { handle as txnOffsetCommit } from './28-txn-offset-commit.ts'
import { handle as describeConfigs } from './32-describe-configs.ts'
import { handle as createPartitions } from './37-create-partitions.ts'
import { handle as deleteGroups } from './42-delete-groups.ts'
import { handle as describeCluster } from './60-describe-cluster.ts'

type Handler<Body> = (ctx: Context, request: Request, body: Body) => void

const handlers: { readonly [Name in Served]: Handler<RequestOf<Apis[Name]>> } = {
  produce,
  fetch,
  listOffsets,
  metadata,
  offsetCommit,
  offsetFetch,
  findCoordinator,
  joinGroup,
  heartbeat,
  leaveGroup,
  syncGroup,
  describeGroups,
  listGroups,
  apiVersions,
  createTopics,
  deleteTopics,
  deleteRecords,
  initProducerId,
  addPartitionsToTxn,
  addOffsetsToTxn,
  endTxn,
  txnOffsetCommit,
  describeConfigs,
  createPartitions,
  deleteGroups,
  describeCluster,
}

export interface Server extends Endpoint {
  readonly handle: Handler<unknown>
}

const servers = new Map<Release, readonly (Server | undefined)[]>()

/** Who serves this API in this release. */
export function serverOf(release: Release, apiKey: number): Server | undefined {
  let byKey = servers.get(release)
  if (byKey === undefined) {
    const list: Server[] = []
    for (const endpoint of endpointsOf(release)) {
      list[endpoint.key] = { ...endpoint, handle: handlers[endpoint.name] as Handler<unknown> }
    }
    servers.set(release, (byKey = list))
  }
  return byKey[apiKey]
}
