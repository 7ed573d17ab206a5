/**
 * Decides which faults of the plan strike at a point, and keeps the books: waiting, struck, or disarmed when everything heals. It does
 * nothing itself; `world.ts` carries the strikes out, on the model as on a real cluster.
 */
import type { Delay, Fault, Point } from '../plan/plan.ts'
import { type Crossing, isMeant } from './anchors.ts'

export interface Strike {
  /** Index in the plan's faults. */
  readonly index: number
  readonly fault: Fault
}

export class Injector {
  /** Crossings at which each fault struck, for deriving its anchor again; by index of the fault. */
  readonly struckAt = new Map<number, Crossing>()
  private readonly waiting = new Map<number, Fault>()
  private readonly delays: Set<Delay>

  constructor(faults: readonly Fault[], delays: readonly Delay[]) {
    faults.forEach((fault, index) => {
      this.waiting.set(index, fault)
    })
    this.delays = new Set(delays)
  }

  /** Faults whose anchor is this point, in the order of the plan. Each is handed out once. */
  reach(crossing: Crossing, point: Point): readonly Strike[] {
    if (this.waiting.size === 0) return NONE
    let strikes: Strike[] | undefined
    for (const [index, fault] of this.waiting) {
      if (fault.at.point !== point || !isMeant(fault.at, crossing)) continue
      this.waiting.delete(index)
      strikes ??= []
      strikes.push({ index, fault })
    }
    return strikes ?? NONE
  }

  /** The schedule: by how much this point comes later than usual. */
  delayMs(crossing: Crossing, point: Point): number {
    if (this.delays.size === 0) return 0
    let ms = 0
    for (const delay of this.delays) {
      if (delay.at.point !== point || !isMeant(delay.at, crossing)) continue
      this.delays.delete(delay)
      ms += delay.delayMs
    }
    return ms
  }

  /** What has not struck will not strike any more. */
  disarm(): readonly Strike[] {
    const left = [...this.waiting].map(([index, fault]) => ({ index, fault }))
    this.waiting.clear()
    this.delays.clear()
    return left
  }

  get isWaiting(): boolean {
    return this.waiting.size > 0
  }
}

const NONE: readonly Strike[] = []
