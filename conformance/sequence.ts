/**
 * A sequence of requests, as data: what some clients ask a cluster, one step after the other. Both sides are played the same sequence.
 * What a cluster gives out (producer ids, member ids, topic ids) is named by a reference, which each side fills in from its own answers.
 */
import type { Served } from '../harness/model/releases.ts'

/** `of` is a name within the sequence. `plus` makes it stale or early on purpose; a value that was never given out is -1 or ''. */
export type Ref =
  /** A topic, group or transactional id: on each side with a prefix of its own, so that sequences do not meet. */
  | { readonly $: 'name'; readonly of: string }
  | { readonly $: 'producerId'; readonly of: string; readonly plus?: number }
  | { readonly $: 'producerEpoch'; readonly of: string; readonly plus?: number }
  | { readonly $: 'memberId'; readonly of: string }
  | { readonly $: 'generation'; readonly of: string; readonly plus?: number }
  | { readonly $: 'topicId'; readonly of: string }
  /** What clients write as the time of a record, and so many milliseconds more. */
  | { readonly $: 'time'; readonly plus: number }
  | BatchRef

/** One record batch; its producer's ids and next sequence number are filled in. */
export interface BatchRef {
  readonly $: 'batch'
  /** The producer; '' for one without an id. */
  readonly of: string
  readonly topic: string
  readonly partition: number
  readonly count: number
  readonly transactional?: boolean
  readonly compression?: 'none' | 'gzip'
  /** Added to the sequence number that would be next: -1 repeats, 1 leaves a gap. */
  readonly sequencePlus?: number
  readonly epochPlus?: number
  /** So many bytes more in each value. */
  readonly paddedBy?: number
  readonly isKeyless?: boolean
  /** Added to the time that clients write. */
  readonly plusMs?: number
  /** `codec`: a compression that there is not. `zstd`: it says so, and is not compressed. `stamped`: as only brokers stamp. */
  readonly damage?: 'crc' | 'cut' | 'magic' | 'empty' | 'two' | 'codec' | 'zstd' | 'stamped'
}

export type Template =
  | Ref
  | string
  | number
  | bigint
  | boolean
  | null
  | Uint8Array
  | readonly Template[]
  | { readonly [field: string]: Template }

/** Whom a request is sent to, where there are several brokers. */
export type Seat =
  | { readonly leaderOf: string; readonly partition: number }
  | { readonly coordinates: Internal }
  | { readonly broker: number }

/** The topics whose leaders are coordinators. Each has one partition. */
export type Internal = '__consumer_offsets' | '__transaction_state'

export interface Send {
  readonly connection: number
  /** Default: the only broker. */
  readonly to?: Seat
  readonly api: Served
  readonly version: number
  readonly body: { readonly [field: string]: Template }
  /** Under which name what it gives out is known to later steps. */
  readonly as?: string
}

export interface Sleep {
  readonly sleepMs: number
}

/** An operator has another broker lead from now on. */
export interface Move {
  readonly move: Exclude<Seat, { readonly broker: number }>
  readonly by: 1 | 2
}

/** The broker that has this seat is killed; of three never a second one. What has no broker down has none to restart. */
export interface Outage {
  readonly outage: 'kill'
  readonly of: Seat
}

export interface Restart {
  readonly outage: 'restart'
}

export type Step = Send | Sleep | Move | Outage | Restart

export type Sequence = readonly Step[]

export const isSleep = (step: Step): step is Sleep => 'sleepMs' in step
export const isMove = (step: Step): step is Move => 'move' in step
export const isOutage = (step: Step): step is Outage | Restart => 'outage' in step

export function isRef(template: Template): template is Ref {
  return typeof template === 'object' && template !== null && '$' in template
}

export const name = (of: string): Ref => ({ $: 'name', of })
