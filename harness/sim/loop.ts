/**
 * Steps the clock until a policy stops it. One macrotask dispatches any number of events of the harness and the cluster (they run
 * no simulated code) and at most one event of a process, so that whatever happens before the next macrotask belongs to it.
 */
import type { Clock, Event } from './clock.ts'
import type { Escapes } from './escapes.ts'
import type { Proc } from './process.ts'
import { drive, type Step } from './settle.ts'
import type { Trace } from './trace.ts'
import { simulated } from './virtual/tripwires.ts'

export interface Limits {
  readonly events: number
  readonly virtualMs: number
}

export type Stopped =
  | { readonly by: 'policy' }
  /** Nothing is due any more: every process is idle for ever. */
  | { readonly by: 'empty' }
  | { readonly by: 'limit'; readonly limit: 'events' | 'virtualMs' }

/** How many events of the harness one macrotask may take before it lets a watchdog and Ctrl-C through. */
const HARNESS_EVENTS_PER_TURN = 4096

export class Loop {
  /** Events dispatched so far. */
  events = 0
  /** The process whose code ran last: what nobody caught before the next event is its own. */
  running: Proc | null = null
  /** Called after every event: the invariants of the model, the watchdog's sign of life. */
  afterEvent: () => void = () => {}
  /** Nobody caught it and no process ran: it is the harness' own. */
  onOwnFault: (kind: 'exception' | 'rejection', error: unknown) => void = () => {}

  private readonly clock: Clock<Proc>
  private readonly trace: Trace
  private readonly escapes: Escapes
  private readonly limits: Limits

  constructor(clock: Clock<Proc>, trace: Trace, escapes: Escapes, limits: Limits) {
    this.clock = clock
    this.trace = trace
    this.escapes = escapes
    this.limits = limits
  }

  /** Runs until `stop` says so (asked before every event), a limit is reached, or nothing is due. */
  async run(stop: () => boolean): Promise<Stopped> {
    let stopped: Stopped | undefined
    try {
      await drive(
        () => {
          const turn = this.turn(stop)
          if (typeof turn === 'string') return turn
          stopped = turn
          return 'stop'
        },
        (kind, error) => (this.running === null ? this.onOwnFault(kind, error) : this.running.uncaught(kind, error)),
        () => {
          simulated.running = false
        },
      )
    } finally {
      simulated.running = false
    }
    return stopped!
  }

  private turn(stop: () => boolean): Step | Stopped {
    this.running = null
    simulated.running = false
    for (let taken = 0; taken < HARNESS_EVENTS_PER_TURN; taken++) {
      if (this.escapes.pending) {
        // While real work is pending the clock stands still; what it delivers is an event of its process at this very time.
        if (!this.escapes.deliver()) return 'wait'
        return 'again'
      }
      if (stop()) return { by: 'policy' }
      if (this.events >= this.limits.events) return { by: 'limit', limit: 'events' }
      const event = this.clock.pop()
      if (event === undefined) return { by: 'empty' }
      if (event.atMs > this.limits.virtualMs) return { by: 'limit', limit: 'virtualMs' }
      if (this.dispatch(event)) return 'again'
    }
    return 'again'
  }

  /** Whether code of a process ran. */
  private dispatch(event: Event<Proc>): boolean {
    const owner = event.owner
    if (owner === null) {
      this.events++
      this.trace.event(event.seq, event.atMs, -1, event.kind)
      event.fire()
      this.afterEvent()
      return false
    }
    if (owner.sealed) return false
    if (owner.paused) {
      owner.park(event)
      return false
    }
    this.events++
    this.trace.event(event.seq, event.atMs, owner.id, event.kind)
    this.running = owner
    simulated.running = true
    try {
      event.fire()
    } catch (error) {
      owner.uncaught('exception', error)
    }
    this.afterEvent()
    return true
  }
}
