/**
 * Replication as the rest of the model sees it.
 *
 *     replica     one copy, and its role        roles      what a broker does when it hears who leads
 *     leadership  what a leader knows, who waits progress   how far a follower is
 *     serving     the leader's side of a fetch  follower   the follower's side, and truncation
 *     isr         who is in sync                election   whom the controller lets lead
 *     read-replica  which follower a reader is sent to
 *     peers       messages between brokers, and links that are cut
 */
import { lookLater } from '../log-manager.ts'
import type { Context, TimerPurpose } from '../types.ts'
import { ask, leaderIsGone, takeAnswer } from './follower.ts'
import { shrink, shrinkLater, tryExpandAll } from './isr.ts'
import { awaitedTimeIsUp, settleAwaited } from './leadership.ts'
import type { PeerMessage } from './peers.ts'
import { type Replica, replicaOn } from './replica.ts'
import { letFollowersGo, onFetch, peerWaitIsOver } from './serving.ts'

export type ReplicationTimer = Extract<
  TimerPurpose,
  { readonly why: 'peer' | 'peer-wait' | 'fetch-again' | 'isr-looked-at' | 'in-sync-awaited' }
>

const reasons: ReadonlySet<TimerPurpose['why']> = new Set<ReplicationTimer['why']>([
  'peer',
  'peer-wait',
  'fetch-again',
  'isr-looked-at',
  'in-sync-awaited',
])

export function isOfReplication(purpose: TimerPurpose): purpose is ReplicationTimer {
  return reasons.has(purpose.why)
}

export function onReplicationTimer(ctx: Context, broker: number, purpose: ReplicationTimer): void {
  if (purpose.why === 'peer') arrives(ctx, purpose.message)
  else if (purpose.why === 'peer-wait') peerWaitIsOver(ctx, broker, purpose.follower)
  else if (purpose.why === 'fetch-again') ask(ctx, broker, purpose.leader)
  else {
    const partition = ctx.state.topics.get(purpose.topic)?.partitions[purpose.partition]
    const replica = partition && replicaOn(partition, broker)
    if (replica === undefined) return
    if (purpose.why === 'isr-looked-at') shrink(ctx, replica)
    else awaitedTimeIsUp(ctx, replica, purpose.awaited)
  }
}

function arrives(ctx: Context, message: PeerMessage): void {
  const { brokers } = ctx.state
  const { follower, leader } = message
  if (message.is === 'answer') takeAnswer(ctx, message)
  else if (brokers.get(leader)?.up !== true) leaderIsGone(ctx, follower, leader)
  else onFetch(ctx, message)
}

/** These copies have more, or show more, or have another role. */
export function onStirred(ctx: Context, stirred: readonly Replica[]): void {
  for (const replica of stirred) {
    lookLater(ctx, replica)
    if (replica.role.is !== 'leader') continue
    settleAwaited(ctx, replica)
    if (replica.role.is === 'leader') shrinkLater(ctx, replica, replica.role)
  }
  letFollowersGo(ctx, stirred)
}

/** The controller is back: what leaders could not ask it for. */
export function askController(ctx: Context): void {
  for (const { partitions } of ctx.state.topics.values()) {
    for (const { replicas } of partitions) {
      for (const replica of replicas) {
        const { role } = replica
        if (role.is !== 'leader') continue
        tryExpandAll(ctx, replica, role)
        shrink(ctx, replica)
      }
    }
  }
}
