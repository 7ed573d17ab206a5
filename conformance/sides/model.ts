/** The model as a side: bytes in, bytes out, in virtual time, without a simulation around it. */
import { createCluster, step } from '../../harness/model/cluster.ts'
import type { ClusterConfig } from '../../harness/model/config.ts'
import { encodeAnswer, Front } from '../../harness/model/front.ts'
import { checkAll, checkEvent } from '../../harness/model/invariants.ts'
import type { Release } from '../../harness/model/releases.ts'
import type { ClusterState } from '../../harness/model/state.ts'
import type { Draws, Input, Output, Verb } from '../../harness/model/types.ts'
import { decodeResponseFrame, encodeRequestFrame } from '../../harness/wire/frame.ts'
import type { Api, RequestInput } from '../../harness/wire/schema.ts'
import type { Handle, Side } from '../play.ts'
import type { Heir } from '../seats.ts'
import type { Internal } from '../sequence.ts'
import { type Took, usually } from './took.ts'

/** Our own fault, whatever Kafka does. */
export class BrokenModel extends Error {
  override readonly name = 'BrokenModel'
}

/** What the settings of the real side are in the model (jvm/settings.ts). */
export const CONFIG: Partial<ClusterConfig> = {
  offsetsTopicPartitions: 1,
  transactionTopicPartitions: 1,
  transactions: true,
  group: { initialRebalanceDelayMs: 0, minSessionTimeoutMs: 100, maxSize: 3 },
}

/** As short as on the real side (jvm.ts). */
const FETCHES: Partial<ClusterConfig> = { replicaFetchWaitMs: 20, replicaFetchBackoffMs: 20 }

interface Waiting {
  readonly api: Api
  readonly version: number
  readonly handle: Handle
}

export class ModelSide implements Side {
  readonly state: ClusterState
  private readonly draws: Draws
  private nowMs = 1_000
  private readonly timers: {
    readonly atMs: number
    readonly order: number
    readonly broker: number
    readonly id: number
  }[] = []
  private order = 0
  /** By client and broker. */
  private readonly fronts = new Map<string, { readonly id: number; readonly front: Front }>()
  private readonly waiting = new Map<string, Waiting>()
  private connections = 0
  /** What the last operator's verb was answered. */
  private refusal: string | undefined
  private correlation = 0
  /** Of the real side, in order. */
  private took: readonly Took[] = []

  constructor(release: Release, seed: number, brokers = 1) {
    let drawn = seed * 7_919 + 17
    const next = (): number => {
      drawn = (drawn * 48_271) % 2_147_483_647
      return drawn
    }
    this.draws = {
      int: (_name, below) => next() % below,
      bytes: (_name, length) => Uint8Array.from({ length }, () => next() & 0xff),
    }
    // Both sides look at the same calendar.
    const epochMs = Math.floor(performance.timeOrigin)
    const list = Array.from({ length: brokers }, (_, nth) => ({ id: nth + 1, host: '127.0.0.1', port: 9092 + nth }))
    const config = { ...CONFIG, ...FETCHES, epochMs, replicationFactor: brokers }
    this.state = createCluster({ brokers: list, imitate: release, config }, this.draws)
  }

  send(connection: number, broker: number, api: Api, version: number, body: unknown): Promise<Handle> {
    const handle: Handle = { outcome: { is: 'pending' } }
    const key = `${connection}/${broker}`
    let open = this.fronts.get(key)
    if (open === undefined) {
      const id = ++this.connections
      this.fronts.set(key, (open = { id, front: new Front(id, broker, '/127.0.0.1') }))
    }
    const correlationId = ++this.correlation
    this.waiting.set(`${open.id}/${correlationId}`, { api, version, handle })
    const frame = encodeRequestFrame(api, version, correlationId, 'conformance', body as RequestInput<Api>)
    for (const item of open.front.feed(frame.subarray(0))) {
      if (item.kind === 'note' || item.kind === 'close') this.follow(item)
      else this.step(item)
    }
    return Promise.resolve(handle)
  }

  async settle(handle: Handle, quietMs: number): Promise<void> {
    const untilMs = this.nowMs + quietMs
    while (handle.outcome.is === 'pending' && this.fire(untilMs));
    if (handle.outcome.is === 'pending') this.nowMs = untilMs
    // What it set off within the cluster is let happen, as it is over before anybody can ask again.
    else await this.sleep(SETTLE_MS)
  }

