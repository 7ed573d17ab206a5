/**
 * A stage for tests of the cluster: clients that send real frames, cut anywhere, and read real answers; virtual time; after every event
 * the invariants are checked. Tests only.
 */

import { expectDeclared } from '../../../conformance/expect-declared.ts'
import type { ClusterEvent } from '../../history/op.ts'
import { type ApiName, type Apis, apis } from '../../wire/apis/index.ts'
import { type ErrorName, errorName } from '../../wire/error-codes.ts'
import { decodeResponseFrame, encodeRequestFrame } from '../../wire/frame.ts'
import { batches, decodeRecords, encodeBatch, type RecordInput } from '../../wire/records.ts'
import type { Api, RequestInput, ResponseOf } from '../../wire/schema.ts'
import { type ClusterOptions, type ClusterState, createCluster, step } from '../cluster.ts'
import { encodeAnswer, Front } from '../front.ts'
import { checkAll, checkEvent } from '../invariants.ts'
import { foremost } from '../replication/replica.ts'
import type { Draws, Input, Output, Verb } from '../types.ts'

/** Numbers from a seed, one stream for each name. */
export function seeded(seed: number): Draws {
  const streams = new Map<string, number>()
  const next = (name: string): number => {
    let at = streams.get(name) ?? [...name].reduce((sum, char) => (Math.imul(sum, 31) + char.charCodeAt(0)) | 0, seed)
    at = (at + 0x6d2b79f5) | 0
    streams.set(name, at)
    let mixed = Math.imul(at ^ (at >>> 15), 1 | at)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
  return {
    int: (name, below) => next(name) % below,
    bytes: (name, length) => Uint8Array.from({ length }, () => next(name) & 0xff),
  }
}

type Done = Extract<Output, { kind: 'done' }>

/** What became of a request. */
export interface Sent<A extends ApiName = ApiName> {
  readonly correlationId: number
  /** Decoded as the client would. */
  answer: ResponseOf<Apis[A]> | undefined
  taken: boolean
}

export class ClusterStage {
  nowMs = 0
  readonly state: ClusterState
  readonly notes: ClusterEvent[] = []
  /** Kinds of what came out, in order, for tests of order. */
  readonly told: string[] = []
  /** Off where a test breaks something on purpose. */
  checks = true
  private readonly draws: Draws
  private readonly clients = new Map<number, Client>()
  private readonly timers: { broker: number; id: number; atMs: number }[] = []
  private connections = 0
  private done: Done | undefined

  constructor(options: Partial<ClusterOptions> = {}, seed = 1) {
    this.draws = seeded(seed)
    this.state = createCluster({ brokers: 1, imitate: '3.9', ...options }, this.draws)
  }

  connect(broker = 1, clientId: string | null = 'test'): Client {
    const client = new Client(this, ++this.connections, broker, clientId)
    this.clients.set(client.connection, client)
    return client
  }

  run(input: Input): void {
    this.follow(step(this.state, input, this.nowMs, this.draws))
    const found = this.checks ? checkEvent(this.state) : []
    if (found.length > 0) throw new Error(found.join('\n'))
  }

  follow(outputs: readonly Output[]): void {
    for (const output of outputs) {
      this.told.push(output.kind === 'note' ? output.event.what : output.kind)
      if (output.kind === 'note') this.notes.push(output.event)
      else if (output.kind === 'timer') this.timers.push(output)
      else if (output.kind === 'done') this.done = output
      else if (output.kind === 'replicated') continue
      else if (output.kind === 'close') this.clients.get(output.connection)?.end(output.how, output.why)
      else if (output.kind === 'taken') this.clients.get(output.request.connection)?.taken(output.request.correlationId)
      else {
        expectDeclared(this.state, output)
        const bytes = encodeAnswer(output)
        if (bytes !== null) this.clients.get(output.request.connection)?.receive(bytes)
      }
    }
  }

  order(verb: Verb): { error?: string; baseOffset?: bigint } {
    this.done = undefined
    this.run({ kind: 'operator', verb })
    const { kind: _, verb: __, ...outcome } = this.done as unknown as Done
    return outcome
  }

  /** Lets time pass; timers fire on the way, in order. */
  pass(ms: number): void {
    const until = this.nowMs + ms
    for (;;) {
      this.timers.sort((one, other) => one.atMs - other.atMs || one.id - other.id)
      const next = this.timers[0]
      if (next === undefined || next.atMs > until) break
      this.timers.shift()
      this.nowMs = Math.max(this.nowMs, next.atMs)
      this.run({ kind: 'timer', broker: next.broker, id: next.id })
    }
    this.nowMs = until
  }

  /** What the harness writes. */
  write(topic: string, partition: number, ...ids: string[]): bigint {
    const bytes = batch(ids)
    const { error, baseOffset } = this.order({ do: 'append', topic, partition, bytes })
    if (baseOffset === undefined) throw new Error(error)
    return baseOffset
  }

  partition(topic: string, partition: number) {
    return this.state.topics.get(topic)!.partitions[partition]!
  }

  log(topic: string, partition: number) {
    return foremost(this.partition(topic, partition)).log
  }

  whole(): string[] {
    return checkAll(this.state)
  }
}

export class Client {
  readonly connection: number
  closed: 'fin' | 'rst' | null = null
  why = ''
  readonly all: Sent[] = []
  private readonly stage: ClusterStage
  private readonly clientId: string | null
  private readonly front: Front
  private readonly waiting = new Map<number, { api: Api; version: number; sent: Sent }>()

  constructor(stage: ClusterStage, connection: number, broker: number, clientId: string | null) {
    this.stage = stage
    this.connection = connection
    this.clientId = clientId
    this.front = new Front(connection, broker, '/127.0.0.1')
  }

  /** The newest version that 3.9 has, if none is given. */
  send<A extends ApiName>(name: A, body: RequestInput<Apis[A]>, version = newest[name] ?? 0): Sent<A> {
    const sent: Sent<A> = { correlationId: this.all.length + 1, answer: undefined, taken: false }
    this.all.push(sent as unknown as Sent)
    const api: Api = apis[name]
    this.waiting.set(sent.correlationId, { api, version, sent: sent as unknown as Sent })
    this.feed(encodeRequestFrame(api, version, sent.correlationId, this.clientId, body as RequestInput<Api>))
    return sent
  }

  /** Sends, and wants an answer at once. */
  ask<A extends ApiName>(name: A, body: RequestInput<Apis[A]>, version?: number): ResponseOf<Apis[A]> {
    const { answer } = this.send(name, body, version)
    if (answer === undefined) throw new Error(`${name} was not answered${this.closed === null ? '' : `: ${this.why}`}`)
    return answer
  }

  feed(bytes: Uint8Array): void {
    for (const item of this.front.feed(bytes)) {
      if (item.kind === 'note' || item.kind === 'close') this.stage.follow([item])
      else this.stage.run(item)
    }
  }

  close(): void {
    this.closed = 'fin'
    this.stage.run({ kind: 'closed', connection: this.connection })
  }

  receive(bytes: Uint8Array): void {
    if (this.closed !== null) throw new Error(`connection ${this.connection} is closed, and answered`)
    const frame = bytes.subarray(4)
    const correlationId = new DataView(frame.buffer, frame.byteOffset).getInt32(0)
    const { api, version, sent } = this.waiting.get(correlationId)!
    this.waiting.delete(correlationId)
    sent.answer = decodeResponseFrame(api, version, frame).body as (typeof sent)['answer']
  }

  end(how: 'fin' | 'rst', why: string): void {
    this.closed = how
    this.why = why
  }

  taken(correlationId: number): void {
    const waiting = this.waiting.get(correlationId)
    if (waiting !== undefined) waiting.sent.taken = true
  }

  /** Produces to one partition and tells how it went: an error, or the offset. */
  produce(
    topic: string,
    partition: number,
    records: Uint8Array | null,
    { acks = -1, version = 7, transactionalId = null as string | null } = {},
  ): ErrorName | bigint {
    const topicData = [{ name: topic, partitionData: [{ index: partition, records }] }]
    const { responses } = this.ask('produce', { acks, timeoutMs: 1000, topicData, transactionalId }, version)
    const { errorCode, baseOffset } = responses[0]!.partitionResponses[0]!
    return errorCode === 0 ? baseOffset : errorName(errorCode)!
  }

  /** Fetches one partition. */
  fetch(topic: string, partition: number, offset: bigint, options: FetchOptions = {}): Sent<'fetch'> {
    const { maxBytes = 1_000_000, minBytes = 1, maxWaitMs = 0, isolationLevel = 0, version = 11 } = options
    const { partitionMaxBytes = 1_000_000, currentLeaderEpoch = -1, rackId = '' } = options
    const partitions = [{ partition, fetchOffset: offset, partitionMaxBytes, currentLeaderEpoch }]
    const topics = [version < 13 ? { topic, partitions } : { topicId: topic, partitions }]
    const common = { maxWaitMs, minBytes, maxBytes, isolationLevel, topics, rackId }
    return this.send('fetch', version < 15 ? { replicaId: -1, ...common } : common, version)
  }
}

export interface FetchOptions {
  readonly maxBytes?: number
  readonly partitionMaxBytes?: number
  readonly minBytes?: number
  readonly maxWaitMs?: number
  readonly isolationLevel?: number
  readonly currentLeaderEpoch?: number
  readonly rackId?: string
  readonly version?: number
}

/** Of kafkajs 2.2.4 where it has the API, for most tests are about what it sees. */
const newest: { readonly [A in ApiName]?: number } = {
  produce: 7,
  fetch: 11,
  listOffsets: 3,
  metadata: 6,
  findCoordinator: 2,
  joinGroup: 5,
  heartbeat: 3,
  syncGroup: 3,
  offsetCommit: 5,
  offsetFetch: 4,
  apiVersions: 2,
  createTopics: 3,
  deleteTopics: 1,
  initProducerId: 1,
  describeConfigs: 2,
  createPartitions: 1,
}

/** A batch of records with these identities; options of `encodeBatch`. */
export function batch(ids: readonly string[], options: Partial<Parameters<typeof encodeBatch>[0]> = {}): Uint8Array {
  const records = ids.map((id): RecordInput => ({ key: Buffer.from(id), value: Buffer.from(`value of ${id}`) }))
  return encodeBatch({ records, baseTimestamp: 1_704_067_200_000n, ...options })
}

/** A batch of an idempotent producer. */
export function from(producerId: bigint, baseSequence: number, ids: readonly string[], producerEpoch = 0): Uint8Array {
  return batch(ids, { producerId, producerEpoch, baseSequence })
}

/** What a fetch of one partition got: the error, or offset:key of its whole batches. */
export function read({ answer }: Sent<'fetch'>): ErrorName | string[] | 'waits' {
  if (answer === undefined) return 'waits'
  const of = answer.responses[0]?.partitions[0]
  if (of === undefined) return errorName(answer.errorCode)!
  if (of.errorCode !== 0) return errorName(of.errorCode)!
  const found: string[] = []
  for (const { header, bytes } of batches(of.records!, { cutTail: true })) {
    for (const record of decodeRecords(bytes, 0, header)) {
      found.push(`${header.baseOffset + BigInt(record.offsetDelta)}:${Buffer.from(record.key ?? []).toString()}`)
    }
  }
  return found
}
