/**
 * Looks at the harness itself while a run goes on: nothing is done in the name of a process that is dead or paused, a lost answer does
 * not arrive, a dead process has no open connection. What it sees is our own fault, and the run says so: a fault that only seems to
 * strike would let every promise hold.
 */
import type { Crossing } from '../faults/anchors.ts'
import type { Op } from '../history/op.ts'
import type { Point } from '../plan/plan.ts'
import type { Proc } from '../sim/process.ts'
import type { Pending } from './requests.ts'

export class Witness {
  private readonly lives = new Map<string, Proc>()
  private readonly says: (what: string) => void

  constructor(says: (what: string) => void) {
    this.says = says
  }

  born(proc: Proc): void {
    this.lives.set(life(proc.name, proc.incarnation), proc)
  }

  /** An effect that is on its way is applied whatever becomes of the process, and what its end leaves open is unknown. */
  op({ process, incarnation, at, phase, body }: Op): void {
    if (at === 'harness' || at === 'cluster' || phase === 'unknown' || body.what === 'applied') return
    const proc = this.lives.get(life(process, incarnation))
    if (proc?.sealed === true) this.says(`${process} is dead, and ${body.what} was written in its name`)
    if (proc?.paused === true) this.says(`${process} is paused, and ${body.what} was written in its name`)
  }

  reached({ process, incarnation, call }: Crossing, point: Point, nowMs: number, pending: Pending | undefined): void {
    const name = 'api' in call ? call.api : call.effect
    if (point !== 'applied' && this.lives.get(life(process, incarnation))?.sealed === true)
      this.says(`${process} is dead, and its ${name} reached the point ${point}`)
    const lost = pending?.lost
    if (point !== 'answered' || pending === undefined || lost === undefined) return
    const earliestMs = lost.how === 'late' ? pending.crossing.reachedMs.applied + lost.lateMs : Infinity
    if (nowMs < earliestMs) this.says(`the answer to ${name} by ${process} was lost (${lost.how}), and arrived`)
  }
}

const life = (process: string, incarnation: number): string => `${process}/${incarnation}`
