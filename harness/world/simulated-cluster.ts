/**
 * The model as a cluster inside the simulation: bytes that arrive at a broker become inputs of the model's step, its outputs become
 * bytes, timers, notes and closed connections. Also the operator's verbs, which take effect at once.
 */

import { ClusterError, type Description } from '../cluster.ts'
import type { ClusterEvent } from '../history/op.ts'
import { type ClusterState, createCluster, describe, step } from '../model/cluster.ts'
import type { ClusterConfig } from '../model/config.ts'
import { errorBody } from '../model/error-body.ts'
import { encodeAnswer, Front, type Known } from '../model/front.ts'
import { checkAll, checkEvent } from '../model/invariants.ts'
import { isLone } from '../model/replication/replica.ts'
import type { Draws, Input, Output, Request, Verb } from '../model/types.ts'
import type { Role, Topology } from '../plan/plan.ts'
import type { Clock } from '../sim/clock.ts'
import type { Proc } from '../sim/process.ts'
import type { ErrorName } from '../wire/error-codes.ts'
import { partitionFor } from './partitioner.ts'
import { brokerOf, coordinated, partitionOf } from './roles.ts'

/**
 * Settings in which the simulated cluster differs from a freshly installed Kafka, as a team's test cluster does: groups form at once
 * (group.initial.rebalance.delay.ms is 3 s by default), and sessions may be short (group.min.session.timeout.ms is 6 s).
 */
const CONFIG: Partial<ClusterConfig> = { group: { initialRebalanceDelayMs: 0, minSessionTimeoutMs: 100 } }

/** What the world does with what the cluster says. */
export interface Outlets {
  note(event: ClusterEvent): void
  taken(request: Request): void
  /** What an `append` wrote is in all copies that are in sync; only where there are several. */
  replicated(bytes: Uint8Array): void
  answer(request: Request, bytes: Uint8Array): void
  close(connection: number, how: 'fin' | 'rst'): void
  /** An invariant of the model is broken: our own fault. */
  broken(violations: readonly string[]): void
}

export class SimulatedCluster {
  readonly state: ClusterState
  private readonly fronts = new Map<number, { readonly broker: number; readonly front: Front }>()
  private readonly refusals = new Map<string, ErrorName>()
  private readonly clock: Clock<Proc>
  private readonly draws: Draws
  private readonly to: Outlets
  /** What the last operator's verb answered. */
  private done: { error: string | undefined; baseOffset: bigint | undefined } | undefined

  constructor(topology: Topology, draws: Draws, clock: Clock<Proc>, to: Outlets) {
    this.clock = clock
    this.draws = draws
    this.to = to
    const { brokers, imitate, racks = [], replication, minInSync = 1, latencyMs, uncleanElection = false } = topology
    const copies: Partial<ClusterConfig> = {
      replicationFactor: replication,
      loneCopies: replication === 1,
      minInSyncReplicas: minInSync,
      uncleanLeaderElection: uncleanElection,
      replicaSelector: topology.replicaSelector ?? 'leader',
      peerLatencyMs: latencyMs,
      metadataDelayMs: topology.metadataDelayMs ?? 0,
    }
    const config = { ...CONFIG, ...copies, transactions: topology.transactions === true }
    this.state = createCluster({ brokers, racks, imitate, config }, draws)
  }

  /** Creates the topics of the plan, before anything else happens: all brokers know them. */
  prepare(topics: Topology['topics']): void {
    for (const { name, partitions } of topics) {
      const { error } = this.order({ do: 'create-topic', topic: name, partitions })
      if (error !== undefined) throw new ClusterError(`topic ${name} could not be created: ${error}`)
    }
    if (this.state.config.metadataDelayMs === 0) return
    for (const broker of this.brokers) this.order({ do: 'hold-metadata', broker, held: false })
  }

  /** The broker at this address; null when nobody has it. */
  brokerAt(address: string): number | null {
    for (const broker of this.state.brokers.values()) {
      if (`${broker.host}:${broker.port}` === address) return broker.id
    }
    return null
  }

  get brokers(): readonly number[] {
    return [...this.state.brokers.keys()]
  }

  /** What it takes to create this topic again. */
  specOf(topic: string): { topic: string; partitions: number; config: Record<string, string> } {
    const { partitions = [], config = [] } = this.state.topics.get(topic) ?? {}
    return { topic, partitions: partitions.length, config: Object.fromEntries(config) }
  }

  addressOf(id: number): string {
    const { host, port } = this.state.brokers.get(id)!
    return `${host}:${port}`
  }

  /** `host:port` of every broker. */
  get addresses(): readonly string[] {
    return [...this.state.brokers.values()].map(({ host, port }) => `${host}:${port}`)
  }

  isUp(broker: number): boolean {
    return this.state.brokers.get(broker)?.up === true
  }

