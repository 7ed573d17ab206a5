/**
 * Starts processes, and starts them again by the policy of the plan when they were killed or ended by themselves.
 */
import type { Failure } from '../history/op.ts'
import type { ProcessSpec } from '../plan/plan.ts'
import type { Clock } from '../sim/clock.ts'
import type { Proc } from '../sim/process.ts'

export interface Nursery {
  /** Makes the next life of this process and schedules the event in which its entry module is evaluated. */
  spawn(spec: ProcessSpec, incarnation: number): Proc
  /** Closes what a dead process leaves behind: its connections, its unfinished effects. */
  bury(process: Proc): void
}

interface Place {
  readonly spec: ProcessSpec
  proc: Proc | undefined
  lives: number
  /** Restarts that the policy has left. */
  restartsLeft: number
  restarting: boolean
}

export class Supervisor {
  private readonly places = new Map<string, Place>()
  private readonly clock: Clock<Proc>
  private readonly nursery: Nursery

  constructor(specs: readonly ProcessSpec[], clock: Clock<Proc>, nursery: Nursery) {
    this.clock = clock
    this.nursery = nursery
    for (const spec of specs) {
      this.places.set(spec.name, {
        spec,
        proc: undefined,
        lives: 0,
        restartsLeft: spec.supervisor.maxRestarts,
        restarting: false,
      })
    }
  }

  startAll(): void {
    for (const place of this.places.values()) this.startLater(place, place.spec.startAtMs ?? 0)
  }

  process(name: string): Proc | undefined {
    return this.places.get(name)?.proc
  }

  get alive(): readonly Proc[] {
    return [...this.places.values()].flatMap(({ proc }) => (proc === undefined || proc.sealed ? [] : [proc]))
  }

  /** Whether some process is paused or about to be started again. */
  get unsettled(): boolean {
    for (const place of this.places.values()) {
      if (place.restarting || place.proc?.paused === true) return true
    }
    return false
  }

  /** SIGKILL. False when there was nothing to kill. */
  kill(name: string, why: string): boolean {
    const place = this.places.get(name)
    if (place?.proc === undefined || place.proc.sealed) return false
    place.proc.recorder.note('harness', { what: 'process', is: 'killed', why })
    this.end(place, place.proc)
    return true
  }

  pause(name: string, ms: number): boolean {
    const proc = this.places.get(name)?.proc
    if (proc === undefined || proc.sealed || proc.paused) return false
    proc.recorder.note('harness', { what: 'process', is: 'paused', why: `for ${ms} ms` })
    proc.paused = true
    this.clock.schedule(this.clock.nowMs + ms, null, 'resume', () => this.resume(proc))
    return true
  }

  resumeAll(): void {
    for (const { proc } of this.places.values()) if (proc?.paused === true) this.resume(proc)
  }

  /** The process ended by itself. */
  ended(proc: Proc, is: 'exited' | 'crashed', why: string, error?: Failure): void {
    const place = this.places.get(proc.name)
    if (place?.proc !== proc) return
    proc.recorder.note(
      'harness',
      error === undefined ? { what: 'process', is, why } : { what: 'process', is, why, error },
    )
    this.end(place, proc)
  }

  /** An operator stops every process and starts it again, whatever the policy says. */
  restartAll(): void {
    for (const place of this.places.values()) {
      if (place.proc !== undefined && !place.proc.sealed) {
        place.proc.recorder.note('harness', { what: 'process', is: 'killed', why: 'by the operator' })
        place.proc.seal()
        this.nursery.bury(place.proc)
      }
      if (place.restarting) continue
      this.startLater(place, 1)
    }
  }

  private resume(proc: Proc): void {
    if (!proc.paused || proc.sealed) return
    proc.recorder.note('harness', { what: 'process', is: 'resumed' })
    proc.resume()
  }

  private end(place: Place, proc: Proc): void {
    if (place.restartsLeft === 0) {
      const { maxRestarts } = place.spec.supervisor
      proc.recorder.note('harness', { what: 'process', is: 'gave-up', why: `it was restarted ${maxRestarts} times` })
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
    })
  }
}
