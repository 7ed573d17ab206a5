/**
 * Starts processes, and starts them again by the policy of the plan when they were killed or ended by themselves.
 */
import type { Failure } from '../history/op.ts'
import type { ProcessSpec } from '../plan/plan.ts'
import { secondOf } from '../plan/second.ts'
import type { Clock } from '../sim/clock.ts'
import type { Proc } from '../sim/process.ts'

export interface Nursery {
  /** Makes the next life of this process and schedules the event in which its entry module is evaluated. */
  spawn(spec: ProcessSpec, incarnation: number): Proc
  /** Closes what a dead process leaves behind: its connections, its unfinished effects. */
  bury(process: Proc): void
  /** Delivers SIGTERM, in an event of the process. */
  terminate(process: Proc): void
}

interface Place {
  readonly spec: ProcessSpec
  proc: Proc | undefined
  lives: number
  /** Restarts that the policy has left. */
  restartsLeft: number
  restarting: boolean
  /** It was asked to stop. held: and is not started again before it is released. */
  stopping: { readonly held: boolean } | undefined
  held: boolean
  /** Paused until a second instance of it has started, and for so long after that. */
  awaitsSuccessorMs: number | undefined
  /** Of which this is the second instance. */
  readonly original: Place | undefined
}

export class Supervisor {
  /** Orders of an operator that are under way. */
  awaited = 0
  private readonly places = new Map<string, Place>()
  private readonly clock: Clock<Proc>
  private readonly nursery: Nursery

  constructor(specs: readonly ProcessSpec[], clock: Clock<Proc>, nursery: Nursery) {
    this.clock = clock
    this.nursery = nursery
    for (const spec of specs) this.places.set(spec.name, placeOf(spec, undefined))
  }

  startAll(): void {
    for (const place of this.places.values()) this.startLater(place, place.spec.startAtMs ?? 0)
  }

  process(name: string): Proc | undefined {
    return this.places.get(name)?.proc
  }

  get alive(): readonly Proc[] {
    return [...this.places.values()].flatMap(({ proc }) => (proc === undefined || proc.dead ? [] : [proc]))
  }

  /** Whether some process is paused, hung or about to be started again, or an operator has not done yet. */
  get unsettled(): boolean {
    if (this.awaited > 0) return true
    for (const place of this.places.values()) {
      if (place.restarting || place.stopping !== undefined || place.proc?.paused === true || place.proc?.hung === true)
        return true
    }
    return false
  }

  /** SIGKILL. False when there was nothing to kill. */
  kill(name: string, why: string): boolean {
    const place = this.places.get(name)
    if (place?.proc === undefined || place.proc.dead) return false
    place.proc.tell({ what: 'process', is: 'killed', why })
    this.end(place, place.proc)
    return true
  }

  pause(name: string, ms: number, until?: 'successor'): boolean {
    const place = this.places.get(name)
    const proc = place?.proc
    if (place === undefined || proc === undefined || proc.sealed || proc.paused) return false
    const successor = this.places.get(secondOf(name))?.proc
    const waits = until === 'successor' && successor === undefined
    const why = waits ? `until its successor has started, and for ${ms} ms` : `for ${ms} ms`
    proc.tell({ what: 'process', is: 'paused', why })
    proc.paused = true
    if (waits) place.awaitsSuccessorMs = ms
    else this.resumeLater(proc, ms)
    return true
  }

  /**
   * SIGTERM; SIGKILL when it has not ended after `graceMs`. It is started again in any case, as this is an order and no failure. False
   * when there was nothing to stop.
   */
  stop(name: string, graceMs: number, held = false): boolean {
    const place = this.places.get(name)
    const proc = place?.proc
    if (place === undefined || proc === undefined || proc.dead || place.stopping !== undefined) return false
    const stopping = { held }
    place.stopping = stopping
    this.clock.schedule(this.clock.nowMs, proc, 'signal', () => this.nursery.terminate(proc))
    this.clock.schedule(this.clock.nowMs + graceMs, null, 'grace', () => {
      if (place.stopping === stopping) this.kill(name, `${graceMs} ms after it was asked to stop`)
    })
    return true
  }

