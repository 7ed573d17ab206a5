/** For tests: a world of one process. It notes every call in order, and fires what is armed by (time, order), from macrotasks. */
import type { Armed, Port, SocketEvents } from '../../port.ts'

interface Timer {
  readonly id: number
  readonly atMs: number
  readonly fire: () => void
}

export interface Connection {
  readonly host: string
  readonly port: number
  readonly to: SocketEvents
  /** What the process has sent. */
  readonly sent: Buffer[]
  readonly calls: string[]
}

export class FakePort implements Port {
  readonly name: string
  readonly incarnation = 1
  readonly pid = 42
  readonly env: Readonly<Record<string, string>>
  sealed = false
  clockMs = 0
  /** Every call, as text. */
  readonly calls: string[] = []
  readonly logs: [string, string][] = []
  readonly errors: [string, unknown][] = []
  readonly connections: Connection[] = []
  readonly exits: number[] = []
  readonly #timers: Timer[] = []
  #ids = 0
  #state = 1
  readonly recorder = { invoke: () => 0, end: () => undefined, note: () => undefined }

  constructor(name = 'consumer-0', env: Record<string, string> = {}) {
    this.name = name
    this.env = env
  }

  nowMs(clock: string): number {
    this.calls.push(`now ${clock}`)
    return this.clockMs
  }

  draw(stream: string): number {
    this.calls.push(`draw ${stream}`)
    this.#state = (this.#state * 48_271) % 2_147_483_647
    return this.#state / 2_147_483_647
  }

  arm(kind: string, delayMs: number, asked: number, fire: () => void): Armed {
    this.#ids += 1
    this.calls.push(`arm ${kind} ${delayMs} ${asked}`)
    if (!this.sealed) this.#timers.push({ id: this.#ids, atMs: this.clockMs + delayMs, fire })
    return { id: this.#ids }
  }

  disarm({ id }: Armed): void {
    this.calls.push(`disarm ${id}`)
    const at = this.#timers.findIndex((timer) => timer.id === id)
    if (at !== -1) this.#timers.splice(at, 1)
  }

  connect(host: string, port: number, to: SocketEvents) {
    this.calls.push(`connect ${host}:${port}`)
    const connection: Connection = { host, port, to, sent: [], calls: [] }
    this.connections.push(connection)
    const note = (call: string) => () => void connection.calls.push(call)
    const write = (bytes: Uint8Array) => {
      this.calls.push(`write ${bytes.byteLength}`)
      connection.sent.push(Buffer.from(bytes))
    }
    return { write, end: note('end'), destroy: note('destroy'), pause: note('pause'), resume: note('resume') }
  }

  log(level: string, text: string): void {
    this.logs.push([level, text])
  }

  exit(code: number): void {
    this.exits.push(code)
    this.sealed = true
  }

  uncaught(kind: string, error: unknown): void {
    this.errors.push([kind, error])
  }

  turn(): boolean {
    return false
  }

  hang(): void {
    this.sealed = true
  }

  async escape<T>(what: string, work: Promise<T>): Promise<T> {
    this.calls.push(`escape ${what.replace(/\(.*\//, '(')}`)
    return await work
  }

  get armed(): number {
    return this.#timers.length
  }

  /** Lets everything happen that is due until then, or until nothing is armed. */
  async run(untilMs = Number.POSITIVE_INFINITY): Promise<void> {
    await hop()
    for (;;) {
      this.#timers.sort((a, b) => a.atMs - b.atMs || a.id - b.id)
      const next = this.#timers[0]
      if (next === undefined || next.atMs > untilMs || this.sealed) break
      this.#timers.shift()
      this.clockMs = Math.max(this.clockMs, next.atMs)
      await this.event(next.fire)
    }
    if (Number.isFinite(untilMs)) this.clockMs = untilMs
  }

  /** Runs `work` as an event: from a macrotask, and then everything that follows from it. */
  async event(work: () => void): Promise<void> {
    await new Promise<void>((resolve) => {
      setImmediate(() => {
        work()
        setImmediate(resolve)
      })
    })
  }
}

function hop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
