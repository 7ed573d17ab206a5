/**
 * Work that Node does on other threads (zlib, pbkdf2, …) is done at once, by its synchronous form, and its outcome is delivered
 * as an event of its own, at the same virtual instant. How long a thread takes is nothing that a seed controls.
 */
import { type Fn, inContext, run, type Seat } from './seat.ts'

/** Wrong arguments are thrown at the caller, as Node does; every other error is an outcome. */
function isArgumentError(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' && /^ERR_(INVALID_ARG|OUT_OF_RANGE|CRYPTO_INVALID|MISSING_ARGS)/.test(code)
}

/** `callback(null, value)` or `callback(error)`, later. */
export function deliver(seat: Seat, callback: Fn, compute: () => unknown): void {
  let outcome: unknown[]
  try {
    outcome = [null, compute()]
  } catch (error) {
    if (isArgumentError(error)) throw error
    outcome = [error]
  }
  later(seat, () => callback(...outcome))
}

/** A promise for `compute()`, which settles later. */
export function promise<T>(seat: Seat, compute: () => T): Promise<T> {
  return new Promise((resolve, reject) => {
    let settle: () => void
    try {
      const value = compute()
      settle = () => resolve(value)
    } catch (error) {
      settle = () => reject(error)
    }
    later(seat, settle)
  })
}

export function later(seat: Seat, callback: () => void): void {
  const port = seat.port
  const bound = inContext(seat, callback)
  port.arm('deferred', 0, 0, () => run(port, bound))
}
