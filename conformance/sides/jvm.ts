/** Apache Kafka as a side: real connections, real time. */
import { WireClient } from '../../harness/real/wire-client.ts'
import type { Api, RequestInput } from '../../harness/wire/schema.ts'
import type { Handle, Side } from '../play.ts'
import { BROKERS, type Heir } from '../seats.ts'
import type { Internal } from '../sequence.ts'
import { caughtUp, coordinates, inSync, leads, type Observer } from './caught-up.ts'
import type { Took } from './took.ts'

const LOOK_MS = 2
/** Long after the last step of any sequence. */
const WAIT_MS = 120_000

/** What a follower waits for is not what is compared: so it is short. A group that is full is. */
export const OVERRIDES = { 'replica.fetch.wait.max.ms': '20', 'replica.fetch.backoff.ms': '20', 'group.max.size': '3' }

/** What a side needs of a cluster that runs. */
export interface Running {
  readonly bootstrap: readonly string[]
  moveLeader(topic: string, partition: number, to: number): Promise<void>
  orderCopies(topic: string, partition: number, brokers: readonly number[]): Promise<void>
  kill(broker: number): Promise<void>
  restart(broker: number): Promise<void>
}

export class JvmSide implements Side {
  private readonly cluster: Running
  private readonly connections = new Map<string, WireClient>()
  /** By broker. */
  private readonly own = new Map<number, WireClient>()
  private readonly pending = new Set<Handle>()
  private down: number | undefined
  /** What an operator did, in order; with one broker it takes no time worth telling. */
  readonly took: Took[] = []

  constructor(cluster: Running) {
    this.cluster = cluster
  }

  async send(connection: number, broker: number, api: Api, version: number, body: unknown): Promise<Handle> {
    const handle: Handle = { outcome: { is: 'pending' } }
    const key = `${connection}/${broker}`
    let client = this.connections.get(key)
    if (client === undefined || client.isClosed) {
      client = await WireClient.open(this.cluster.bootstrap[broker - 1]!, 'conformance')
      this.connections.set(key, client)
    }
    this.pending.add(handle)
    void client.send(api, version, body as RequestInput<Api>, WAIT_MS).then((reply) => {
      this.pending.delete(handle)
      if (handle.outcome.is !== 'pending') return
      if (reply.is === 'answer') handle.outcome = { is: 'answer', body: reply.body }
      else if (reply.is === 'closed') handle.outcome = { is: 'closed' }
    })
    return handle
  }

  async settle(handle: Handle, quietMs: number): Promise<void> {
    const untilMs = performance.now() + quietMs
    while (handle.outcome.is === 'pending' && performance.now() < untilMs) await this.sleep(LOOK_MS)
    // Others may wait for what this one did.
    if (this.pending.size > 0) await this.sleep(OTHERS_MS)
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      setTimeout(resolve, ms)
    })
  }

  async learnt(topic: string, partitions: number): Promise<void> {
    const sinceMs = performance.now()
    const observers = await this.observers()
    for (const { client } of observers) await caughtUp(client, topic, partitions)
    if (observers.length === 1) return
    await this.sleep(FOLLOWED_MS)
    this.noteTime(sinceMs)
  }

  async move(topic: string, partition: number, to: number): Promise<void> {
    const sinceMs = performance.now()
    await this.lead(topic, partition, to)
    this.noteTime(sinceMs)
  }

  async coordinate(internal: Internal, to: number): Promise<void> {
    const sinceMs = performance.now()
    await this.lead(internal, 0, to)
    await coordinates(await this.observers(), internal, to)
    this.noteTime(sinceMs)
  }

  async kill(broker: number, heirs: readonly Heir[]): Promise<void> {
    const sinceMs = performance.now()
    const all = await this.observers()
    const led = heirs.map(({ of, broker: heir }) => {
      return 'leaderOf' in of
        ? { topic: of.leaderOf, partition: of.partition, heir }
        : { topic: of.coordinates, partition: 0, heir }
    })
    await inSync(all)
    for (const { topic, partition, heir } of led) {
      const others = BROKERS.filter((one) => one !== broker && one !== heir)
      await this.cluster.orderCopies(topic, partition, [broker, heir, ...others])
    }
    await this.cluster.kill(broker)
    this.down = broker
    this.own.get(broker)?.close()
    this.own.delete(broker)
    const others = await this.observers()
    for (const { topic, partition, heir } of led) await leads(others, topic, partition, heir)
    for (const { of, broker: heir } of heirs) if ('coordinates' in of) await coordinates(others, of.coordinates, heir)
    const noticedMs = Math.round(performance.now() - sinceMs)
    await inSync(others)
    await this.sleep(FOLLOWED_MS)
    this.noteTime(sinceMs, noticedMs)
  }

  async restart(broker: number): Promise<void> {
    const sinceMs = performance.now()
    await this.cluster.restart(broker)
    this.down = undefined
    await inSync(await this.observers())
    await this.sleep(FOLLOWED_MS)
    this.noteTime(sinceMs)
  }

  private noteTime(sinceMs: number, noticedMs = 0): void {
    this.took.push({ noticedMs, wholeMs: Math.round(performance.now() - sinceMs) })
  }

  private async lead(topic: string, partition: number, to: number): Promise<void> {
    await this.cluster.moveLeader(topic, partition, to)
    await leads(await this.observers(), topic, partition, to)
    await this.sleep(FOLLOWED_MS)
  }

  close(): void {
    for (const client of [...this.own.values(), ...this.connections.values()]) client.close()
  }

  /** A connection to each broker that is up, and is not the clients'. */
  private async observers(): Promise<readonly Observer[]> {
    for (const [nth, address] of this.cluster.bootstrap.entries()) {
      const known = this.own.get(nth + 1)
      if (nth + 1 === this.down || (known !== undefined && !known.isClosed)) continue
      this.own.set(nth + 1, await WireClient.open(address, 'conformance'))
    }
    return [...this.own].map(([broker, client]) => ({ broker, client }))
  }
}

const OTHERS_MS = 20
/** Until followers have asked their new leader. */
const FOLLOWED_MS = 100
