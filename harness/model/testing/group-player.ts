/** Members of groups that send what clients send, and what several of them do together. Tests only. */

import { type ErrorName, errorName } from '../../wire/error-codes.ts'
import { encodeAssignment, encodeSubscription } from '../../wire/group-protocol.ts'
import type { Sender, Sent, Stage } from './group-stage.ts'

export interface MemberOptions {
  readonly group?: string
  readonly instance?: string
  readonly protocols?: readonly string[]
  readonly topics?: readonly string[]
  readonly sessionTimeoutMs?: number
  readonly rebalanceTimeoutMs?: number
  readonly version?: number
}

/** A client as a member: it remembers what it was told. */
export class Player {
  memberId = ''
  generation = -1
  readonly stage: Stage
  readonly name: string
  readonly options: MemberOptions

  constructor(stage: Stage, name: string, options: MemberOptions = {}) {
    this.stage = stage
    this.name = name
    this.options = options
  }

  get groupId(): string {
    return this.options.group ?? 'g'
  }

  private get who() {
    const { groupId, memberId, options } = this
    return { groupId, memberId, groupInstanceId: options.instance ?? null }
  }

  /** One JoinGroup. Where it is told its id only, `rejoin` is what comes next. */
  join(options: MemberOptions = {}, sender: Sender = {}): Sent<'joinGroup'> {
    const all = { ...this.options, ...options }
    const metadata = Buffer.from(encodeSubscription(0, { topics: all.topics ?? ['orders'] }))
    const input = {
      ...this.who,
      sessionTimeoutMs: all.sessionTimeoutMs ?? 10_000,
      rebalanceTimeoutMs: all.rebalanceTimeoutMs ?? 60_000,
      protocolType: 'consumer',
      protocols: (all.protocols ?? ['range']).map((name) => ({ name, metadata })),
    }
    return this.stage.send('joinGroup', input, all.version, { clientId: this.name, ...sender })
  }

  /** Gets an id and joins with it, as clients do; the answer to the second request may wait. */
  enter(sender: Sender = {}): Sent<'joinGroup'> {
    const first = this.join({}, sender)
    if (errorOf(first) !== 'MEMBER_ID_REQUIRED') return first
    this.memberId = first.answer!.memberId
    return this.join({}, sender)
  }

  /** Takes over what the answer says. */
  learn(sent: Sent<'joinGroup'>): this {
    if (errorOf(sent) !== 'NONE') throw new Error(`${this.name} did not join: ${errorOf(sent)}`)
    this.memberId = sent.answer!.memberId
    this.generation = sent.answer!.generationId
    return this
  }

  /** `owners`: what the leader assigns, partitions of 'orders' by player. */
  sync(owners: ReadonlyMap<Player, readonly number[]> = new Map(), version?: number): Sent<'syncGroup'> {
    const assignments = [...owners].map(([{ memberId }, partitions]) => ({
      memberId,
      assignment: Buffer.from(encodeAssignment(0, { assignedPartitions: [{ topic: 'orders', partitions }] })),
    }))
    const more = (version ?? 0) >= 5 ? { protocolType: 'consumer', protocolName: 'range' } : {}
    const input = { ...this.who, generationId: this.generation, assignments, ...more }
    return this.stage.send('syncGroup', input, version, { clientId: this.name })
  }

  beat(): ErrorName {
    const { errorCode } = this.stage.ask('heartbeat', { ...this.who, generationId: this.generation })
    return errorName(errorCode)!
  }

  leave(): ErrorName {
    const { memberId, groupInstanceId } = this.who
    const { members } = this.stage.ask('leaveGroup', {
      groupId: this.groupId,
      members: [{ memberId, groupInstanceId }],
    })
    return errorName(members[0]!.errorCode)!
  }

  commit(offset: number, partition = 0, version = this.options.instance === undefined ? 5 : 7): ErrorName {
    const { generation: generationIdOrMemberEpoch } = this
    const partitions = [{ partitionIndex: partition, committedOffset: BigInt(offset), committedMetadata: null }]
    const input = { ...this.who, generationIdOrMemberEpoch, topics: [{ name: 'orders', partitions }] }
    const { topics } = this.stage.ask('offsetCommit', input, version)
    return errorName(topics[0]!.partitions[0]!.errorCode)!
  }
}

export function errorOf(sent: Sent<'joinGroup'> | Sent<'syncGroup'>): ErrorName | 'waits' {
  return sent.answer === undefined ? 'waits' : errorName(sent.answer.errorCode)!
}

/** These and nobody else, stable, the first leads; each owns the partition of its place. */
export function stable(stage: Stage, ...players: Player[]): void {
  const joins = players.map((player) => player.enter())
  stage.settle()
  // Who came after the first rebalance was over began another one.
  for (let round = 0; joins.some((join) => errorOf(join) === 'waits') && round < players.length; round++) {
    players.forEach((player, at) => {
      if (errorOf(joins[at]!) === 'waits') return
      player.learn(joins[at]!)
      joins[at] = player.join()
    })
    stage.settle()
  }
  for (const [at, player] of players.entries()) player.learn(joins[at]!)
  const [leader, ...followers] = players
  const owners = new Map(players.map((player, at) => [player, [at]] as const))
  const syncs = [...followers.map((player) => player.sync()), leader!.sync(owners)]
  for (const sync of syncs) if (errorOf(sync) !== 'NONE') throw new Error(`not stable: ${errorOf(sync)}`)
}

/** In the first generation, the first leads; nobody has synced. */
export function joined(stage: Stage, ...players: Player[]): void {
  const joins = players.map((player) => player.enter())
  stage.settle()
  for (const [at, player] of players.entries()) player.learn(joins[at]!)
}

/** The leader of a stable group begins the next generation, and the others follow; nobody has synced. */
export function rejoined(leader: Player, ...others: Player[]): void {
  const rejoin = leader.join()
  for (const other of others) other.learn(other.join())
  leader.learn(rejoin)
}