  open(connection: number, broker: number, clientHost: string): void {
    this.fronts.set(connection, { broker, front: new Front(connection, broker, clientHost) })
  }

  /** Bytes have arrived at the broker. */
  feed(connection: number, bytes: Uint8Array, known?: Known): void {
    const front = this.fronts.get(connection)?.front
    if (front === undefined) return
    for (const input of front.feed(bytes, known)) {
      if (input.kind === 'close' || input.kind === 'note') this.follow(input)
      else this.run(step(this.state, this.refusedOr(input), this.clock.nowMs, this.draws))
    }
  }

  /** This request, which has not arrived yet, is to be answered with an error instead of being carried out. */
  refuse(connection: number, correlationId: number, error: ErrorName): void {
    this.refusals.set(`${connection}/${correlationId}`, error)
  }

  private refusedOr(input: Input): Input {
    if (this.refusals.size === 0 || input.kind !== 'request') return input
    const { request } = input
    const key = `${request.connection}/${request.correlationId}`
    const refuse = this.refusals.get(key)
    this.refusals.delete(key)
    return refuse === undefined ? input : { kind: 'request', request: { ...request, refuse } }
  }

  /** What the broker says to this request in place of its answer. */
  errorAnswer(request: Request, error: ErrorName): Uint8Array {
    return encodeAnswer({ kind: 'answer', request, body: errorBody(this.state, request, error) })!
  }

  closed(connection: number): void {
    if (!this.fronts.delete(connection)) return
    this.run(step(this.state, { kind: 'closed', connection }, this.clock.nowMs, this.draws))
  }

  order(verb: Verb): { error: string | undefined; baseOffset: bigint | undefined } {
    this.done = undefined
    const restarts = verb.do === 'disk-freed' && this.state.brokers.get(verb.broker)?.disk === 'failed'
    this.run(step(this.state, { kind: 'operator', verb }, this.clock.nowMs, this.draws))
    if (verb.do === 'broker-down' || restarts) this.resetSilent((broker) => broker === verb.broker)
    if (verb.do === 'reset-cluster') this.resetSilent(() => true)
    return this.done ?? { error: undefined, baseOffset: undefined }
  }

  /** The model knows a connection from its first request on; those that have not sent one die with their broker too. */
  private resetSilent(dies: (broker: number) => boolean): void {
    for (const [connection, { broker }] of this.fronts) {
      if (dies(broker)) this.follow({ kind: 'close', connection, why: `broker ${broker} went down`, how: 'rst' })
    }
  }

  brokerOf(role: Role): number | null {
    return brokerOf(this.state, role)
  }

  /** Another broker that is up, and has a copy in sync of what this role is about, where that has several; null when there is none. */
  otherBroker(than: number, role: Role): number | null {
    const partition = partitionOf(this.state, role)
    if (partition !== undefined && !isLone(partition)) return partition.isr.find((id) => id !== than) ?? null
    const up = [...this.state.brokers.values()].filter((broker) => broker.up).map((broker) => broker.id)
    const after = up.find((id) => id > than)
    const other = after ?? up.find((id) => id !== than)
    return other ?? null
  }

  moveLeader(role: Role, to: number): string | undefined {
    if ('leaderOf' in role) return this.order({ do: 'move-leader', ...role.leaderOf, to }).error
    if ('broker' in role) return 'a broker is no partition'
    return this.order({ do: 'move-coordinator', ...coordinated(role), to }).error
  }

  partitionFor(topic: string, key: string | null, index: number): number {
    return partitionFor(key, this.state.topics.get(topic)?.partitions.length ?? 1, index)
  }

  /** At the end of a phase: everything, not only what the last event touched. */
  checkAll(): void {
    const broken = checkAll(this.state)
    if (broken.length > 0) this.to.broken(broken)
  }

  describe(): Description {
    return describe(this.state)
  }

  private run(outputs: readonly Output[]): void {
    for (const output of outputs) this.follow(output)
    const broken = checkEvent(this.state)
    if (broken.length > 0) this.to.broken(broken)
  }

  private follow(output: Output): void {
    switch (output.kind) {
      case 'note':
        this.to.note(output.event)
        return
      case 'taken':
        this.to.taken(output.request)
        return
      case 'answer': {
        const bytes = encodeAnswer(output)
        if (bytes !== null) this.to.answer(output.request, bytes)
        return
      }
      case 'close':
        this.fronts.delete(output.connection)
        this.to.close(output.connection, output.how)
        return
      case 'timer':
        this.clock.schedule(output.atMs, null, 'cluster-timer', () =>
          this.run(
            step(this.state, { kind: 'timer', broker: output.broker, id: output.id }, this.clock.nowMs, this.draws),
          ),
        )
        return
      case 'replicated':
        this.to.replicated(output.bytes)
        return
      case 'done':
        this.done = { error: output.error, baseOffset: output.baseOffset }
    }
  }
}
