/**
 * Whatever members, operators and time do to a group: the invariants hold after every event (the stage checks them), what is answered
 * agrees with what the history was told, committed offsets are the last that were accepted, and once time has passed nobody waits.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeAssignment } from '../../wire/group-protocol.ts'
import { errorOf, Player } from '../testing/group-player.ts'
import { type Sent, Stage } from '../testing/group-stage.ts'
import { onTopicDeleted } from './index.ts'

const partitions = 4

/** What one member's process does. It may open another connection while its last request still waits. */
class Actor {
  player: Player
  /** What a well-behaved client would do next. */
  next: 'join' | 'sync' | 'beat' = 'join'
  waiting: Sent<'joinGroup'> | Sent<'syncGroup'> | undefined
  readonly stage: Stage
  readonly name: string
  readonly instance: string | undefined

  constructor(stage: Stage, name: string, instance?: string) {
    this.stage = stage
    this.name = name
    this.instance = instance
    this.player = this.begin()
  }

  private begin(): Player {
    const options = { sessionTimeoutMs: 8_000, rebalanceTimeoutMs: 20_000 }
    return new Player(
      this.stage,
      this.name,
      this.instance === undefined ? options : { ...options, instance: this.instance },
    )
  }

  /** Killed and started again: it knows nothing, its connection is gone. */
  restart(): void {
    if (this.waiting !== undefined) this.stage.close(this.waiting.request.connection)
    this.waiting = undefined
    this.next = 'join'
    this.player = this.begin()
  }

  join(variant: number): void {
    const topics = variant === 1 ? ['orders', 'other'] : ['orders']
    const protocols = variant === 2 ? ['sticky', 'range'] : ['range', 'sticky']
    const version = variant === 3 ? 3 : 9
    this.waiting = this.player.join({ topics, protocols, version: this.instance === undefined ? version : 9 })
  }

  sync(shares: Map<Player, number[]>): void {
    this.waiting = this.player.sync(shares)
  }

  beat(): void {
    if (this.player.beat() !== 'NONE') this.next = 'join'
  }

  /** Looks at what has been answered meanwhile, as a client's event loop would. */
  look(): void {
    const { waiting, player } = this
    if (waiting?.answer === undefined) return
    this.waiting = undefined
    const error = errorOf(waiting)
    this.next = 'join'
    if ('generationId' in waiting.answer) {
      if (error === 'MEMBER_ID_REQUIRED') player.memberId = waiting.answer.memberId
      if (error === 'NONE') {
        player.learn(waiting as Sent<'joinGroup'>)
        this.next = 'sync'
      }
    } else if (error === 'NONE') {
      checkTold(this.stage, player, waiting as Sent<'syncGroup'>)
      this.next = 'beat'
    }
    if (error === 'UNKNOWN_MEMBER_ID' || error === 'FENCED_INSTANCE_ID') this.player = this.begin()
  }
}

/** The member's assignment is the one that the history was told of, for its generation. */
function checkTold(stage: Stage, { memberId, generation }: Player, sync: Sent<'syncGroup'>): void {
  const told = stage.notes.findLast((note) => note.what === 'assignment' && note.generation === generation)
  if (told?.what !== 'assignment') throw new Error(`generation ${generation} was never assigned`)
  // A static member that came back has another id than the one that it was assigned under.
  const instance = stage.group().members.get(memberId)?.instanceId
  const named = ({ member }: { member: string }) =>
    member === memberId || (instance !== null && instance !== undefined && member.startsWith(instance))
  const owned = decodeAssignment(sync.answer!.assignment).assignedPartitions.flatMap((each) => each.partitions)
  expect(owned).toEqual(told.owners.filter(named).map(({ partition }) => partition))
}

const someone = fc.nat({ max: 4 })
const command = fc.oneof(
  { weight: 20, arbitrary: fc.record({ do: fc.constant('go' as const), who: someone }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('all-go' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('join' as const), who: someone, variant: fc.nat({ max: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('sync' as const), who: someone }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('beat' as const), who: someone }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('leave' as const), who: someone }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const), who: someone }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('commit' as const),
      who: someone,
      partition: fc.nat({ max: partitions - 1 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('run' as const), ms: fc.constantFrom(0, 1, 900, 7_000, 8_000, 20_000) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom('move' as const, 'delete-topic' as const, 'delete-group' as const) }),
  },
)
type Command = typeof command extends fc.Arbitrary<infer C> ? C : never

