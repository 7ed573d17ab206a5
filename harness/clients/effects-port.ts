/**
 * The wall between a process and its team's database: what a call of `effects` is while it crosses. Each call is one boundary with
 * three points (before, applied, answered); the world behind the port makes them events.
 */
import type { Json } from '../plan/plan.ts'

/** What each verb takes. */
export interface EffectArgs {
  readonly apply: readonly [key: string, value: Json]
  readonly upsert: readonly [key: string, value: Json]
  readonly get: readonly [key: string]
  readonly transaction: readonly [commit: Commit]
}

/** What each verb answers. */
export interface EffectResults {
  readonly apply: null
  readonly upsert: null
  readonly get: Reading
  readonly transaction: null
}

export type EffectVerb = keyof EffectArgs

/** A value and how often its key was written, so that a transaction can tell whether what it read still holds. */
export interface Reading {
  readonly value?: Json
  readonly version: number
}

/** A transaction as it is committed: its writes happen together, or not at all if anything it read was written meanwhile. */
export interface Commit {
  readonly reads: readonly { readonly key: string; readonly version: number }[]
  readonly writes: readonly Write[]
}

export interface Write {
  readonly verb: 'apply' | 'upsert'
  readonly key: string
  readonly value: Json
  /** The inputs it came from. */
  readonly messages: readonly string[]
}

export interface EffectsPort {
  /**
   * `messages` are the inputs it came from: the subject of the call. `done` is called once, as an event of the process, or never: when
   * the process was sealed meanwhile. An error means that nothing was applied, unless it is `indeterminate`.
   */
  call<Verb extends EffectVerb>(
    verb: Verb,
    args: EffectArgs[Verb],
    messages: readonly string[],
    done: (error: EffectError | null, result: EffectResults[Verb] | undefined) => void,
  ): void
}

/** What the database says. The codes are PostgreSQL's and Node's. */
export class EffectError extends Error {
  override readonly name: string = 'EffectError'
  readonly code: string
  /** Whether it may have been applied all the same: the answer was lost, not the request. */
  readonly indeterminate: boolean

  constructor(message: string, code: string, indeterminate = false) {
    super(message)
    this.code = code
    this.indeterminate = indeterminate
  }
}
