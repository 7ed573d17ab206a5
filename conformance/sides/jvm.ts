/** Apache Kafka as a side: real connections, real time. */
import { WireClient } from '../../harness/real/wire-client.ts'
import type { Api, RequestInput } from '../../harness/wire/schema.ts'
import type { Handle, Side } from '../play.ts'
import type { Internal } from '../sequence.ts'
import { caughtUp, coordinates, leads } from './caught-up.ts'

/** For so long nothing has to come that a request is taken to wait for something. */
const QUIET_MS = 150
const LOOK_MS = 2
/** Long after the last step of any sequence. */
const WAIT_MS = 120_000

/** What a follower waits for is not what is compared: so it is short. */
export const OVERRIDES = { 'replica.fetch.wait.max.ms': '20', 'replica.fetch.backoff.ms': '20' }

/** What a side needs of a cluster that runs. */
export interface Running {
  readonly bootstrap: readonly string[]
  moveLeader(topic: string, partition: number, to: number): Promise<void>
}

export class JvmSide implements Side {
  private readonly cluster: Running
  private readonly connections = new Map<string, WireClient>()
  private readonly own = new Map<number, WireClient>()
  private readonly pending = new Set<Handle>()

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

  async settle(handle: Handle): Promise<void> {
    for (let waitedMs = 0; handle.outcome.is === 'pending' && waitedMs < QUIET_MS; waitedMs += LOOK_MS)
      await this.sleep(LOOK_MS)
    // Others may wait for what this one did.
    if (this.pending.size > 0) await this.sleep(OTHERS_MS)
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      setTimeout(resolve, ms)
    })
  }

  async learnt(topic: string, partitions: number): Promise<void> {
    const observers = await this.observers()
    for (const client of observers) await caughtUp(client, topic, partitions)
    if (observers.length > 1) await this.sleep(FOLLOWED_MS)
  }

  async move(topic: string, partition: number, to: number): Promise<void> {
    await this.cluster.moveLeader(topic, partition, to)
    await leads(await this.observers(), topic, partition, to)
    await this.sleep(FOLLOWED_MS)
  }

  async coordinate(internal: Internal, to: number): Promise<void> {
    await this.move(internal, 0, to)
    await coordinates(await this.observers(), internal, to)
  }

  close(): void {
    for (const client of [...this.own.values(), ...this.connections.values()]) client.close()
  }

  /** A connection to each broker that is not the clients'. */
  private async observers(): Promise<readonly WireClient[]> {
    for (const [nth, address] of this.cluster.bootstrap.entries()) {
      const known = this.own.get(nth)
      if (known === undefined || known.isClosed) this.own.set(nth, await WireClient.open(address, 'conformance'))
    }
    return [...this.own.values()]
  }
}

const OTHERS_MS = 20
/** Until followers have asked their new leader. */
const FOLLOWED_MS = 100
