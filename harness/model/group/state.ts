/**
 * One group of the classic protocol, as plain data, and the moves between its five states.
 *
 * The facts are those of the Scala coordinator that Kafka 3.9 runs unless told otherwise (`kafka.coordinator.group`:
 * GroupMetadata, MemberMetadata), not of the one that 4.0 made the default.
 */

import type { Context, Request } from '../types.ts'
import type { OffsetCache } from './offsets.ts'

export type GroupPhase = 'Empty' | 'PreparingRebalance' | 'CompletingRebalance' | 'Stable' | 'Dead'

export interface Group {
  readonly groupId: string
  phase: GroupPhase
  /** When it came into its phase; null where only an old record of it was found. */
  sinceMs: bigint | null
  generation: number
  /** The highest generation since this coordinator has it: what the invariant compares with. */
  peakGeneration: number
  protocolType: string | null
  protocol: string | null
  leader: string | null
  /** In the order of arrival: Kafka's is that of a hash map, which nobody may rely on. */
  readonly members: Map<string, Member>
  /** Instance id → member id (KIP-345). */
  readonly instances: Map<string, string>
  /** Member ids that were given out and whose second JoinGroup has not come (KIP-394) → their timer. */
  readonly pending: Map<string, number>
  /** Members that know the new generation and have not synced. */
  readonly pendingSync: Set<string>
  /** The rebalance in preparation; null in every other phase. */
  joining: Joining | null
  /** How many rebalances were begun: a timer of an earlier one is stale. */
  rebalances: number
  syncTimer: number | null
  /** A member came while the first generation was being prepared, so its delay may be extended. */
  newMemberAdded: boolean
  /** Whether the log has it as it last became stable or empty; false before that, and where writing 'it is empty' failed. */
  stored: boolean
  /** The leader itself gave one partition to two members: not the coordinator's doing. */
  sharedByLeader: boolean
  readonly offsets: OffsetCache
}

export interface Joining {
  readonly timer: number
  /** The first rebalance of an empty group waits out its delay, even when all have joined; null for any other. */
  readonly initial: { readonly delayMs: number; readonly remainingMs: number } | null
}

export interface Member {
  /** Changes when a static member comes back. */
  memberId: string
  readonly instanceId: string | null
  readonly clientId: string
  readonly clientHost: string
  rebalanceTimeoutMs: number
  sessionTimeoutMs: number
  /** In the order of its preference. */
  protocols: readonly Protocol[]
  assignment: Uint8Array
  /** A JoinGroup that waits for the others. */
  join: Waiting | null
  /** A SyncGroup that waits for the leader's. */
  sync: Waiting | null
  /** Has not seen an answer to its first JoinGroup, so it can't send heartbeats. */
  isNew: boolean
  /** When it is taken for dead; null while nothing counts. */
  expiresAtMs: number | null
  /** Fires at `atMs`, which may be before `expiresAtMs`: then it is armed again (see sessions.ts). */
  timer: { readonly id: number; readonly atMs: number } | null
}

export interface Protocol {
  readonly name: string
  readonly metadata: Uint8Array
}

/** A request that is answered later. It still counts when its connection is gone; only the answer has nowhere to go. */
export interface Waiting {
  readonly request: Request
  gone: boolean
}

const before: Record<GroupPhase, readonly GroupPhase[]> = {
  Empty: ['PreparingRebalance'],
  PreparingRebalance: ['Stable', 'CompletingRebalance', 'Empty'],
  CompletingRebalance: ['PreparingRebalance'],
  Stable: ['CompletingRebalance'],
  Dead: ['Stable', 'PreparingRebalance', 'CompletingRebalance', 'Empty', 'Dead'],
}

export function newGroup(ctx: Context, groupId: string, offsets: OffsetCache): Group {
  return {
    groupId,
    phase: 'Empty',
    sinceMs: wallMs(ctx),
    generation: 0,
    peakGeneration: 0,
    protocolType: null,
    protocol: null,
    leader: null,
    members: new Map(),
    instances: new Map(),
    pending: new Map(),
    pendingSync: new Set(),
    joining: null,
    rebalances: 0,
    syncTimer: null,
    newMemberAdded: false,
    stored: false,
    sharedByLeader: false,
    offsets,
  }
}

export function canRebalance(group: Group): boolean {
  return before.PreparingRebalance.includes(group.phase)
}

export function moveTo(ctx: Context, group: Group, phase: GroupPhase): void {
  if (!before[phase].includes(group.phase)) {
    throw new Error(`group ${group.groupId} cannot go from ${group.phase} to ${phase}`)
  }
  group.phase = phase
  group.sinceMs = wallMs(ctx)
  noteGroup(ctx, group)
}

/** Tells the history what the group is now. */
export function noteGroup(ctx: Context, group: Group): void {
  const members = [...group.members.values()].map(({ memberId, clientId, instanceId }) =>
    instanceId === null
      ? { member: memberId, client: clientId }
      : { member: memberId, client: clientId, instance: instanceId },
  )
  ctx.note({ what: 'group', group: group.groupId, state: group.phase, generation: group.generation, members })
}

/** What the brokers' clock shows: what is written into records. */
export function wallMs(ctx: Context): bigint {
  return BigInt(ctx.state.config.epochMs + ctx.nowMs)
}

/** A decoded byte string is a view of its frame; what is kept is a copy. */
export function copyOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes)
}
