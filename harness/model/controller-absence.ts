/**
 * While the controller is gone (its quorum is lost): nobody changes a topic, elects a leader or registers a broker, and brokers go on with
 * the metadata that they have, which names dead leaders. What needs it waits at the broker that took it (ForwardingManager), for
 * request.timeout.ms: then it is REQUEST_TIMED_OUT, and when the controller comes back in time it is carried out, whether or not its
 * client is still there.
 *
 * NOT modelled: another voter that takes over after a while (that is a controller that comes back); requests of other kinds that the
 * controller serves, as this cluster has none.
 */
import { brokerUp, seeWhoIsGone } from './broker-life.ts'
import { publish } from './controller.ts'
import { errorBody } from './error-body.ts'
import type { Served } from './releases.ts'
import { askController } from './replication/index.ts'
import type { ClusterState } from './state.ts'
import type { Context, Request } from './types.ts'

export interface Absence {
  /** Brokers that start and cannot register, in the order in which they came. */
  readonly starting: Set<number>
  /** What waits, in the order in which it came. */
  readonly forwarded: Map<string, { readonly request: Request; readonly timer: number }>
  /** Something changed that brokers have not been told. */
  unpublished: boolean
  /** It is back: what waits is to be carried out. */
  over: boolean
}

/** request.timeout.ms of a broker's channel to its controller. */
const forwardTimeoutMs = 30_000

const forwarded: ReadonlySet<Served> = new Set<Served>(['createTopics', 'deleteTopics', 'createPartitions'])

export function controllerIsGone({ absence }: ClusterState): boolean {
  return absence !== null && !absence.over
}

export function controllerDown({ state }: Context): void {
  state.absence ??= { starting: new Set(), forwarded: new Map(), unpublished: false, over: false }
}

/** What happened meanwhile becomes known, brokers that waited begin to lead, and what waits is taken up in its order. */
export function controllerUp(ctx: Context): void {
  const { absence } = ctx.state
  if (absence === null) return
  absence.over = true
  seeWhoIsGone(ctx)
  for (const broker of absence.starting) brokerUp(ctx, broker)
  if (absence.unpublished) publish(ctx)
  askController(ctx)
}

/** Whether this request is one for the controller, which is gone: then it waits. */
export function waitsForController(ctx: Context, request: Request, api: Served): boolean {
  const { absence } = ctx.state
  if (absence === null || absence.over || !forwarded.has(api)) return false
  const key = `${request.connection}/${request.correlationId}`
  const timer = ctx.arm(request.broker, ctx.nowMs + forwardTimeoutMs, { why: 'controller-awaited', request: key })
  absence.forwarded.set(key, { request, timer })
  return true
}

/** The next request that waited for the controller, once it is back. */
export function takeWaiting(state: ClusterState): Request | undefined {
  const { absence } = state
  if (absence === null || !absence.over) return undefined
  for (const [key, { request, timer }] of absence.forwarded) {
    absence.forwarded.delete(key)
    state.timers.delete(timer)
    return request
  }
  state.absence = null
  return undefined
}

export function controllerTimeIsUp(ctx: Context, key: string): void {
  const waiting = ctx.state.absence?.forwarded.get(key)
  if (waiting === undefined) return
  ctx.state.absence?.forwarded.delete(key)
  ctx.answer(waiting.request, errorBody(ctx.state, waiting.request, 'REQUEST_TIMED_OUT'))
}

/** This broker is down, and with it what waits there. */
export function forgetWaiting({ absence }: ClusterState, broker: number): void {
  if (absence === null) return
  absence.starting.delete(broker)
  for (const [key, { request }] of absence.forwarded) if (request.broker === broker) absence.forwarded.delete(key)
}
