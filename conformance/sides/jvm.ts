/** Apache Kafka as a side: real connections, real time. */
import { WireClient } from '../../harness/real/wire-client.ts'
import type { Api, RequestInput } from '../../harness/wire/schema.ts'
import type { Handle, Side } from '../play.ts'
import { caughtUp } from './caught-up.ts'

/** For so long nothing has to come that a request is taken to wait for something. */
const QUIET_MS = 150
const LOOK_MS = 2
/** Long after the last step of any sequence. */
const WAIT_MS = 120_000

export class JvmSide implements Side {
  private readonly address: string
  private readonly connections = new Map<number, WireClient>()
  private own: WireClient | undefined
  private readonly pending = new Set<Handle>()

  constructor(address: string) {
    this.address = address
  }

  async send(connection: number, api: Api, version: number, body: unknown): Promise<Handle> {
    const handle: Handle = { outcome: { is: 'pending' } }
    let client = this.connections.get(connection)
    if (client === undefined || client.isClosed) {
      client = await WireClient.open(this.address, 'conformance')
      this.connections.set(connection, client)
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
    this.own ??= await WireClient.open(this.address, 'conformance')
    await caughtUp(this.own, topic, partitions)
  }

  close(): void {
    this.own?.close()

    for (const client of this.connections.values()) client.close()
  }
}

const OTHERS_MS = 20
