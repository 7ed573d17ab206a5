/**
 * What a simulated process can reach of its world: every virtual global and built-in ends here, and nothing else does.
 * Once the process is sealed (killed, exited, hung, the run is over) each of these is dead: nothing is armed, sent, drawn or recorded.
 */
import type { At, Body, LoopPlace, Phase } from '../history/op.ts'

export interface Port {
  readonly name: string
  /** 1 for the first life, then 2, … */
  readonly incarnation: number
  readonly pid: number
  readonly env: Readonly<Record<string, string>>
  readonly sealed: boolean

  /** Virtual milliseconds since the run began, a whole number. Enters the trace as a reading of `clock`. */
  nowMs(clock: 'date' | 'performance' | 'hrtime' | 'uptime'): number
  /** A float in [0, 1) from this process' own stream of that name. Enters the trace. */
  draw(stream: 'math' | 'crypto'): number
  /** Calls `fire` once, as an event of this process, `delayMs` from now. Negative and fractional delays are the caller's to clamp; `asked` is what the code asked for (the idle rule wants to know). */
  arm(kind: TimerKind, delayMs: number, asked: number, fire: () => void): Armed
  disarm(timer: Armed): void

  connect(host: string, port: number, to: SocketEvents): SocketEnd
  log(level: 'log' | 'info' | 'warn' | 'error' | 'debug' | 'stdout' | 'stderr', text: string): void
  /** process.exit(): seals at once; what ends by itself is the supervisor's business. */
  exit(code: number): void
  /** An error that nobody caught. Ends the process as Node does, unless it has a listener. */
  uncaught(kind: 'exception' | 'rejection', error: unknown): void

  /** A turn of a loop that awaits. True: there were so many in this event that it never ends. */
  turn(): boolean
  /** The process spins in this event for ever: from now on nothing of it gets out. */
  hang(loop: LoopPlace | undefined): void

  /** Real work that takes a varying number of hops. While one is pending the clock stands still; they settle in the order issued. */
  escape<T>(what: string, work: Promise<T>): Promise<T>
  recorder: Recorder
}

export type TimerKind = 'timeout' | 'interval' | 'immediate' | 'deferred'
/** Opaque. */
export interface Armed {
  readonly id: number
}

/** Called as events of the process. After `end`/`error`/`destroy` nothing more comes. */
export interface SocketEvents {
  connect(local: { host: string; port: number }, remote: { host: string; port: number }): void
  data(bytes: Uint8Array): void
  /** FIN from the peer. */
  end(): void
  /** RST, refused, unreachable: `code` is ECONNRESET, ECONNREFUSED, ETIMEDOUT, ENOTFOUND. */
  error(code: string): void
}

export interface SocketEnd {
  write(bytes: Uint8Array): void
  /** FIN: no more bytes from this side. */
  end(): void
  /** Drops the connection; the peer gets RST when bytes were unread, else FIN. No event comes after it. */
  destroy(): void
  pause(): void
  resume(): void
}

/** Appends to the history in the name of this process. Dead once sealed; open operations become `unknown`. */
export interface Recorder {
  /** Returns the index of the op, for `end`. */
  invoke(at: At, body: Body): number
  end(of: number, phase: Exclude<Phase, 'invoke'>, body: Body): void
  note(at: At, body: Body): void
}
