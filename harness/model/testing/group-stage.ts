/**
 * A stage for tests of groups: two brokers, `__consumer_offsets` with a real log, and virtual time; its members are in `group-player.ts`.
 * Every request and answer goes through the codec in its version; after every event the invariants are checked. Tests only.
 */

import { expectDeclared } from '../../../conformance/expect-declared.ts'
import type { ClusterEvent } from '../../history/op.ts'
import { apis } from '../../wire/apis/index.ts'
import {
  type Api,
  decodeRequest,
  decodeResponse,
  encodeRequest,
  encodeResponse,
  type RequestInput,
  type ResponseOf,
} from '../../wire/schema.ts'
import { clusterDefaults } from '../config.ts'
import type { GroupConfig } from '../group/config.ts'
import { checkGroups, type GroupTimer, onConnectionClosed, onGroupTimer } from '../group/index.ts'
import { loadShard, unloadShard } from '../group/shard.ts'
import type { Group } from '../group/state.ts'
import * as offsetCommit from '../handlers/08-offset-commit.ts'
import * as offsetFetch from '../handlers/09-offset-fetch.ts'
import * as joinGroup from '../handlers/11-join-group.ts'
import * as heartbeat from '../handlers/12-heartbeat.ts'
import * as leaveGroup from '../handlers/13-leave-group.ts'
import * as syncGroup from '../handlers/14-sync-group.ts'
import * as describeGroups from '../handlers/15-describe-groups.ts'
import * as listGroups from '../handlers/16-list-groups.ts'
import * as deleteGroups from '../handlers/42-delete-groups.ts'
import { takeImage } from '../image.ts'
import { offsetsTopic } from '../internal-topics.ts'
import { newReplica, type Replica } from '../replication/replica.ts'
import type { ClusterState, Partition, Topic } from '../state.ts'
import { newDelays } from '../transaction/config.ts'
import type { Context, Request, TimerPurpose } from '../types.ts'

const handlers = {
  offsetCommit,
  offsetFetch,
  joinGroup,
  heartbeat,
  leaveGroup,
  syncGroup,
  describeGroups,
  listGroups,
  deleteGroups,
} as const
export type Asking = keyof typeof handlers

/** What became of a request. `answer` is there once it was given; decoding it as the client would has worked. */
export interface Sent<A extends Asking> {
  readonly request: Request
  answer: ResponseOf<(typeof apis)[A]> | undefined
}

export interface Sender {
  readonly connection?: number
  readonly clientId?: string
  readonly broker?: number
}

/** The versions of kafkajs 2.2.4, but JoinGroup and LeaveGroup where it matters. */
const usual: Record<Asking, number> = {
  offsetCommit: 5,
  offsetFetch: 4,
  joinGroup: 5,
  heartbeat: 3,
  leaveGroup: 3,
  syncGroup: 3,
  describeGroups: 4,
  listGroups: 4,
  deleteGroups: 1,
}

function leading(replica: Replica): Replica {
  const role = {
    is: 'leader',
    partitionEpoch: 0,
    startOffset: 0n,
    isr: [0],
    followers: new Map(),
    awaited: new Map(),
    isrTimer: null,
  } as const
  return Object.assign(replica, { leaderEpoch: 0, role })
}

export class Stage {
  nowMs = 0
  readonly state: ClusterState
  readonly notes: ClusterEvent[] = []
  /** Off where a test breaks something on purpose. */
  checks = true
  private readonly sent = new Map<Request, Sent<Asking>>()
  private readonly gone = new Set<number>()
  private readonly queue: { id: number; atMs: number }[] = []
  private connections = 1000
  private drawn = 0

  constructor(group: Partial<GroupConfig> = {}, topics: Record<string, number> = { orders: 4 }) {
    const config = { ...clusterDefaults, offsetsTopicPartitions: 1, group: { initialRebalanceDelayMs: 0, ...group } }
    const state = {
      clusterId: 'stage',
      imitate: '3.9',
      config,
      controller: 0,
      brokers: new Map([0, 1].map((id) => [id, { id, up: true, disk: 'ok', held: false }])),
      absence: null,
      failing: new Set(),
      topics: new Map<string, Topic>(),
      image: { version: 0 },
      connections: new Map(),
      groupShards: new Map(),
      transactionShards: new Map(),
      toldCommits: new Map(),
      delays: newDelays(),
      timers: new Map(),
      nextTimerId: 1,
      stirred: new Set(),
      audit: { touched: new Set() },
    }
    this.state = state as unknown as ClusterState
    this.addTopic(offsetsTopic, 1, true)
    for (const [name, partitions] of Object.entries(topics)) this.addTopic(name, partitions)
    this.load()
  }

  addTopic(name: string, count: number, internal = false): void {
    const topicId = `id-of-${name}-${this.nowMs}`
    const partitions = Array.from({ length: count }, (_, partition): Partition => {
      const of = { topic: name, topicId, partition }
      const epochs = { leaderEpoch: 0, partitionEpoch: 0 }
      return { ...of, ...epochs, replicas: [leading(newReplica(of, 0, 0))], isr: [0], leader: 0, left: null }
    })
    const config = new Map(internal ? [['cleanup.policy', 'compact']] : [])
    this.state.topics.set(name, { name, topicId, internal, config, partitions })
    this.publish()
  }

  publish(): void {
    this.state.image = takeImage(this.state)
    for (const broker of this.state.brokers.values()) broker.image = this.state.image
  }

