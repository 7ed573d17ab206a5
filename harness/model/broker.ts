/**
 * A broker at its door: requests of one connection are taken up one after the other, as Kafka mutes a channel until the answer is out
 * (SocketServer, Selector); what it does not speak ends the connection, but for ApiVersions, which says what it does speak (KIP-511).
 *
 * NOT modelled: quotas, connection limits and idle connections; requests that wait behind another one when their connection closes are
 * dropped (in Kafka they may or may not be read any more).
 */
import { byKey } from '../wire/apis/index.ts'
import type { ErrorName } from '../wire/error-codes.ts'
import type { Step } from './context.ts'
import { waitsForController } from './controller-absence.ts'
import { errorBody, expectsNothing } from './error-body.ts'
import { dropFetches, type WaitingFetch } from './fetches.ts'
import { onConnectionClosed } from './group/index.ts'
import { unsupportedVersion } from './handlers/18-api-versions.ts'
import { serverOf } from './handlers/index.ts'
import type { MetadataImage } from './image.ts'
import type { Look } from './log-manager.ts'
import type { Served } from './releases.ts'
import type { Fetcher } from './replication/follower.ts'
import type { Parked } from './replication/serving.ts'
import type { ConnectionId, Context, MetadataLack, Request } from './types.ts'

export interface BrokerState {
  readonly id: number
  readonly host: string
  readonly port: number
  readonly rack: string | null
  up: boolean
  /** Of this life: it looks after its logs so and so long after it. */
  startedAtMs: number
  /** When it next does; null: it need not. */
  look: Look | null
  /** What it knows of the cluster. */
  image: MetadataImage
  /** What is on its way to it, oldest first. */
  coming: MetadataImage[]
  readonly fetches: Map<number, WaitingFetch>
  /** Its fetchers, by the leader whom they ask. */
  readonly fetchers: Map<number, Fetcher>
  /** Requests of followers that wait here, by follower. */
  readonly parked: Map<number, Parked>
  /** Its block of producer ids; null until somebody asks for one. */
  producerIds: { next: bigint; readonly end: bigint } | null
  /** full: the next append takes its log directory offline. failed: it is offline. */
  disk: 'ok' | 'full' | 'failed'
  /** What it knows of the cluster stands still. */
  held: boolean
  /** What its metadata answers lack. */
  lacks: MetadataLack
}

export interface Connection {
  readonly id: ConnectionId
  readonly broker: number
  /** Taken up and not answered. */
  inFlight: Request | null
  readonly queue: Request[]
}

/** A request has come in whole. Gives it back if it is its turn. */
export function receive(ctx: Context, request: Request): Request | null {
  const { connections, brokers } = ctx.state
  let connection = connections.get(request.connection)
  if (connection === undefined) {
    if (brokers.get(request.broker)?.up !== true) {
      ctx.emit({ kind: 'close', connection: request.connection, why: `broker ${request.broker} is down`, how: 'rst' })
      return null
    }
    connection = { id: request.connection, broker: request.broker, inFlight: null, queue: [] }
    connections.set(connection.id, connection)
  }
  if (connection.inFlight !== null || connection.queue.length > 0) {
    connection.queue.push(request)
    return null
  }
  connection.inFlight = request
  return request
}

/** The next of those that wait behind an answer that is out now. */
export function nextOf(connection: Connection): Request | null {
  if (connection.inFlight !== null) return null
  return (connection.inFlight = connection.queue.shift() ?? null)
}

/** After these, groups are checked. A heartbeat or a commit changes nothing of a group but when a session ends. */
const changesGroups: ReadonlySet<Served> = new Set<Served>([
  'joinGroup',
  'leaveGroup',
  'syncGroup',
  'deleteTopics',
  'deleteGroups',
  'txnOffsetCommit',
])

/** After these, transactions are. */
const changesTransactions: ReadonlySet<Served> = new Set<Served>([
  'initProducerId',
  'addPartitionsToTxn',
  'addOffsetsToTxn',
  'endTxn',
  'txnOffsetCommit',
])

/** Hands the request to its handler, if this cluster serves it. */
export function dispatch(ctx: Step, request: Request): void {
  const { apiKey, apiVersion } = request
  const server = serverOf(ctx.state.imitate, apiKey)
  if (server !== undefined && request.refuse !== undefined) {
    refuse(ctx, request, server.name, request.refuse)
  } else if (server !== undefined && waitsForController(ctx, request, server.name)) {
    // Its answer comes when the controller is back, or has been waited for long enough.
  } else if (server !== undefined && apiVersion >= server.min && apiVersion <= server.max) {
    if (changesGroups.has(server.name)) ctx.state.audit.groups = true
    if (changesTransactions.has(server.name)) ctx.state.audit.transactions = true
    ctx.handle(request, server.handle)
  } else if (server?.name === 'apiVersions') {
    ctx.answer(request, unsupportedVersion(ctx.state))
  } else {
    closeConnection(ctx, request.connection, `version ${apiVersion} of API ${apiKey} is not served`, 'fin')
  }
}

/** Answers with an error what it does not carry out. Without an answer to give (acks=0) it says so by closing the connection. */
function refuse(ctx: Step, request: Request, api: Served, error: ErrorName): void {
  ctx.note({ what: 'refused', api: byKey.get(request.apiKey)?.name ?? api, error }, request)
  ctx.handle(request, () => {
    if (expectsNothing(request)) closeConnection(ctx, request.connection, `acks=0 and ${error}`, 'fin')
    else ctx.answer(request, errorBody(ctx.state, request, error))
  })
}

/** The broker ends a connection. */
export function closeConnection(ctx: Context, connection: ConnectionId, why: string, how: 'fin' | 'rst'): void {
  if (!forgetConnection(ctx, connection)) return
  ctx.emit({ kind: 'close', connection, why, how })
}

/** It is closed: what waits on it is dropped, and answers to it go nowhere. */
export function forgetConnection(ctx: Context, id: ConnectionId): boolean {
  const connection = ctx.state.connections.get(id)
  if (connection === undefined) return false
  ctx.state.connections.delete(id)
  dropFetches(ctx.state, connection.broker, id)
  ctx.state.audit.groups = true
  onConnectionClosed(ctx, id)
  return true
}
