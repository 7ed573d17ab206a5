/**
 * A modelled cluster: made by `createCluster`, moved on by `step`, and by nothing else.
 *
 *     broker      the door of a broker: one request of a connection at a time      handlers   what it does for each API
 *     controller  topics, leaders, images                                          operator   the verbs
 *     log         batches as bytes            append     what is let into a log    producers  who sent what last
 *     log-manager when logs are looked after  log-retention what goes with time
 *     fetches     fetches that wait           internal-log, group/, transaction/ coordinators   invariants what must always be true
 */
import { dispatch, forgetConnection, nextOf, receive } from './broker.ts'
import { failLogDirs } from './broker-life.ts'
import { type ClusterConfig, clusterDefaults } from './config.ts'
import { Step } from './context.ts'
import { createTopic, learn, learnAll, newId, publish } from './controller.ts'
import { controllerTimeIsUp, takeWaiting } from './controller-absence.ts'
import { letGo, timeIsUp } from './fetches.ts'
import { onGroupTimer } from './group/index.ts'
import { finishLoading } from './group/shard.ts'
import { emptyImage } from './image.ts'
import { newAudit } from './invariants.ts'
import { look, makeUpFor } from './log-manager.ts'
import { operate } from './operator.ts'
import type { Release } from './releases.ts'
import { isOfReplication, onReplicationTimer, onStirred } from './replication/index.ts'
import type { ClusterState } from './state.ts'
import { newDelays } from './transaction/config.ts'
import { onTransactionTimer } from './transaction/index.ts'
import type { Context, Draws, Input, Output, Request, TimerPurpose } from './types.ts'

export { describe } from './describe.ts'
export type { ClusterState } from './state.ts'

export interface ClusterOptions {
  /** How many, or which. Numbered from 1, `broker-1:9092` and so on, where only their number is given. */
  readonly brokers:
    | number
    | readonly { readonly id: number; readonly host: string; readonly port: number; readonly rack?: string | null }[]
  /** Of broker 1, 2, …, where only their number is given. */
  readonly racks?: readonly string[]
  readonly imitate: Release
  /** There from the start, without a note of it. What the history shall know is created by a verb. */
  readonly topics?: readonly {
    readonly name: string
    readonly partitions: number
    readonly config?: Readonly<Record<string, string>>
  }[]
  readonly config?: Partial<ClusterConfig>
}

export function createCluster(options: ClusterOptions, draws: Draws): ClusterState {
  const { brokers, imitate, racks = [], topics = [] } = options
  const list =
    typeof brokers === 'number'
      ? Array.from({ length: brokers }, (_, i) => ({
          id: i + 1,
          host: `broker-${i + 1}`,
          port: 9092,
          rack: racks[i] ?? null,
        }))
      : [...brokers].sort((one, other) => one.id - other.id)
  if (list.length === 0) throw new RangeError('a cluster of no brokers: give it at least one')
  const state: ClusterState = {
    clusterId: newId(draws, 'cluster-id'),
    imitate,
    config: { ...clusterDefaults, ...options.config },
    controller: list[0]!.id,
    brokers: new Map(),
    topics: new Map(),
    image: emptyImage,
    connections: new Map(),
    groupShards: new Map(),
    transactionShards: new Map(),
    toldCommits: new Map(),
    delays: newDelays(),
    absence: null,
    failing: new Set(),
    lookDueMs: Number.POSITIVE_INFINITY,
    timers: new Map(),
    nextTimerId: 1,
    nextFetchId: 1,
    nextPeerFetchId: 1,
    nextAwaitedId: 1,
    cutLinks: new Map(),
    opening: [],
    nextProducerId: 0n,
    stirred: new Set(),
    audit: newAudit(),
  }
  for (const broker of list) {
    state.brokers.set(broker.id, {
      rack: null,
      ...broker,
      up: true,
      startedAtMs: 0,
      look: null,
      image: emptyImage,
      coming: [],
      fetches: new Map(),
      fetchers: new Map(),
      parked: new Map(),
      producerIds: null,
      disk: 'ok',
      held: false,
      lacks: 'nothing',
    })
  }
  const ctx = new Step(state, 0, draws)
  for (const { name, partitions, config = {} } of topics) {
    createTopic(ctx, { name, placed: partitions, config: new Map(Object.entries(config)) })
  }
  publish(ctx)
  // What is there from the start is known to all: nothing of it is on its way.
  for (const broker of state.brokers.values()) learnAll(ctx, broker)
  // Followers that begin to fetch: the first step says so.
  for (const output of ctx.outputs)
    if (output.kind === 'timer' && state.timers.has(output.id)) state.opening.push(output)
  state.stirred.clear()
  return state
}

/** Changes `state` in place and says what comes of it, in order. */
export function step(state: ClusterState, input: Input, nowMs: number, draws: Draws): Output[] {
  const ctx = new Step(state, nowMs, draws)
  if (state.opening.length > 0) for (const output of state.opening.splice(0)) ctx.emit(output)
  if (nowMs >= state.lookDueMs) makeUpFor(ctx)
  switch (input.kind) {
    case 'request': {
      const request = receive(ctx, input.request)
      if (request !== null) dispatch(ctx, request)
      break
    }
    case 'timer': {
      const timer = state.timers.get(input.id)
      if (timer === undefined || timer.broker !== input.broker) break
      state.timers.delete(input.id)
      fire(ctx, timer.broker, timer.fire)
      break
    }
    case 'closed':
      forgetConnection(ctx, input.connection)
      break
    case 'operator':
      state.audit.groups = state.audit.transactions = input.verb.do !== 'append'
      operate(ctx, input.verb)
  }
  settle(ctx)
  return ctx.outputs
}

function fire(ctx: Context, broker: number, purpose: TimerPurpose): void {
  if (purpose.why === 'fetch-wait') timeIsUp(ctx, broker, purpose.fetch)
  else if (purpose.why === 'metadata-arrives') learn(ctx, broker, purpose.version)
  else if (purpose.why === 'logs-looked-at') look(ctx, ctx.state.brokers.get(broker)!)
  else if (purpose.why === 'controller-awaited') controllerTimeIsUp(ctx, purpose.request)
  else if (isOfReplication(purpose)) onReplicationTimer(ctx, broker, purpose)
  else if ('transactions' in purpose) {
    ctx.state.audit.groups = ctx.state.audit.transactions = true
    onTransactionTimer(ctx, purpose)
  } else {
    ctx.state.audit.groups = true
    if (purpose.why === 'groups-loaded') finishLoading(ctx, purpose.groups)
    else onGroupTimer(ctx, purpose)
  }
}

/** What the handlers set in motion: fetches that can be answered, then requests that waited behind an answer; until all is still. */
function settle(ctx: Step): void {
  const { stirred } = ctx.state
  for (;;) {
    if (ctx.state.failing.size > 0) failLogDirs(ctx)
    if (stirred.size > 0) {
      const now = [...stirred]
      stirred.clear()
      onStirred(ctx, now)
      letGo(ctx, now)
      continue
    }
    const forwarded = takeWaiting(ctx.state)
    if (forwarded !== undefined) {
      dispatch(ctx, forwarded)
      continue
    }
    const connection = ctx.free.shift()
    if (connection === undefined) return
    const request: Request | null = ctx.state.connections.has(connection.id) ? nextOf(connection) : null
    if (request !== null) dispatch(ctx, request)
  }
}