  get context(): Context {
    const { state, nowMs } = this
    return {
      state,
      nowMs,
      draws: { int: () => this.drawn++, bytes: (_, length) => this.draw(length) },
      emit: () => {},
      answer: (request, body) => this.take(request, body),
      note: (event) => void this.notes.push(event),
      arm: (broker, atMs, fire) => this.arm(broker, atMs, fire),
      disarm: (id) => void state.timers.delete(id),
    }
  }

  /** Never the same twice. */
  private draw(length: number): Uint8Array {
    const bytes = Buffer.alloc(length)
    bytes.writeUInt32BE(++this.drawn, 0)
    return bytes
  }

  private arm(broker: number, atMs: number, fire: TimerPurpose): number {
    const id = this.state.nextTimerId++
    this.state.timers.set(id, { broker, fire })
    this.queue.push({ id, atMs })
    return id
  }

  private take(request: Request, body: unknown): void {
    const sent = this.sent.get(request)
    if (sent === undefined) throw new Error('an answer to nobody')
    if (sent.answer !== undefined) throw new Error(`api ${request.apiKey} was answered twice`)
    if (this.gone.has(request.connection)) throw new Error('an answer into a closed connection')
    expectDeclared(this.state, { request, body })
    const api: Api = Object.values(apis).find(({ key }) => key === request.apiKey)!
    sent.answer = decodeResponse(
      api,
      request.apiVersion,
      encodeResponse(api, request.apiVersion, body as never),
    ) as never
  }

  /** Sends a request; its answer may come at once, later or never. */
  send<A extends Asking>(
    name: A,
    input: RequestInput<(typeof apis)[A]>,
    version = usual[name],
    { connection = this.connections++, clientId = 'app', broker = this.coordinator }: Sender = {},
  ): Sent<A> {
    const api: Api = apis[name]
    const body = decodeRequest(api, version, encodeRequest(api, version, input as never))
    const request: Request = {
      connection,
      broker,
      apiKey: api.key,
      apiVersion: version,
      correlationId: 1,
      clientId,
      clientHost: '/10.0.0.7',
      body,
    }
    const sent: Sent<A> = { request, answer: undefined }
    this.sent.set(request, sent as never)
    handlers[name].handle(this.context, request, body as never)
    this.check(name)
    return sent
  }

  /** Sends a request that is answered at once. */
  ask<A extends Asking>(name: A, input: RequestInput<(typeof apis)[A]>, version?: number, sender?: Sender) {
    const { answer } = this.send(name, input, version, sender)
    if (answer === undefined) throw new Error(`${name} was not answered`)
    return answer
  }

  close(connection: number): void {
    this.gone.add(connection)
    onConnectionClosed(this.context, connection)
    this.check('close')
  }

  /** Lets time pass, timers firing on the way. */
  run(ms: number): void {
    const untilMs = this.nowMs + ms
    for (;;) {
      this.queue.sort((one, other) => one.atMs - other.atMs || one.id - other.id)
      const next = this.queue[0]
      if (next === undefined || next.atMs > untilMs) break
      this.queue.shift()
      const timer = this.state.timers.get(next.id)
      if (timer === undefined) continue
      this.state.timers.delete(next.id)
      this.nowMs = next.atMs
      onGroupTimer(this.context, timer.fire as GroupTimer)
      this.check(timer.fire.why)
    }
    this.nowMs = untilMs
  }

  /** Timers that are due now, such as an initial delay of 0. */
  settle(): void {
    this.run(0)
  }

  get coordinator(): number {
    return this.state.topics.get(offsetsTopic)!.partitions[0]!.leader ?? 0
  }

  /** The partition gets another leader, which knows what is in the log. */
  move(): void {
    const partition = this.state.topics.get(offsetsTopic)!.partitions[0]!
    unloadShard(this.context, 0)
    const replica = partition.replicas[0]!
    partition.leader = replica.broker = this.coordinator === 0 ? 1 : 0
    partition.isr = [partition.leader]
    replica.leaderEpoch = ++partition.leaderEpoch
    this.publish()
    this.load()
  }

  load(): void {
    loadShard(this.context, 0, this.coordinator)
    this.check('load')
  }

  check(what: string): void {
    const found = this.checks ? checkGroups(this.state) : []
    if (found.length > 0) throw new Error(`after ${what} at ${this.nowMs} ms: ${found.join('; ')}`)
  }

  group(groupId = 'g'): Group {
    const group = this.state.groupShards.get(0)?.groups.get(groupId)
    if (group === undefined) throw new Error(`there is no group ${groupId}`)
    return group
  }

  /** 'Stable 3: a b' */
  describe(groupId = 'g'): string {
    const { groups } = this.ask('describeGroups', { groups: [groupId] })
    const known = this.state.groupShards.get(0)?.groups.get(groupId)
    const members = groups[0]!.members.map(({ clientId }) => clientId).join(' ')
    return `${groups[0]!.groupState} ${known?.generation ?? '-'}${members && `: ${members}`}`
  }

  /** States that the group went through since the last call. */
  phases(): string[] {
    const phases = this.notes.flatMap((event) => (event.what === 'group' ? [`${event.state} ${event.generation}`] : []))
    this.notes.length = 0
    return phases
  }

  committed(partition = 0, topic = 'orders', group = 'g'): bigint {
    const { topics } = this.ask('offsetFetch', {
      groupId: group,
      topics: [{ name: topic, partitionIndexes: [partition] }],
    })
    return topics[0]!.partitions[0]!.committedOffset
  }
}
