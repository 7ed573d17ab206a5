/**
 * A simulated OS process: one life of it. Killing it seals it: every outlet (sockets, effects, timers, recorder) goes dead at once,
 * the call that was struck never settles, and its open operations become `unknown`. Paused, its events wait; resumed, they come in
 * the order in which they were due.
 */
import type { At, Body, HarnessBody, LoopPlace, Phase } from '../history/op.ts'
import type { Recording } from '../history/recorder.ts'
import type { Clock, Event } from './clock.ts'
import type { Escapes } from './escapes.ts'
import type { Armed, Port, Recorder, SocketEnd, SocketEvents, TimerKind } from './port.ts'
import { type Stream, stream } from './random.ts'
import type { Trace } from './trace.ts'
import { MAX_TURNS, Turns } from './turns.ts'

/** What a process needs of the world around it. */
export interface Surroundings {
  readonly seed: string
  readonly clock: Clock<Proc>
  readonly trace: Trace
  readonly escapes: Escapes
  readonly history: Recording
  /** Idle timers may come late (see `idle` below). Off only to measure what that changes. */
  readonly idleRule: boolean
  connect(from: Proc, host: string, port: number, to: SocketEvents): SocketEnd
  /** The process ended by itself. `code` of exit(), or what nobody caught. */
  ended(process: Proc, how: { code: number } | { kind: 'exception' | 'rejection'; error: unknown }): void
}

interface Timer extends Armed {
  event: Event<Proc>
  readonly asked: number
  readonly delayMs: number
  readonly kind: TimerKind
  /** How much later than due it comes, by the idle rule. */
  readonly lateMs: number
  /** `acts` of the process when its callback began. */
  actsBefore: number
}

/** The latest an idle timer comes after it is due. Measured: 100 ms gives 12 times the idle speed; more gives no more. */
const IDLE_LATE_MS = 100

export class Proc implements Port {
  readonly id: number
  readonly name: string
  readonly incarnation: number
  readonly pid: number
  readonly env: Readonly<Record<string, string>>
  readonly recorder: Recorder
  sealed = false
  paused = false
  /** It spins in one event for ever: sealed, and not dead. Its connections stay open, and only a kill ends it. */
  hung = false
  /** Listener for what nobody caught, set by the virtual `process` object; true when it was handled. */
  onUncaught: ((kind: 'exception' | 'rejection', error: unknown, promise?: Promise<unknown>) => boolean) | undefined
  /** How often this process has reached for an outlet: what tells a callback that did nothing. */
  acts = 0
  readonly open = new Set<number>()

  private readonly world: Surroundings
  private readonly math: Stream
  private readonly crypto: Stream
  private readonly parked: Event<Proc>[] = []
  private nextTimer = 1
  private readonly turns = new Turns()
  /** The timer whose callback is running, for the idle rule. */
  private firing: Timer | undefined

  constructor(
    world: Surroundings,
    id: number,
    name: string,
    incarnation: number,
    env: Readonly<Record<string, string>>,
  ) {
    this.world = world
    this.id = id
    this.name = name
    this.incarnation = incarnation
    this.pid = 100 + id
    this.env = env
    this.math = stream(world.seed, `process/${name}/${incarnation}/math`)
    this.crypto = stream(world.seed, `process/${name}/${incarnation}/crypto`)
    this.recorder = recorderOf(this, world.history)
  }

  nowMs(): number {
    this.turns.looked()
    if (!this.sealed) this.world.trace.clock(this.id)
    return this.world.clock.nowMs
  }

  draw(from: 'math' | 'crypto'): number {
    this.acts++
    const value = (from === 'math' ? this.math : this.crypto).float()
    if (!this.sealed) this.world.trace.draw(this.id, value)
    return value
  }

