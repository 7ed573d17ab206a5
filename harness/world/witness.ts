/**
 * Looks at the harness itself while a run goes on: nothing is done in the name of a process that is dead, hung or paused, a lost answer does
 * not arrive, a dead process has no open connection. What it sees is our own fault, and the run says so: a fault that only seems to
 * strike would let every promise hold.
 */
import type { Crossing } from '../faults/anchors.ts'
import type { Op } from '../history/op.ts'
import type { Point } from '../plan/plan.ts'
import type { Proc } from '../sim/process.ts'
import type { Pending } from './requests.ts'

export class Witness {
  /** By name and incarnation. */
  private readonly lives = new Map<string, Proc[]>()
  private readonly says: (what: string) => void

  constructor(says: (what: string) => void) {
    this.says = says
  }

  born(proc: Proc): void {
    let lives = this.lives.get(proc.name)
    if (lives === undefined) this.lives.set(proc.name, (lives = []))
    lives[proc.incarnation] = proc
  }

  /** An effect that is on its way is applied whatever becomes of the process, and what its end leaves open is unknown. */
  op({ process, incarnation, at, phase, body }: Op): void {
    if (at === 'harness' || at === 'cluster' || phase === 'unknown' || body.what === 'applied') return
    const proc = this.lives.get(process)?.[incarnation]
    if (proc?.sealed === true)
      this.says(`${process} is ${proc.dead ? 'dead' : 'hung'}, and ${body.what} was written in its name`)
    if (proc?.paused === true) this.says(`${process} is paused, and ${body.what} was written in its name`)
  }

  reached({ process, incarnation, call }: Crossing, point: Point, nowMs: number, pending: Pending | undefined): void {
    const name = 'api' in call ? call.api : call.effect
    const proc = this.lives.get(process)?.[incarnation]
    // What was written before it hung leaves all the same.
    if ((point === 'before' && proc?.dead === true) || (point === 'answered' && proc?.sealed === true))
      this.says(`${process} is ${proc.dead ? 'dead' : 'hung'}, and its ${name} reached the point ${point}`)
    if (point !== 'answered' || pending === undefined) return
    for (const fate of pending.fates) {
      if (fate.is === 'error') continue
      const earliestMs = fate.is === 'late' ? pending.crossing.reachedMs.applied + fate.lateMs : Infinity
      const how = fate.is === 'late' ? 'late' : fate.how
      if (nowMs < earliestMs) this.says(`the answer to ${name} by ${process} was lost (${how}), and arrived`)
    }
  }
}
