import { describe, expect, it } from 'vitest'
import { decodeAssignment } from '../../wire/group-protocol.ts'
import { errorOf, joined, Player, rejoined, stable } from '../testing/group-player.ts'
import { type Sent, Stage } from '../testing/group-stage.ts'

const owns = (sync: Sent<'syncGroup'>): number[] =>
  decodeAssignment(sync.answer!.assignment).assignedPartitions.flatMap(({ partitions }) => partitions)

describe('a group lives', () => {
  it('two members join, sync and get what the leader says', () => {
    const stage = new Stage()
    const [a, b] = [new Player(stage, 'a'), new Player(stage, 'b')]
    const joins = [a.enter(), b.enter()]
    expect(joins.map(errorOf)).toEqual(['waits', 'waits'])
    stage.settle() // the initial delay, 0 ms
    a.learn(joins[0]!)
    b.learn(joins[1]!)
    expect(joins.map(({ answer }) => [answer!.generationId, answer!.leader, answer!.members.length])).toEqual([
      [1, a.memberId, 2],
      [1, a.memberId, 0],
    ])
    const follower = b.sync()
    expect(errorOf(follower)).toBe('waits')
    expect(a.beat()).toBe('NONE')
    const leader = a.sync(
      new Map([
        [a, [0, 1]],
        [b, [2, 3]],
      ]),
    )
    expect([owns(leader), owns(follower)]).toEqual([
      [0, 1],
      [2, 3],
    ])
    expect(stage.describe()).toBe('Stable 1: a b')
    expect(stage.notes.find(({ what }) => what === 'assignment')).toEqual({
      what: 'assignment',
      group: 'g',
      generation: 1,
      owners: [0, 1, 2, 3].map((partition) => ({
        member: partition < 2 ? a.memberId : b.memberId,
        topic: 'orders',
        partition,
      })),
    })
    expect(stage.phases()).toEqual(['PreparingRebalance 0', 'CompletingRebalance 1', 'Stable 1'])
  })

  it('member ids look like Kafka’s', () => {
    const stage = new Stage()
    const a = new Player(stage, 'app')
    a.enter()
    expect(a.memberId).toMatch(/^app-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })

  it('one leaves: the others learn by heartbeat, rejoin, and the next generation is theirs', () => {
    const stage = new Stage()
    const [a, b] = [new Player(stage, 'a'), new Player(stage, 'b')]
    stable(stage, a, b)
    expect(b.leave()).toBe('NONE')
    expect(a.beat()).toBe('REBALANCE_IN_PROGRESS')
    a.learn(a.join())
    expect(errorOf(a.sync(new Map([[a, [0, 1, 2, 3]]])))).toBe('NONE')
    expect(stage.describe()).toBe(`Stable ${a.generation}: a`)
    expect(b.beat()).toBe('UNKNOWN_MEMBER_ID')
  })

  it('the last one leaves: empty at once, in the next generation, and nobody leads', () => {
    const stage = new Stage()
    const a = new Player(stage, 'a')
    stable(stage, a)
    expect(a.leave()).toBe('NONE')
    expect(stage.describe()).toBe('Empty 2')
    expect(stage.group().leader).toBeNull()
    // And again: the group goes on counting.
    const b = new Player(stage, 'b')
    stable(stage, b)
    expect(stage.describe()).toBe('Stable 3: b')
  })

  it('a member that falls silent is out after its session, not before', () => {
    const stage = new Stage()
    const [a, b] = [new Player(stage, 'a'), new Player(stage, 'b')]
    stable(stage, a, b) // sessions of 10 s start here
    stage.run(9_999)
    expect(a.beat()).toBe('NONE')
    expect(stage.phases().at(-1)).toBe(`Stable ${a.generation}`)
    stage.run(1)
    expect(stage.describe()).toBe(`PreparingRebalance ${a.generation}: a`)
    expect(a.beat()).toBe('REBALANCE_IN_PROGRESS')
    expect(errorOf(a.join())).toBe('NONE')
  })

  it('heartbeats keep a session alive for ever, and cost no timer each', () => {
    const stage = new Stage()
    const a = new Player(stage, 'a')
    stable(stage, a)
    const before = stage.state.nextTimerId
    for (let beat = 0; beat < 1000; beat++) {
      stage.run(3_000)
      expect(a.beat()).toBe('NONE')
    }
    // 3,000 s of sessions of 10 s, the timer firing up to 3 s early: at most 1 per 7 s.
    expect(stage.state.nextTimerId - before).toBeLessThan(450)
  })
})

describe('who is not there', () => {
  it('a dynamic member that does not rejoin in time is out; the rest go on without it', () => {
    const stage = new Stage()
    const [a, b] = [new Player(stage, 'a'), new Player(stage, 'b', { sessionTimeoutMs: 100_000 })]
    stable(stage, a, b)
    const rejoin = a.join() // the leader: begins a rebalance
    expect(errorOf(rejoin)).toBe('waits')
    stage.run(59_999)
    expect(errorOf(rejoin)).toBe('waits')
    stage.run(1) // the rebalance timeout of 60 s
    a.learn(rejoin)
    expect(rejoin.answer!.members.map(({ memberId }) => memberId)).toEqual([a.memberId])
    expect(b.beat()).toBe('UNKNOWN_MEMBER_ID')
  })

  it('an id that was given out holds up a rebalance until it expires', () => {
    const stage = new Stage()
    const [a, late] = [new Player(stage, 'a'), new Player(stage, 'late')]
    stable(stage, a)
    late.join() // gets its id and never comes back
    const rejoin = a.join()
    stage.run(9_999)
    expect(errorOf(rejoin)).toBe('waits')
    stage.run(1) // its session of 10 s
    a.learn(rejoin)
    expect(a.generation).toBe(2)
    late.memberId = 'late-00000000'
    expect(errorOf(late.join())).toBe('UNKNOWN_MEMBER_ID')
  })

  it('a pending id can leave, and is not yet a member', () => {
    const stage = new Stage()
    const [a, late] = [new Player(stage, 'a'), new Player(stage, 'late')]
    stable(stage, a)
    late.memberId = late.join().answer!.memberId
    late.generation = 1
    expect(late.beat()).toBe('UNKNOWN_MEMBER_ID')
    const rejoin = a.join()
    expect(errorOf(rejoin)).toBe('waits')
    expect(late.leave()).toBe('NONE')
    expect(errorOf(rejoin)).toBe('NONE')
  })

  it('a sync that never comes: out after the rebalance timeout, though the others are stable', () => {
    const stage = new Stage()
    const [a, b] = [new Player(stage, 'a'), new Player(stage, 'b', { sessionTimeoutMs: 100_000 })]
    joined(stage, a, b)
    expect(
      errorOf(
        a.sync(
          new Map([
            [a, [0]],
            [b, [1]],
          ]),
        ),
      ),
    ).toBe('NONE')
    expect(stage.describe()).toBe('Stable 1: a b')
    for (let beat = 0; beat < 6; beat++) {
      stage.run(9_999)
      expect(a.beat()).toBe('NONE')
    }
    stage.run(6)
    expect(stage.describe()).toBe('PreparingRebalance 1: a')
    expect(b.beat()).toBe('UNKNOWN_MEMBER_ID')
  })

  it('the leader dies before it assigns: who waits is told to rejoin', () => {
    const stage = new Stage()
    const [a, b] = [new Player(stage, 'a'), new Player(stage, 'b')]
    joined(stage, a, b)
    const waiting = b.sync()
    stage.run(10_000) // a's session; b's is not counted while it waits
    expect(errorOf(waiting)).toBe('REBALANCE_IN_PROGRESS')
    b.learn(b.join())
    expect(stage.group().leader).toBe(b.memberId)
  })

  it('whoever waited for the leader longer than its session gets a new one', () => {
    const stage = new Stage()
    const [a, b] = [new Player(stage, 'a', { sessionTimeoutMs: 50_000 }), new Player(stage, 'b')]
    joined(stage, a, b)
    const waiting = b.sync()
    stage.run(40_000)
    a.sync(
      new Map([
        [a, [0]],
        [b, [1]],
      ]),
    )
    expect(errorOf(waiting)).toBe('NONE')
    stage.run(9_999)
    expect(b.beat()).toBe('NONE')
    stage.run(10_000)
    expect(b.beat()).toBe('UNKNOWN_MEMBER_ID')
  })

  it('a new member whose connection is gone counts as joined for 5 minutes, then is out', () => {
    const stage = new Stage()
    const [a, b] = [new Player(stage, 'a', { rebalanceTimeoutMs: 600_000 }), new Player(stage, 'b')]
    stable(stage, a)
    const lost = b.enter({ connection: 7 })
    expect(errorOf(lost)).toBe('waits')
    stage.close(7)
    a.learn(a.join())
    expect(stage.describe()).toBe('CompletingRebalance 2: a b')
    expect(lost.answer).toBeUndefined()
    stage.run(10_000) // learnt nothing, so its session is over soon
    expect(stage.group().members.size).toBe(0)
  })

  it('a new member waits for its whole 5 minutes if the others take longer', () => {
    const stage = new Stage()
    const a = new Player(stage, 'a', { rebalanceTimeoutMs: 600_000, sessionTimeoutMs: 1_000_000 })
    const b = new Player(stage, 'b')
    stable(stage, a)
    const waiting = b.enter()
    stage.run(299_999)
    expect(errorOf(waiting)).toBe('waits')
    stage.run(1)
    expect(errorOf(waiting)).toBe('UNKNOWN_MEMBER_ID')
  })
})

describe('generations fence', () => {
  it('an old generation can neither beat, sync nor commit', () => {
    const stage = new Stage()
    const a = new Player(stage, 'a')
    stable(stage, a)
    expect(a.commit(5)).toBe('NONE')
    a.generation = 0
    expect(a.beat()).toBe('ILLEGAL_GENERATION')
    expect(errorOf(a.sync())).toBe('ILLEGAL_GENERATION')
    expect(a.commit(6)).toBe('ILLEGAL_GENERATION')
    expect(stage.committed()).toBe(5n)
    expect(stage.notes.at(-1)).toEqual({
      what: 'refused',
      api: 'OffsetCommit',
      error: 'ILLEGAL_GENERATION',
      topic: 'orders',
      partition: 0,
    })
  })

  it('commits pass while a rebalance is prepared, and not while the assignment is awaited', () => {
    const stage = new Stage()
    const [a, b] = [new Player(stage, 'a'), new Player(stage, 'b')]
    stable(stage, a, b)
    const rejoin = a.join()
    expect(b.beat()).toBe('REBALANCE_IN_PROGRESS')
    expect(b.commit(7)).toBe('NONE')
    b.learn(b.join())
    a.learn(rejoin)
    expect(b.commit(8)).toBe('REBALANCE_IN_PROGRESS')
    expect(stage.committed()).toBe(7n)
  })

  it('a zombie that was replaced is unknown, and its commit is refused', () => {
    const stage = new Stage()
    const [a, b] = [new Player(stage, 'a'), new Player(stage, 'b')]
    stable(stage, a)
    stage.run(10_000)
    expect(stage.describe()).toBe('Empty 2')
    stable(stage, b)
    expect(b.commit(9)).toBe('NONE')
    expect(a.commit(1)).toBe('UNKNOWN_MEMBER_ID')
    expect(a.beat()).toBe('UNKNOWN_MEMBER_ID')
    expect(stage.committed()).toBe(9n)
  })
})

describe('rejoining', () => {
  it('a follower with the same metadata gets the generation it has; with other metadata it begins a rebalance', () => {
    const stage = new Stage()
    const [a, b] = [new Player(stage, 'a'), new Player(stage, 'b')]
    stable(stage, a, b)
    const { generation } = a
    const same = b.join()
    expect([errorOf(same), same.answer!.generationId, same.answer!.members]).toEqual(['NONE', generation, []])
    expect(stage.describe()).toBe(`Stable ${generation}: a b`)
    expect(errorOf(b.join({ topics: ['orders', 'invoices'] }))).toBe('waits')
    expect(stage.describe()).toBe(`PreparingRebalance ${generation}: a b`)
  })

  it('the leader of a stable group always begins one', () => {
    const stage = new Stage()
    const [a, b] = [new Player(stage, 'a'), new Player(stage, 'b')]
    stable(stage, a, b)
    expect(errorOf(a.join())).toBe('waits')
    expect(b.beat()).toBe('REBALANCE_IN_PROGRESS')
  })

  it('whoever missed the answer gets it again, the leader with the members', () => {
    const stage = new Stage()
    const [a, b] = [new Player(stage, 'a'), new Player(stage, 'b')]
    joined(stage, a, b)
    expect(a.join().answer!.members).toHaveLength(2)
    expect(b.join().answer!.generationId).toBe(1)
    expect(stage.describe()).toBe('CompletingRebalance 1: a b')
  })

  it('a changed mind before the assignment: who waits is told to rejoin', () => {
    const stage = new Stage()
    const [a, b] = [new Player(stage, 'a'), new Player(stage, 'b')]
    joined(stage, a, b)
    const waiting = b.sync()
    expect(errorOf(a.join({ topics: ['invoices'] }))).toBe('waits')
    expect(errorOf(waiting)).toBe('REBALANCE_IN_PROGRESS')
  })

  it('a member that the leader forgot owns nothing', () => {
    const stage = new Stage()
    const [a, b] = [new Player(stage, 'a'), new Player(stage, 'b')]
    stable(stage, a, b)
    rejoined(a, b)
    const waiting = b.sync()
    a.sync(new Map([[a, [0]]]))
    expect([errorOf(waiting), owns(waiting)]).toEqual(['NONE', []])
  })
})

describe('the first rebalance', () => {
  it('waits out its delay, and once more for each delay in which members came, up to the rebalance timeout', () => {
    const stage = new Stage({ initialRebalanceDelayMs: 3_000 })
    const a = new Player(stage, 'a', { rebalanceTimeoutMs: 7_000 })
    const first = a.enter()
    stage.run(2_000)
    const second = new Player(stage, 'b', { rebalanceTimeoutMs: 7_000 }).enter()
    stage.run(1_000) // 3 s: someone came, so 3 s more; 4 of 7 remain
    expect(errorOf(first)).toBe('waits')
    stage.run(1_000)
    const third = new Player(stage, 'c').enter()
    stage.run(2_000) // 6 s: someone came, so 3 s more; 1 remains
    expect(errorOf(third)).toBe('waits')
    stage.run(500)
    const fourth = new Player(stage, 'd').enter()
    stage.run(499)
    expect(errorOf(fourth)).toBe('waits')
    stage.run(1) // 7 s: nothing remains, whoever came
    expect([first, second, third, fourth].map(errorOf)).toEqual(['NONE', 'NONE', 'NONE', 'NONE'])
  })

  it('of a group that was empty before does not wait for more than one delay', () => {
    const stage = new Stage({ initialRebalanceDelayMs: 3_000 })
    const a = new Player(stage, 'a')
    const first = a.enter()
    stage.run(3_000)
    a.learn(first)
    a.sync(new Map([[a, [0]]]))
    a.leave()
    const again = new Player(stage, 'b').enter()
    stage.run(2_999)
    const other = new Player(stage, 'c').enter()
    expect(errorOf(again)).toBe('waits')
    stage.run(1)
    expect([again, other].map(errorOf)).toEqual(['NONE', 'NONE'])
  })
})
