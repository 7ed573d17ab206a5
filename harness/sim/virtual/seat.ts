/**
 * The seat a simulated process sits on. Virtual globals and built-ins are made once per seat and look up `seat.port` at each
 * call, so code that was loaded earlier (a pooled library) speaks to the process that sits there now.
 *
 * Whatever is handed out to be called later (timers, socket events) holds on to the port of the process that asked for it,
 * never to the seat: a dead process' callbacks must not reach its successor.
 */
import { AsyncResource } from 'node:async_hooks'
import type { Port } from '../port.ts'

/** A function of which nothing is known, as it comes from simulated code. */
// biome-ignore lint/suspicious/noExplicitAny: parameters and results of foreign functions
export type Fn = (...args: any[]) => any

export interface Seat {
  readonly port: Port
  /** Set once the process has asked for `async_hooks`: only then can there be a context to keep. */
  keepsContext: boolean
  /** What the process called that is not simulated, by name, whether or not it caught the error. */
  readonly refusals: Set<string>
  /** The process goes round in a loop for ever; `stack`: of the loop. */
  spins(stack: string): void
  /** Virtual process.emitWarning. */
  warn(warning: string | Error, type?: string): void
}

/** Thrown by process.exit(), which never returns. Its process is sealed by then, so it is nobody's error. */
export class Exited extends Error {
  override readonly name = 'Exited'
  constructor(code: number) {
    super(`process.exit(${code})`)
  }
}

/** Runs a callback as Node's event loop would: an error that leaves it is nobody's but the process'. Never throws. */
export function run(port: Port, callback: () => unknown): void {
  if (port.sealed) return
  try {
    callback()
  } catch (error) {
    if (!port.sealed && !(error instanceof Exited)) port.uncaught('exception', error)
  }
}

/** Binds a callback to the AsyncLocalStorage context of the moment. Free unless the process uses one. */
export function inContext<F extends Fn>(seat: Seat, callback: F): F {
  return seat.keepsContext ? (AsyncResource.bind(callback) as unknown as F) : callback
}
