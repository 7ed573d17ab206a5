/**
 * The team's database: state that outlives every process. Pure: no clock, no promise, no draw; a call is applied when it is applied.
 *
 * It is serializable, as a transaction names what it read and is refused if any of that was written since (an error of its own is
 * simpler than locks, and no process can hold one while it is paused). Appends read nothing, so they never conflict.
 */
import type { Json } from '../plan/plan.ts'
import {
  type EffectArgs,
  EffectError,
  type EffectResults,
  type EffectVerb,
  type Reading,
  type Write,
} from './effects-port.ts'

/** Something that became durable. `effect` is its position among all of them. */
export interface Effect extends Write {
  readonly effect: number
}

/** What became of one key. An append counts each time; an upsert leaves one value however often it comes. */
export interface KeyState {
  readonly value?: Json
  readonly applied: number
  readonly upserted: number
}

export type EffectOutcome<Verb extends EffectVerb> =
  | { readonly is: 'done'; readonly result: EffectResults[Verb]; readonly effects: readonly Effect[] }
  /** Nothing was applied. */
  | { readonly is: 'refused'; readonly error: EffectError }

const NOTHING: KeyState = { applied: 0, upserted: 0 }

export class EffectStore {
  readonly #effects: Effect[] = []
  readonly #keys = new Map<string, KeyState>()

  /** Everything that became durable, in order. Append-only. */
  get effects(): readonly Effect[] {
    return this.#effects
  }

  /** Every key that was ever written, in the order of first writes. */
  get keys(): ReadonlyMap<string, KeyState> {
    return this.#keys
  }

  stateOf(key: string): KeyState {
    return this.#keys.get(key) ?? NOTHING
  }

  /** Applies one call as it came through the port. `effects` of the outcome are those that it made durable. */
  apply<Verb extends EffectVerb>(verb: Verb, args: EffectArgs[Verb], messages: readonly string[]): EffectOutcome<Verb>
  apply(verb: EffectVerb, args: EffectArgs[EffectVerb], messages: readonly string[]): EffectOutcome<EffectVerb> {
    switch (verb) {
      case 'apply':
      case 'upsert': {
        const [key, value] = args as EffectArgs['apply']
        return { is: 'done', result: null, effects: [this.#write({ verb, key, value, messages })] }
      }
      case 'get': {
        const [key] = args as EffectArgs['get']
        return { is: 'done', result: this.#read(key), effects: [] }
      }
      case 'transaction': {
        const [{ reads, writes }] = args as EffectArgs['transaction']
        const stale = reads.find(({ key, version }) => this.#read(key).version !== version)
        if (stale !== undefined) return { is: 'refused', error: conflict(stale.key) }
        return { is: 'done', result: null, effects: writes.map((write) => this.#write(write)) }
      }
    }
  }

  #read(key: string): Reading {
    const { value, applied, upserted } = this.stateOf(key)
    return { ...(value !== undefined && { value }), version: applied + upserted }
  }

  #write({ verb, key, value, messages }: Write): Effect {
    const before = this.stateOf(key)
    this.#keys.set(
      key,
      verb === 'apply'
        ? { ...before, applied: before.applied + 1 }
        : { ...before, value, upserted: before.upserted + 1 },
    )
    const effect: Effect = { effect: this.#effects.length, verb, key, value, messages }
    this.#effects.push(effect)
    return effect
  }
}

function conflict(key: string): EffectError {
  return new EffectError(
    `could not serialize access: "${key}" was written by another transaction since this one read it; run the transaction again`,
    '40001',
  )
}