  sleep(ms: number): Promise<void> {
    const untilMs = this.nowMs + ms
    while (this.fire(untilMs));
    this.nowMs = untilMs
    return Promise.resolve()
  }

  /** From now on what an operator does takes as long as it took there. */
  takesAsLong(took: readonly Took[]): void {
    this.took = [...took]
  }

  /** It knows at once, but followers have yet to ask. */
  async learnt(): Promise<void> {
    if (this.state.brokers.size > 1) await this.sleep(this.next(usually.known).wholeMs)
  }

  async move(topic: string, partition: number, to: number): Promise<void> {
    this.operate({ do: 'move-leader', topic, partition, to })
    await this.sleep(this.next(usually.known).wholeMs)
  }

  async coordinate(internal: Internal, to: number): Promise<void> {
    this.moveCoordinator(internal, to)
    await this.sleep(this.next(usually.known).wholeMs)
  }

  /** Here it is noticed at once, and the heirs take as long to read what coordinators must know. */
  async kill(broker: number, heirs: readonly Heir[]): Promise<void> {
    const { noticedMs, wholeMs } = this.next(usually.outage)
    this.operate({ do: 'slow-loading', loadMs: noticedMs })
    this.operate({ do: 'broker-down', broker })
    for (const { of, broker: to } of heirs) if ('coordinates' in of) this.moveCoordinator(of.coordinates, to)
    await this.sleep(wholeMs)
    this.operate({ do: 'slow-loading', loadMs: null })
  }

  async restart(broker: number): Promise<void> {
    this.operate({ do: 'broker-up', broker })
    await this.sleep(this.next(usually.outage).wholeMs)
  }

  private next(otherwise: Took): Took {
    const [first = otherwise, ...rest] = this.took
    this.took = rest
    return first
  }

  private moveCoordinator(internal: Internal, to: number): void {
    // Any key: there is one partition.
    const of = internal === '__consumer_offsets' ? { group: '' } : { transactionalId: '' }
    this.operate({ do: 'move-coordinator', ...of, to })
  }

  private operate(verb: Verb): void {
    this.refusal = undefined
    this.step({ kind: 'operator', verb })
    // It leads already.
    if (this.refusal !== undefined && this.refusal !== 'ELECTION_NOT_NEEDED')
      throw new Error(`${verb.do}: ${this.refusal}`)
  }

  close(): void {
    const broken = checkAll(this.state)
    if (broken.length > 0) throw new BrokenModel(broken.join('; '))
  }

  /** The next timer, if it is due by then. */
  private fire(untilMs: number): boolean {
    const next = this.timers.reduce<(typeof this.timers)[number] | undefined>(
      (first, one) =>
        first === undefined || one.atMs < first.atMs || (one.atMs === first.atMs && one.order < first.order)
          ? one
          : first,
      undefined,
    )
    if (next === undefined || next.atMs > untilMs) return false
    this.timers.splice(this.timers.indexOf(next), 1)
    this.nowMs = Math.max(this.nowMs, next.atMs)
    this.step({ kind: 'timer', broker: next.broker, id: next.id })
    return true
  }

  private step(input: Input): void {
    for (const output of step(this.state, input, this.nowMs, this.draws)) this.follow(output)
    const broken = checkEvent(this.state)
    if (broken.length > 0) throw new BrokenModel(broken.join('; '))
  }

  private follow(output: Output): void {
    switch (output.kind) {
      case 'answer': {
        const key = `${output.request.connection}/${output.request.correlationId}`
        const one = this.waiting.get(key)
        if (one === undefined) return
        this.waiting.delete(key)
        const bytes = encodeAnswer(output)
        one.handle.outcome =
          bytes === null
            ? { is: 'nothing' }
            : { is: 'answer', body: decodeResponseFrame(one.api, one.version, bytes.subarray(4)).body }
        return
      }
      case 'close':
        for (const [connection, { id }] of this.fronts) if (id === output.connection) this.fronts.delete(connection)
        for (const [key, one] of this.waiting) {
          if (!key.startsWith(`${output.connection}/`)) continue
          one.handle.outcome = { is: 'closed' }
          this.waiting.delete(key)
        }
        return
      case 'done':
        this.refusal = output.error
        return
      case 'timer':
        this.timers.push({ atMs: output.atMs, order: this.order++, broker: output.broker, id: output.id })
    }
  }
}

const SETTLE_MS = 4
