/**
 * setTimeout, setInterval, setImmediate on virtual time, with Node's objects and Node's rules: what is no number or out of
 * range waits 1 ms, an interval is armed again when its callback has returned (or thrown), `refresh` works on a timer that has
 * fired but not on one that was cleared.
 *
 * `unref` is remembered and changes nothing: a simulated process does not end because it has nothing left to do.
 */
import { promisify } from 'node:util'
import { invalidArgument } from './errors.ts'
import { type Fn, inContext, type Seat } from './seat.ts'
import { Immediate, Numbered, Timeout } from './timeout.ts'

export interface Timers {
  readonly setTimeout: Fn
  readonly setInterval: Fn
  readonly setImmediate: Fn
  readonly clearTimeout: Fn
  readonly clearInterval: Fn
  readonly clearImmediate: Fn
  /** For the next process on the seat. */
  reset(): void
}

/** What the promise forms are is given later: they are made of these. */
export function createTimers(seat: Seat, promises: () => { setTimeout: Fn; setImmediate: Fn }): Timers {
  const numbered = new Numbered()

  function start(callback: unknown, delay: unknown, args: unknown[], repeat: boolean): Timeout {
    if (typeof callback !== 'function') throw invalidArgument('callback', 'of type function', callback)
    const asked = delay === undefined ? 1 : Number(delay)
    return new Timeout(seat.port, numbered, inContext(seat, callback as Fn), args, asked, repeat)
  }

  function setTimeout(callback: unknown, delay?: unknown, ...args: unknown[]): Timeout {
    return start(callback, delay, args, false)
  }
  function setInterval(callback: unknown, delay?: unknown, ...args: unknown[]): Timeout {
    return start(callback, delay, args, true)
  }
  function setImmediate(callback: unknown, ...args: unknown[]): Immediate {
    if (typeof callback !== 'function') throw invalidArgument('callback', 'of type function', callback)
    return new Immediate(seat.port, inContext(seat, callback as Fn), args)
  }
  function clearTimeout(timer: unknown): void {
    if (timer instanceof Timeout) timer.close()
    else if (typeof timer === 'number' || typeof timer === 'string') numbered.timers.get(Number(timer))?.close()
  }
  function clearInterval(timer: unknown): void {
    clearTimeout(timer)
  }
  function clearImmediate(timer: unknown): void {
    if (timer instanceof Immediate) timer.clear()
  }

  const custom = (name: 'setTimeout' | 'setImmediate') => ({ enumerable: true, get: () => promises()[name] })
  Object.defineProperty(setTimeout, promisify.custom, custom('setTimeout'))
  Object.defineProperty(setImmediate, promisify.custom, custom('setImmediate'))
  return {
    setTimeout,
    setInterval,
    setImmediate,
    clearTimeout,
    clearInterval,
    clearImmediate,
    reset: () => numbered.clear(),
  }
}
