/**
 * A broker at its door: requests of one connection are taken up one after the other, as Kafka mutes a channel until the answer is out
 * (SocketServer, Selector); what it does not speak ends the connection, but for ApiVersions, which says what it does speak (KIP-511).
 *
 * NOT modelled: quotas, connection limits and idle connections; requests that wait behind another one when their connection closes are
 * dropped (in Kafka they may or may not be read any more).
 */
import type { Step } from './context.ts'
import { dropFetches, type WaitingFetch } from './fetches.ts'
import { onConnectionClosed } from './group/index.ts'
import { unsupportedVersion } from './handlers/18-api-versions.ts'
import { serverOf } from './handlers/index.ts'
import type { MetadataImage } from './image.ts'
import type { Served } from './releases.ts'
import type { ConnectionId, Context, Request } from './types.ts'

export interface BrokerState {
  readonly id: number
  readonly host: string
  readonly port: number
  readonly rack: string | null
  up: boolean
  /** What it knows of the cluster. */
  image: MetadataImage
  /** What is on its way to it, oldest first. */
  coming: MetadataImage[]
  readonly fetches: Map<number, WaitingFetch>
  /** Its block of producer ids; null until somebody asks for one. */
  producerIds: { next: bigint; readonly end: bigint } | null
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

/** After these, groups are checked. A heartbeat changes nothing but when a session ends. */
const changesGroups: ReadonlySet<Served> = new Set<Served>([
  'offsetCommit',
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
  if (server !== undefined && apiVersion >= server.min && apiVersion <= server.max) {
    if (changesGroups.has(server.name)) ctx.state.audit.groups = true
    if (changesTransactions.has(server.name)) ctx.state.audit.transactions = true
    ctx.handle(request, server.handle)
  } else if (server?.name === 'apiVersions') {
    ctx.answer(request, unsupportedVersion(ctx.state))
  } else {
    closeConnection(ctx, request.connection, `version ${apiVersion} of API ${apiKey} is not served`, 'fin')
  }
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
