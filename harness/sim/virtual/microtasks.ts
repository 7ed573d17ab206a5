/**
 * queueMicrotask and process.nextTick: the host's own, as their order among promises matters and costs no time. A hop that is
 * still queued when its process is sealed does nothing, and what it throws is the process' error, not the host's.
 */
import { invalidArgument } from './errors.ts'
import { type Fn, run, type Seat } from './seat.ts'

/** Taken when this file is loaded: later a tripwire may stand before `process`. */
export const { nextTick: hostTick } = process

export function createQueueMicrotask(seat: Seat): (callback: unknown) => void {
  return function queueMicrotask(callback) {
    if (typeof callback !== 'function') throw invalidArgument('callback', 'of type function', callback)
    const port = seat.port
    if (!port.sealed) globalThis.queueMicrotask(() => run(port, callback as Fn))
  }
}

export function createNextTick(seat: Seat): (callback: unknown, ...args: unknown[]) => void {
  return function nextTick(callback, ...args) {
    if (typeof callback !== 'function') throw invalidArgument('callback', 'of type function', callback)
    const port = seat.port
    if (!port.sealed) hostTick(() => run(port, () => (callback as Fn)(...args)))
  }
}
