/**
 * The objects that setTimeout, setInterval and setImmediate return. They are the most frequent objects of a run, so their fields are
 * plain ones: on Node 20 `#private` ones double the price of a timer. Nothing of them shows where code prints a timer.
 */
import { inspect } from 'node:util'
import type { Armed, Port } from '../port.ts'
import { type Fn, run } from './seat.ts'

const MAX_DELAY_MS = 2 ** 31 - 1

/** What Node waits when asked for `asked`. */
export function clampDelay(asked: number): number {
  return asked >= 1 && asked <= MAX_DELAY_MS ? Math.trunc(asked) : 1
}

/** Timers that code may know by number, because it has converted one to a number. */
export class Numbered {
  private last = 0
  readonly timers = new Map<number, Timeout>()

  take(timer: Timeout): number {
    this.last += 1
    this.timers.set(this.last, timer)
    return this.last
  }

  clear(): void {
    this.last = 0
    this.timers.clear()
  }
}

abstract class Handle {
  protected refed = true

  ref(): this {
    this.refed = true
    return this
  }

  unref(): this {
    this.refed = false
    return this
  }

  hasRef(): boolean {
    return this.refed
  }

  [inspect.custom](): string {
    return `${this.constructor.name} {}`
  }

  toJSON(): object {
    return {}
  }
}

export class Timeout extends Handle {
  private armed: Armed | null = null
  private cleared = false
  /** 0 until it is asked for. */
  private number = 0
  private readonly port: Port
  private readonly numbered: Numbered
  private readonly callback: Fn
  private readonly args: unknown[]
  private readonly asked: number
  private readonly repeat: boolean

  constructor(port: Port, numbered: Numbered, callback: Fn, args: unknown[], asked: number, repeat: boolean) {
    super()
    this.port = port
    this.numbered = numbered
    this.callback = callback
    this.args = args
    this.asked = asked
    this.repeat = repeat
    this.arm()
  }

  private arm(): void {
    if (this.port.sealed) return
    const kind = this.repeat ? 'interval' : 'timeout'
    this.armed = this.port.arm(kind, clampDelay(this.asked), this.asked, () => this.fire())
  }

  private fire(): void {
    this.armed = null
    run(this.port, () => this.callback.apply(this, this.args))
    // The callback may have cleared it, or armed it itself by refresh().
    if (this.armed !== null) return
    if (this.repeat && !this.cleared) this.arm()
    else this.forget()
  }

  private disarm(): void {
    if (this.armed !== null) this.port.disarm(this.armed)
    this.armed = null
  }

  private forget(): void {
    if (this.number !== 0) this.numbered.timers.delete(this.number)
    this.number = 0
  }

  close(): this {
    this.disarm()
    this.cleared = true
    this.forget()
    return this
  }

  refresh(): this {
    if (this.cleared) return this
    this.disarm()
    this.arm()
    return this
  }

  [Symbol.toPrimitive](): number {
    if (this.number === 0) this.number = this.numbered.take(this)
    return this.number
  }

  [Symbol.dispose](): void {
    this.close()
  }
}

export class Immediate extends Handle {
  private readonly port: Port
  private armed: Armed | null

  constructor(port: Port, callback: Fn, args: unknown[]) {
    super()
    this.port = port
    this.armed = port.arm('immediate', 0, 0, () => {
      this.armed = null
      run(port, () => callback.apply(this, args))
    })
  }

  clear(): void {
    if (this.armed !== null) this.port.disarm(this.armed)
    this.armed = null
  }

  [Symbol.dispose](): void {
    this.clear()
  }
}
