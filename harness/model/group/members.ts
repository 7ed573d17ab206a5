/** Who is in a group, what they can agree on, and who leads (Kafka's GroupMetadata without its states). */
import type { ErrorName } from '../../wire/error-codes.ts'
import type { Context } from '../types.ts'
import type { Group, Member, Protocol } from './state.ts'

/** `clientId-uuid`, or `instanceId-uuid` for a static member (GroupMetadata.generateMemberId). */
export function drawMemberId(ctx: Context, clientId: string, instanceId: string | null): string {
  return `${instanceId ?? clientId}-${randomUuid(ctx)}`
}

/** As `java.util.UUID.randomUUID().toString()` writes it: version 4, variant 2. */
function randomUuid(ctx: Context): string {
  const bytes = Uint8Array.from(ctx.draws.bytes('member-id', 16))
  bytes[6] = (bytes[6]! & 0x0f) | 0x40
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

export function addMember(group: Group, member: Member, protocolType: string): void {
  if (group.members.size === 0) group.protocolType = protocolType
  group.leader ??= member.memberId
  group.members.set(member.memberId, member)
  if (member.instanceId !== null) group.instances.set(member.instanceId, member.memberId)
  group.pending.delete(member.memberId)
}

/** Forgets the id everywhere, also where it is only pending. If it led, the first of the others leads. */
export function dropMember(group: Group, memberId: string): void {
  const member = group.members.get(memberId)
  group.members.delete(memberId)
  if (member !== undefined && member.instanceId !== null) group.instances.delete(member.instanceId)
  if (group.leader === memberId) group.leader = firstOf(group)?.memberId ?? null
  group.pending.delete(memberId)
  group.pendingSync.delete(memberId)
}

/** The same static member under its new id; it keeps client id, host and assignment, and the lead if it had it. */
export function renameMember(group: Group, member: Member, memberId: string): void {
  group.members.delete(member.memberId)
  if (group.leader === member.memberId) group.leader = memberId
  // pendingSync keeps the old id, as in GroupMetadata.replaceStaticMember: a static member that comes back to a stable group
  // without having synced costs that group a rebalance when the time to sync is over.
  member.memberId = memberId
  group.members.set(memberId, member)
  group.instances.set(member.instanceId!, memberId)
}

function firstOf(group: Group): Member | undefined {
  for (const member of group.members.values()) return member
  return undefined
}

export function awaitingJoin(group: Group): number {
  let waiting = 0
  for (const member of group.members.values()) if (member.join !== null) waiting++
  return waiting
}

export function allJoined(group: Group): boolean {
  return group.pending.size === 0 && awaitingJoin(group) === group.members.size
}

/** A leader that has not rejoined hands the lead to one that has. False: nobody has (or there is nobody). */
export function electJoinedLeader(group: Group): boolean {
  const leader = group.leader === null ? undefined : group.members.get(group.leader)
  if (leader === undefined) return false
  if (leader.join !== null) return true
  for (const member of group.members.values()) {
    if (member.join === null) continue
    group.leader = member.memberId
    return true
  }
  return false
}

/** The slowest member's: what a rebalance waits at most. */
export function rebalanceTimeoutMs(group: Group): number {
  let most = 0
  for (const member of group.members.values()) most = Math.max(most, member.rebalanceTimeoutMs)
  return most
}

/** Whether a member with these protocols can join: of the group's type, and with one that all others know too. */
export function supports(group: Group, protocolType: string, protocols: readonly Protocol[]): boolean {
  if (group.phase === 'Empty') return protocolType !== '' && protocols.length > 0
  return (
    group.protocolType === protocolType && protocols.some(({ name }) => supporters(group, name) === group.members.size)
  )
}

function supporters(group: Group, protocol: string): number {
  let count = 0
  for (const { protocols } of group.members.values()) if (protocols.some(({ name }) => name === protocol)) count++
  return count
}

/** Each votes for the first of its protocols that all know; most votes win. Kafka breaks ties by hash order, this by age. */
export function selectProtocol(group: Group): string {
  const votes = new Map<string, number>()
  for (const member of group.members.values()) {
    const vote = member.protocols.find(({ name }) => supporters(group, name) === group.members.size)
    if (vote === undefined) throw new Error(`group ${group.groupId} has no protocol that all members know`)
    votes.set(vote.name, (votes.get(vote.name) ?? 0) + 1)
  }
  let winner: [string, number] | undefined
  for (const entry of votes) if (winner === undefined || entry[1] > winner[1]) winner = entry
  if (winner === undefined) throw new Error(`group ${group.groupId} is empty: there is no protocol to select`)
  return winner[0]
}

export function metadataFor(member: Member, protocol: string | null): Uint8Array {
  return member.protocols.find(({ name }) => name === protocol)?.metadata ?? new Uint8Array(0)
}

/** Same protocols in the same order with the same bytes: then a rejoin changes nothing. */
export function sameProtocols(one: readonly Protocol[], other: readonly Protocol[]): boolean {
  return (
    one.length === other.length &&
    one.every(({ name, metadata }, at) => other[at]!.name === name && sameBytes(metadata, other[at]!.metadata))
  )
}

export function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at])
}

/** An instance id must be known and belong to this member id; the member id must be in the group (pending is not in). */
export function refusal(group: Group, memberId: string, instanceId: string | null): ErrorName | null {
  if (instanceId !== null) {
    const owner = group.instances.get(instanceId)
    if (owner === undefined) return 'UNKNOWN_MEMBER_ID'
    if (owner !== memberId) return 'FENCED_INSTANCE_ID'
  }
  return group.members.has(memberId) ? null : 'UNKNOWN_MEMBER_ID'
}
