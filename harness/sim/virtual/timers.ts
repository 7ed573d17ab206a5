/**
 * setTimeout, setInterval, setImmediate on virtual time, with Node's objects and Node's rules: what is no number or out of
 * range waits 1 ms, an interval is armed again when its callback has returned (or thrown), `refresh` works on a timer that has
 * fired but not on one that was cleared.
 *
 * `unref` is remembered and changes nothing: a simulated process does not end because it has nothing left to do.
 */
import { promisify } from 'node:util'
import type { Armed, Port } from '../port.ts'
import { invalidArgument } from './errors.ts'
import { type Fn, inContext, run, type Seat } from './seat.ts'

const MAX_DELAY_MS = 2 ** 31 - 1

/** What Node waits when asked for `asked`. */
export function clampDelay(asked: number): number {
  return asked >= 1 && asked <= MAX_DELAY_MS ? Math.trunc(asked) : 1
}

/** Timers that code may know by number, because it has converted one to a number. */
class Numbered {
  #last = 0
  readonly timers = new Map<number, Timeout>()

  take(timer: Timeout): number {
    this.#last += 1
    this.timers.set(this.#last, timer)
    return this.#last
  }

  clear(): void {
    this.#last = 0
    this.timers.clear()
  }
}

abstract class Handle {
  #refed = true

  ref(): this {
    this.#refed = true
    return this
  }

  unref(): this {
    this.#refed = false
    return this
  }

  hasRef(): boolean {
    return this.#refed
  }
}

class Timeout extends Handle {
  readonly #port: Port
  readonly #numbered: Numbered
  readonly #callback: Fn
  readonly #args: unknown[]
  readonly #asked: number
  readonly #repeat: boolean
  #armed: Armed | null = null
  #cleared = false
  #number = 0
  readonly #fire = (): void => {
    this.#armed = null
    run(this.#port, () => this.#callback.apply(this, this.#args))
    // The callback may have cleared it, or armed it itself by refresh().
    if (this.#repeat && !this.#cleared && this.#armed === null) this.#arm()
    else if (this.#armed === null) this.#forget()
  }

  constructor(port: Port, numbered: Numbered, callback: Fn, args: unknown[], asked: number, repeat: boolean) {
    super()
    this.#port = port
    this.#numbered = numbered
    this.#callback = callback
    this.#args = args
    this.#asked = asked
    this.#repeat = repeat
    this.#arm()
  }

  #arm(): void {
    if (this.#port.sealed) return
    this.#armed = this.#port.arm(this.#repeat ? 'interval' : 'timeout', clampDelay(this.#asked), this.#asked, this.#fire)
  }

  #forget(): void {
    if (this.#number !== 0) this.#numbered.timers.delete(this.#number)
    this.#number = 0
  }

  close(): this {
    if (this.#armed !== null) this.#port.disarm(this.#armed)
    this.#armed = null
    this.#cleared = true
    this.#forget()
    return this
  }

  refresh(): this {
    if (this.#cleared) return this
    if (this.#armed !== null) this.#port.disarm(this.#armed)
    this.#armed = null
    this.#arm()
    return this
  }

  [Symbol.toPrimitive](): number {
    if (this.#number === 0) this.#number = this.#numbered.take(this)
    return this.#number
  }

  [Symbol.dispose](): void {
    this.close()
  }
}

class Immediate extends Handle {
  readonly #port: Port
  #armed: Armed | null

  constructor(port: Port, callback: Fn, args: unknown[]) {
    super()
    this.#port = port
    this.#armed = port.arm('immediate', 0, 0, () => {
      this.#armed = null
      run(port, () => callback.apply(this, args))
    })
  }

  clear(): void {
    if (this.#armed !== null) this.#port.disarm(this.#armed)
    this.#armed = null
  }

  [Symbol.dispose](): void {
    this.clear()
  }
}

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
  return { setTimeout, setInterval, setImmediate, clearTimeout, clearInterval, clearImmediate, reset: () => numbered.clear() }
}
