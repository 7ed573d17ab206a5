/**
 * The way out of a loop that awaits and never waits: it hands over to microtasks only, so no other event of the run could ever come.
 * The process hangs from then on, as it would in production, where it takes a whole core and answers nothing; the loop itself is ended
 * by an error that nobody can tell the world of, as the process is sealed by then.
 */
import type { Seat } from './seat.ts'

class Hung extends Error {
  override readonly name = 'Hung'
}

export function createTurn(seat: Seat): () => void {
  return function turn() {
    const { port } = seat
    if (!port.turn()) return
    if (!port.sealed) seat.spins(stackAbove(turn))
    throw new Hung(`${port.name} spins for ever`)
  }
}

/** Whatever the process has made of `Error`, which is the host's. */
function stackAbove(callee: () => void): string {
  const { stackTraceLimit } = Error
  const place: { stack?: unknown } = {}
  Error.stackTraceLimit = 1
  Error.captureStackTrace(place, callee)
  Error.stackTraceLimit = stackTraceLimit
  return String(place.stack)
}