class World {
  readonly stage = new Stage({ offsetsRetentionMs: 1_000 * 60_000, offsetsCheckIntervalMs: 60_000, maxSize: 4 })
  readonly actors = [0, 1, 2].map((at) => new Actor(this.stage, `m${at}`))
  readonly committed = new Map<number, bigint>()
  private nextOffset = 1

  constructor() {
    for (const instance of ['i3', 'i4']) this.actors.push(new Actor(this.stage, instance, instance))
  }

  step(command: Command): void {
    for (const actor of this.actors) actor.look()
    if (!('who' in command)) {
      this.operate(command)
      return
    }
    const actor = this.actors[command.who]!
    const { player } = actor
    switch (command.do) {
      case 'go':
        this.go(actor)
        break
      case 'join':
        actor.join(command.variant)
        break
      case 'sync':
        actor.sync(this.shares())
        break
      case 'beat':
        actor.beat()
        break
      case 'leave':
        if (player.memberId !== '') player.leave()
        break
      case 'restart':
        actor.restart()
        break
      case 'commit': {
        const offset = this.nextOffset++
        if (player.commit(offset, command.partition) === 'NONE') this.committed.set(command.partition, BigInt(offset))
      }
    }
  }

  /** One step of a well-behaved client, which waits for its answer before it goes on. */
  private go(actor: Actor): void {
    actor.look()
    if (actor.waiting !== undefined) return
    if (actor.next === 'join') actor.join(0)
    else if (actor.next === 'sync') actor.sync(this.shares())
    else actor.beat()
  }

  /** Each partition to one member that is there. */
  private shares(): Map<Player, number[]> {
    const there = this.actors.filter(({ player }) => player.memberId !== '').map(({ player }) => player)
    const shares = new Map<Player, number[]>(there.map((player) => [player, []]))
    if (there.length > 0) for (let at = 0; at < partitions; at++) shares.get(there[at % there.length]!)!.push(at)
    return shares
  }

  private operate(command: Exclude<Command, { who: number }>): void {
    const { stage } = this
    switch (command.do) {
      case 'all-go':
        for (const actor of this.actors) this.go(actor)
        break
      case 'run':
        stage.run(command.ms)
        break
      case 'move':
        stage.move()
        break
      case 'delete-topic':
        onTopicDeleted(stage.context, 'orders')
        stage.check('delete-topic')
        this.committed.clear()
        break
      case 'delete-group': {
        const { results } = stage.ask('deleteGroups', { groupsNames: ['g'] })
        if (results[0]!.errorCode === 0) this.committed.clear()
      }
    }
  }

  checkCommitted(): void {
    for (let at = 0; at < partitions; at++) expect(this.stage.committed(at)).toBe(this.committed.get(at) ?? -1n)
  }

  /** All fall silent; then every timer has had its time. */
  rest(): void {
    this.stage.run(9 * 60_000)
    const group = this.stage.state.groupShards.get(0)!.groups.get('g')
    expect(group === undefined || (group.phase === 'Empty' && group.pending.size === 0)).toBe(true)
    for (const { player, waiting } of this.actors) {
      if (waiting === undefined || waiting.answer !== undefined) continue
      // Kafka never answers a SyncGroup whose member was removed by another connection's LeaveGroup.
      expect([player.memberId, 'assignments' in (waiting.request.body as object)]).toEqual([player.memberId, true])
    }
    this.stage.run(60_000)
  }
}

describe('any sequence', () => {
  it('keeps the invariants, the offsets and its word, and leaves nobody waiting', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 120, size: 'max' }), (commands) => {
        const world = new World()
        for (const each of commands) world.step(each)
        world.checkCommitted()
        world.rest()
        world.checkCommitted()
      }),
      { numRuns: 300, seed: 20_240_101 },
    )
  })

  it('comes to the same end when it runs again', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 60, size: 'max' }), (commands) => {
        const notes = () => {
          const world = new World()
          for (const each of commands) world.step(each)
          return JSON.stringify(world.stage.notes)
        }
        expect(notes()).toBe(notes())
      }),
      { numRuns: 50, seed: 20_240_102 },
    )
  })
})
