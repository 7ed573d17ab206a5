/** The model as a side: bytes in, bytes out, in virtual time, without a simulation around it. */
import { createCluster, step } from '../../harness/model/cluster.ts'
import type { ClusterConfig } from '../../harness/model/config.ts'
import { encodeAnswer, Front } from '../../harness/model/front.ts'
import { checkAll, checkEvent } from '../../harness/model/invariants.ts'
import type { Release } from '../../harness/model/releases.ts'
import type { ClusterState } from '../../harness/model/state.ts'
import type { Draws, Input, Output } from '../../harness/model/types.ts'
import { decodeResponseFrame, encodeRequestFrame } from '../../harness/wire/frame.ts'
import type { Api, RequestInput } from '../../harness/wire/schema.ts'
import type { Handle, Side } from '../play.ts'

/** Our own fault, whatever Kafka does. */
export class BrokenModel extends Error {
  override readonly name = 'BrokenModel'
}

/** What the settings of the real side are in the model (jvm/settings.ts). */
export const CONFIG: Partial<ClusterConfig> = {
  offsetsTopicPartitions: 1,
  transactionTopicPartitions: 1,
  transactions: true,
  group: { initialRebalanceDelayMs: 0, minSessionTimeoutMs: 100 },
}

/** For so long nothing has to happen that a request is taken to wait for something. */
const QUIET_MS = 150

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
  private readonly fronts = new Map<number, { readonly id: number; readonly front: Front }>()
  private readonly waiting = new Map<string, Waiting>()
  private connections = 0
  private correlation = 0

  constructor(release: Release, seed: number) {
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
    this.state = createCluster({ brokers: 1, imitate: release, config: { ...CONFIG, epochMs } }, this.draws)
  }

  send(connection: number, api: Api, version: number, body: unknown): Promise<Handle> {
    const handle: Handle = { outcome: { is: 'pending' } }
    let open = this.fronts.get(connection)
    if (open === undefined) {
      const id = ++this.connections
      this.fronts.set(connection, (open = { id, front: new Front(id, 1, '/127.0.0.1') }))
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

  async settle(handle: Handle): Promise<void> {
    const untilMs = this.nowMs + QUIET_MS
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

  /** It knows at once. */
  learnt(): Promise<void> {
    return Promise.resolve()
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
      case 'timer':
        this.timers.push({ atMs: output.atMs, order: this.order++, broker: output.broker, id: output.id })
    }
  }
}

const SETTLE_MS = 4