  /**
   * The idle rule. A timer that was asked for with a negative delay inside the callback of another such timer, or the next tick of an
   * interval, comes late if that callback reached for nothing else (no byte, no other timer, no draw, no operation): by twice as much
   * as the last time, up to IDLE_LATE_MS. Real timers promise no more than "not earlier", so a kernel may do that; it is a function of
   * events alone. A delay that was asked for with a time to come is always exact.
   */
  arm(kind: TimerKind, delayMs: number, asked: number, fire: () => void): Armed {
    const last = this.firing
    let lateMs = 0
    if (
      this.world.idleRule &&
      last !== undefined &&
      last.kind === kind &&
      last.actsBefore === this.acts &&
      ((kind === 'interval' && last.delayMs === delayMs) || (kind === 'timeout' && asked < 0 && last.asked < 0))
    ) {
      lateMs = Math.min(last.lateMs * 2 || 1, IDLE_LATE_MS)
    }
    const timer: Timer = {
      id: this.nextTimer++,
      asked,
      delayMs,
      kind,
      lateMs,
      actsBefore: 0,
      event: undefined as unknown as Event<Proc>,
    }
    this.acts++
    if (this.sealed) return timer
    this.world.trace.timer(this.id, delayMs)
    timer.event = this.world.clock.schedule(this.world.clock.nowMs + delayMs + lateMs, this, kind, () => {
      this.firing = timer
      timer.actsBefore = this.acts
      try {
        fire()
      } finally {
        this.firing = undefined
      }
    })
    return timer
  }

  disarm(timer: Armed): void {
    const event = (timer as Timer).event
    if (event !== undefined) this.world.clock.cancel(event)
  }

  connect(host: string, port: number, to: SocketEvents): SocketEnd {
    return this.world.connect(this, host, port, to)
  }

  log(level: string, text: string): void {
    this.recorder.note('application', { what: 'log', level, text })
  }

  exit(code: number): void {
    if (this.sealed) return
    this.world.ended(this, { code })
  }

  uncaught(kind: 'exception' | 'rejection', error: unknown, promise?: Promise<unknown>): void {
    if (this.sealed) return
    if (this.onUncaught?.(kind, error, promise) === true) return
    this.world.ended(this, { kind, error })
  }

  escape<T>(what: string, work: Promise<T>): Promise<T> {
    return this.world.escapes.track(this, what, work)
  }

  get dead(): boolean {
    return this.sealed && !this.hung
  }

  /** What the harness does to it, or sees of it. */
  tell(body: HarnessBody): void {
    if (this.dead) return
    this.acts++
    this.world.history.append(this.name, this.incarnation, 'harness', 'ok', body)
  }

  turn(): boolean {
    return this.turns.another(this.world.clock.current, this.acts)
  }

  hang(loop: LoopPlace | undefined): void {
    if (this.sealed) return
    const says = `a loop that waits for nothing went round ${MAX_TURNS.toLocaleString('en-US')} times in one event`
    if (loop === undefined) this.tell({ what: 'process', is: 'hung', why: says })
    else {
      const where = `${loop.file}:${loop.line}${loop.package === '' ? '' : ` of ${loop.package}`}`
      this.tell({ what: 'process', is: 'hung', why: `${says}, at ${where}`, loop })
    }
    this.sealed = true
    this.hung = true
    this.paused = false
    this.parked.length = 0
  }

  /** Makes every outlet dead. Idempotent. */
  seal(): void {
    if (this.dead) return
    this.sealed = true
    this.hung = false
    this.paused = false
    this.parked.length = 0
    for (const of of this.open) this.world.history.leaveUnknown(of)
    this.open.clear()
  }

  park(event: Event<Proc>): void {
    this.parked.push(event)
  }

  resume(): void {
    this.paused = false
    for (const event of this.parked.splice(0)) this.world.clock.reschedule(event, this.world.clock.nowMs)
  }
}

function recorderOf(proc: Proc, history: Recording): Recorder {
  return {
    invoke(at: At, body: Body): number {
      if (proc.sealed) return -1
      proc.acts++
      const index = history.append(proc.name, proc.incarnation, at, 'invoke', body)
      proc.open.add(index)
      return index
    },
    end(of: number, phase: Exclude<Phase, 'invoke'>, body: Body): void {
      if (proc.sealed || !proc.open.delete(of)) return
      proc.acts++
      history.append(proc.name, proc.incarnation, history.atOf(of), phase, body, of)
    },
    note(at: At, body: Body): void {
      if (proc.sealed) return
      proc.acts++
      history.append(proc.name, proc.incarnation, at, 'ok', body)
    },
  }
}
