/**
 * What brokers say to each other to replicate: a follower asks, its leader answers, now or when there is something
 * (FetchRequest and FetchResponse between brokers).
 *
 * A message takes `peerLatencyMs`. While a link is cut one way, what was sent over it is kept, and comes once it is mended, as TCP does that
 * tries again and again.
 *
 * NOT modelled: connections between brokers, and so replica.socket.timeout.ms; sessions of fetches (every one is full); quotas.
 */
import type { ErrorName } from '../../wire/error-codes.ts'
import type { LogBatch } from '../log.ts'
import type { ClusterState } from '../state.ts'
import type { Context } from '../types.ts'

export interface Place {
  readonly topic: string
  readonly topicId: string
  readonly partition: number
}

export interface PeerFetch {
  readonly is: 'fetch'
  readonly id: number
  readonly follower: number
  readonly leader: number
  readonly asked: readonly AskedByFollower[]
}

export interface AskedByFollower extends Place {
  readonly offset: bigint
  /** Where its own log begins. */
  readonly startOffset: bigint
  /** That the follower has heard of. */
  readonly leaderEpoch: number
  /** Of the last batch that it has; -1: it has none. */
  readonly lastEpoch: number
}

export interface PeerAnswer {
  readonly is: 'answer'
  /** Of the fetch. */
  readonly id: number
  readonly follower: number
  readonly leader: number
  readonly parts: readonly (Place & { readonly leaderEpoch: number; readonly got: Got })[]
}

export type Got =
  | ErrorName
  | {
      readonly batches: readonly LogBatch[]
      /** The batches, one behind the other. */
      readonly bytes: Uint8Array
      readonly highWatermark: bigint
      readonly startOffset: bigint
    }
  /** Where the leader's log begins and ends. */
  | { readonly outOfRange: { readonly start: bigint; readonly end: bigint } }
  /** The follower has what the leader has not: where the largest epoch ends that both could have. */
  | { readonly divergedIn: number; readonly endOffset: bigint }

export type PeerMessage = PeerFetch | PeerAnswer

/** Links that are cut, by `from>to`, and what is kept for them. */
export type CutLinks = Map<string, PeerMessage[]>

function ends(message: PeerMessage): readonly [from: number, to: number] {
  const { follower, leader } = message
  return message.is === 'fetch' ? [follower, leader] : [leader, follower]
}

const linkOf = (from: number, to: number): string => `${from}>${to}`

export function send(ctx: Context, message: PeerMessage): void {
  const [from, to] = ends(message)
  const kept = ctx.state.cutLinks.get(linkOf(from, to))
  if (kept !== undefined) kept.push(message)
  else ctx.arm(to, ctx.nowMs + ctx.state.config.peerLatencyMs, { why: 'peer', message })
}

/** Nothing gets from one broker to the other. What is on its way arrives. */
export function cutLink({ cutLinks }: ClusterState, from: number, to: number): void {
  if (!cutLinks.has(linkOf(from, to))) cutLinks.set(linkOf(from, to), [])
}

export function mendLink(ctx: Context, from: number, to: number): void {
  const kept = ctx.state.cutLinks.get(linkOf(from, to)) ?? []
  ctx.state.cutLinks.delete(linkOf(from, to))
  for (const message of kept) send(ctx, message)
}

/** A broker is down: what was kept for it or of it is lost. */
export function forgetMessages(state: ClusterState, broker: number): void {
  forgetKept(state, (message) => ends(message).includes(broker))
}

/** What a follower has asked for and nobody has heard yet is not asked. */
export function forgetFetches(state: ClusterState, follower: number): void {
  const isOfIt = (message: PeerMessage): boolean => message.is === 'fetch' && message.follower === follower
  for (const [timer, { fire }] of [...state.timers]) {
    if (fire.why === 'peer' && isOfIt(fire.message)) state.timers.delete(timer)
  }
  forgetKept(state, isOfIt)
}

function forgetKept({ cutLinks }: ClusterState, isForgotten: (message: PeerMessage) => boolean): void {
  for (const [link, kept] of cutLinks) {
    cutLinks.set(
      link,
      kept.filter((message) => !isForgotten(message)),
    )
  }
}