  isStopping(proc: Proc): boolean {
    const place = this.places.get(proc.name)
    return place?.proc === proc && place.stopping !== undefined
  }

  isHeld(name: string): boolean {
    return this.places.get(name)?.held === true
  }

  /** Starts what was held back after it had stopped. */
  release(name: string): void {
    const place = this.places.get(name)
    if (place?.held !== true) return
    place.held = false
    this.startLater(place, place.spec.supervisor.restartAfterMs)
  }

  /** Another process of the same spec, beside this one. False when there is one already. */
  startSecond(name: string, afterMs: number): boolean {
    const original = this.places.get(name)
    const second = secondOf(name)
    if (original === undefined || this.places.has(second)) return false
    const place = placeOf({ ...original.spec, name: second }, original)
    this.places.set(second, place)
    this.startLater(place, afterMs)
    return true
  }

  resumeAll(): void {
    for (const { proc } of this.places.values()) if (proc?.paused === true) this.resume(proc)
  }

  /** The process ended by itself. */
  ended(proc: Proc, is: 'exited' | 'crashed' | 'stopped' | 'killed', why: string, error?: Failure): void {
    const place = this.places.get(proc.name)
    if (place?.proc !== proc) return
    proc.tell(error === undefined ? { what: 'process', is, why } : { what: 'process', is, why, error })
    this.end(place, proc)
  }

  /** An operator stops every process and starts it again, whatever the policy says. */
  restartAll(): void {
    for (const place of this.places.values()) {
      if (place.proc !== undefined && !place.proc.dead) {
        place.proc.tell({ what: 'process', is: 'killed', why: 'by the operator' })
        place.stopping = undefined
        place.proc.seal()
        this.nursery.bury(place.proc)
      }
      if (place.restarting) continue
      this.startLater(place, 1)
    }
  }

  private resume(proc: Proc): void {
    if (!proc.paused || proc.sealed) return
    proc.tell({ what: 'process', is: 'resumed' })
    proc.resume()
  }

  private resumeLater(proc: Proc, ms: number): void {
    this.clock.schedule(this.clock.nowMs + ms, null, 'resume', () => this.resume(proc))
  }

  private end(place: Place, proc: Proc): void {
    const { stopping } = place
    if (stopping !== undefined) {
      place.stopping = undefined
      proc.seal()
      this.nursery.bury(proc)
      if (!stopping.held) this.startLater(place, place.spec.supervisor.restartAfterMs)
      else place.held = place.restarting = true
      return
    }
    if (place.restartsLeft === 0) {
      const { maxRestarts } = place.spec.supervisor
      proc.tell({ what: 'process', is: 'gave-up', why: `it was restarted ${maxRestarts} times` })
    }
    proc.seal()
    this.nursery.bury(proc)
    if (place.restartsLeft === 0) return
    place.restartsLeft--
    this.startLater(place, place.spec.supervisor.restartAfterMs)
  }

  private startLater(place: Place, afterMs: number): void {
    place.restarting = true
    this.clock.schedule(this.clock.nowMs + afterMs, null, 'start', () => {
      place.restarting = false
      place.lives++
      place.proc = this.nursery.spawn(place.spec, place.lives)
      const { original } = place
      if (original?.proc === undefined || original.awaitsSuccessorMs === undefined) return
      this.resumeLater(original.proc, original.awaitsSuccessorMs)
      original.awaitsSuccessorMs = undefined
    })
  }
}

function placeOf(spec: ProcessSpec, original: Place | undefined): Place {
  return {
    spec,
    proc: undefined,
    lives: 0,
    restartsLeft: spec.supervisor.maxRestarts,
    restarting: false,
    stopping: undefined,
    held: false,
    awaitsSuccessorMs: undefined,
    original,
  }
}
