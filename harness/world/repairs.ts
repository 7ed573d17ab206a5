/** Things that will end by themselves: brokers that are down, links that are slow. Healing ends them all at once. */
import type { Clock } from '../sim/clock.ts'
import type { Proc } from '../sim/process.ts'

export class Repairs {
  private readonly due = new Set<() => void>()
  private readonly clock: Clock<Proc>

  constructor(clock: Clock<Proc>) {
    this.clock = clock
  }

  get outstanding(): number {
    return this.due.size
  }

  later(afterMs: number, mend: () => void): void {
    const once = (): void => {
      if (this.due.delete(once)) mend()
    }
    this.due.add(once)
    this.clock.schedule(this.clock.nowMs + afterMs, null, 'mend', once)
  }

  all(): void {
    for (const mend of [...this.due]) mend()
  }
}
