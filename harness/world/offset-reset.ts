/**
 * An operator's way of moving committed offsets: stop every process that is in the group, wait until the group is inactive (the tool
 * refuses before), reset, start them again. A process that is killed for not stopping stays a member until its session ends.
 */
import type { OffsetResetTo } from '../plan/plan.ts'
import type { Parts } from './levers.ts'

/** How often the operator asks again, how long they have patience, and what a process is given to stop. */
const ASK_EVERY_MS = 100
const PATIENCE_MS = 90_000
const GRACE_MS = 10_000

export interface ResetOf {
  readonly group: string
  readonly topic: string
  readonly to: OffsetResetTo
}

export class OffsetReset {
  private readonly parts: Parts
  private readonly of: ResetOf
  private readonly done: (struck: boolean, detail: string) => void
  private readonly held = new Set<string>()
  private untilMs = 0

  constructor(parts: Parts, of: ResetOf, done: (struck: boolean, detail: string) => void) {
    this.parts = parts
    this.of = of
    this.done = done
  }

  begin(): void {
    const { clock } = this.parts
    this.untilMs = clock.nowMs + PATIENCE_MS
    // Something is under way until it ends: a run is not at rest meanwhile, and healing does not cut it short.
    this.parts.supervisor.awaited++
    clock.schedule(clock.nowMs, null, 'operator', () => this.attempt())
  }

  private attempt(): void {
    const { clock, supervisor, cluster, standing } = this.parts
    const { group, topic, to } = this.of
    for (const process of standing.membersOf(group)) {
      if (supervisor.stop(process, GRACE_MS, true)) this.held.add(process)
    }
    const offset = typeof to === 'string' ? to : { offset: BigInt(to.offset) }
    const stopped = [...this.held].every((process) => supervisor.isHeld(process))
    const error = stopped
      ? cluster.order({ do: 'reset-offsets', group, topic, to: offset }).error
      : 'its processes have not stopped'
    if (error !== undefined && clock.nowMs < this.untilMs) {
      clock.schedule(clock.nowMs + ASK_EVERY_MS, null, 'operator', () => this.attempt())
      return
    }
    supervisor.awaited--
    for (const process of this.held) supervisor.release(process)
    const where = typeof to === 'string' ? `the ${to} offset` : `offset ${to.offset}`
    if (error === undefined) this.done(true, `group ${group} was reset to ${where} of ${topic}`)
    else this.done(false, `the offsets of group ${group} could not be reset: ${error}`)
  }
}
