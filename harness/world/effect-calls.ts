/** What a process' calls of its team's store go through: each has three points, and the store outlives every process. */
import { type Effect, EffectStore } from '../clients/effect-store.ts'
import type { EffectsPort } from '../clients/effects-port.ts'
import type { Crossing, Crossings } from '../faults/anchors.ts'
import type { Point } from '../plan/plan.ts'
import type { Clock } from '../sim/clock.ts'
import type { Proc } from '../sim/process.ts'

/** How long an application's call of `effects` takes each way, in virtual milliseconds. */
const EFFECT_LATENCY_MS = 1

export interface EffectParts {
  readonly clock: Clock<Proc>
  readonly crossings: Crossings
  /** A point of a call was reached; answers by how many milliseconds the schedule delays it. */
  reach(crossing: Crossing, point: Point): number
  applied(proc: Proc, effect: Effect): void
}

export class EffectCalls {
  private readonly store = new EffectStore()
  private readonly parts: EffectParts

  constructor(parts: EffectParts) {
    this.parts = parts
  }

  /** The way of one process into the store. */
  portOf(proc: Proc): EffectsPort {
    const { clock, crossings, reach, applied } = this.parts
    return {
      call: (verb, args, messages, done) => {
        if (proc.sealed) return
        const crossing = crossings.begin(proc.name, proc.incarnation, { effect: verb }, { messages })
        clock.schedule(clock.nowMs, null, 'effect', () => {
          if (proc.dead) return
          const delayMs = reach(crossing, 'before')
          if (proc.dead) return
          // On its way: what becomes of the process now changes nothing about the call any more.
          clock.schedule(clock.nowMs + EFFECT_LATENCY_MS + delayMs, null, 'effect', () => {
            const outcome = this.store.apply(verb, args, messages)
            if (outcome.is === 'done') for (const effect of outcome.effects) applied(proc, effect)
            const lateMs = reach(crossing, 'applied')
            clock.schedule(clock.nowMs + EFFECT_LATENCY_MS + lateMs, proc, 'effect', () => {
              clock.schedule(clock.nowMs, null, 'answered', () => {
                if (!proc.sealed) reach(crossing, 'answered')
              })
              if (outcome.is === 'done') done(null, outcome.result)
              else done(outcome.error, undefined)
            })
          })
        })
      },
    }
  }
}
