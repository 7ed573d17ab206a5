/** Connections to the brokers of a real cluster: opened when they are needed, opened anew when they were closed, asked until one answers. */
import { ClusterError } from '../cluster.ts'
import { apis } from '../wire/apis/index.ts'
import { type ErrorName, errorCodes, errorName, isRetriable } from '../wire/error-codes.ts'
import type { Api, RequestInput, ResponseOf } from '../wire/schema.ts'
import { WireClient } from './wire-client.ts'

const RETRY_MS = 50
const PATIENCE_MS = 30_000

export type Metadata = ResponseOf<typeof apis.metadata>

export class Brokers {
  private readonly bootstrap: readonly string[]
  private readonly clients = new Map<string, WireClient>()

  constructor(bootstrap: readonly string[]) {
    this.bootstrap = bootstrap
  }

  close(): void {
    for (const client of this.clients.values()) client.close()
    this.clients.clear()
  }

  /** Of the first broker that answers. Rejects with a ClusterError when none does. */
  async metadata(topics: readonly string[] | null = null): Promise<Metadata> {
    let last: unknown
    for (const address of this.bootstrap) {
      try {
        const asked = topics?.map((name) => ({ name })) ?? null
        return await this.askAt(address, apis.metadata, 12, { topics: asked, allowAutoTopicCreation: false }, 3_000)
      } catch (error) {
        last = error
      }
    }
    throw last instanceof ClusterError ? last : new ClusterError('no broker answers')
  }

  async askAt<A extends Api>(
    address: string,
    api: A,
    version: number,
    body: RequestInput<A>,
    waitMs = PATIENCE_MS,
  ): Promise<ResponseOf<A>> {
    return (await this.at(address)).ask(api, version, body, waitMs)
  }

  /** A connection to it; rejects with a ClusterError where nobody listens. */
  async at(address: string): Promise<WireClient> {
    const known = this.clients.get(address)
    if (known !== undefined && !known.isClosed) return known
    const client = await WireClient.open(address)
    this.clients.set(address, client)
    return client
  }

  /** The broker with this id, if it is known; any broker passes admin requests on to the controller. */
  async addressOf(broker: number | null): Promise<string> {
    const { brokers } = await this.metadata([])
    const found = broker === null ? brokers[0] : brokers.find(({ nodeId }) => nodeId === broker)
    if (found === undefined) throw new ClusterError(`broker ${broker} is not there`)
    return `${found.host}:${found.port}`
  }

  async ask<A extends Api>(
    broker: number | null,
    api: A,
    version: number,
    body: RequestInput<A>,
  ): Promise<ResponseOf<A>> {
    return this.askAt(await this.addressOf(broker), api, version, body)
  }
}

/** Tries again while what is thrown is a broker that is away, or an error of Kafka's that passes. */
export async function patiently<T>(what: string, attempt: () => Promise<T>): Promise<T> {
  const untilMs = performance.now() + PATIENCE_MS
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof ClusterError) || error instanceof FinalError) throw error
      if (performance.now() >= untilMs) throw new ClusterError(`${what}: ${error.message}`)
      await new Promise((resolve) => {
        setTimeout(resolve, RETRY_MS)
      })
    }
  }
}

/** Asking again would not help, or do it twice. */
export class FinalError extends ClusterError {}

/** Kafka said no, and would say it again. */
export class Refusal extends FinalError {
  readonly error: ErrorName

  constructor(what: string, error: ErrorName) {
    super(`${what}: ${error}`)
    this.error = error
  }
}

/** Throws what an error code means: a Refusal, or a ClusterError where it passes. */
export function must(what: string, code: number): void {
  if (code === errorCodes.NONE) return
  const error = errorName(code)
  if (error === undefined) throw new ClusterError(`${what}: error ${code}`)
  throw isRetriable(error) ? new ClusterError(`${what}: ${error}`) : new Refusal(what, error)
}
