/** Static members: KIP-345, and KIP-814 for the leader. */
import { describe, expect, it } from 'vitest'
import { decodeAssignment } from '../../wire/group-protocol.ts'
import { errorOf, Player, stable } from '../testing/group-player.ts'
import { Stage } from '../testing/group-stage.ts'

function two(): { stage: Stage; a: Player; b: Player } {
  const stage = new Stage()
  const a = new Player(stage, 'a', { instance: 'i-a', sessionTimeoutMs: 30_000 })
  const b = new Player(stage, 'b', { instance: 'i-b', sessionTimeoutMs: 30_000 })
  stable(stage, a, b)
  return { stage, a, b }
}

describe('a static member', () => {
  it('joins at once, under an id made of its instance id', () => {
    const stage = new Stage()
    const a = new Player(stage, 'a', { instance: 'i-a' })
    const join = a.join()
    stage.settle()
    expect(a.learn(join).memberId).toMatch(/^i-a-[0-9a-f]{8}-/)
  })

  it('restarts and is not rebalanced: a new id, the same generation, its old assignment', () => {
    const { stage, a, b } = two()
    const { generation } = b
    stage.phases()
    const again = new Player(stage, 'b', b.options)
    again.learn(again.join())
    expect(again.memberId).not.toBe(b.memberId)
    expect(again.generation).toBe(generation)
    const sync = again.sync()
    expect(decodeAssignment(sync.answer!.assignment).assignedPartitions).toEqual([{ topic: 'orders', partitions: [1] }])
    expect(a.beat()).toBe('NONE')
    expect(stage.phases()).toEqual([`Stable ${generation}`])
  })

  it('a second instance fences the first', () => {
    const { stage, b } = two()
    const second = new Player(stage, 'b', b.options)
    second.learn(second.join())
    expect(b.beat()).toBe('FENCED_INSTANCE_ID')
    expect(errorOf(b.sync())).toBe('FENCED_INSTANCE_ID')
    expect(errorOf(b.join())).toBe('FENCED_INSTANCE_ID')
    expect(b.commit(3, 1)).toBe('FENCED_INSTANCE_ID')
    expect(b.leave()).toBe('FENCED_INSTANCE_ID')
    expect(second.commit(4, 1)).toBe('NONE')
    expect(stage.committed(1)).toBe(4n)
  })

  it('who waits under the old id is fenced at once', () => {
    const { a, b, stage } = two()
    const waiting = a.join() // the leader: a rebalance, which waits for b
    const second = new Player(stage, 'a', a.options)
    const joins = second.join()
    expect(errorOf(waiting)).toBe('FENCED_INSTANCE_ID')
    expect(errorOf(joins)).toBe('waits')
    b.learn(b.join())
    second.learn(joins)
    expect(stage.group().leader).toBe(second.memberId)
  })

  it('one that comes back while the assignment is awaited begins a rebalance', () => {
    const stage = new Stage()
    const a = new Player(stage, 'a')
    const b = new Player(stage, 'b', { instance: 'i-b' })
    const joins = [a.enter(), b.join()]
    stage.settle()
    a.learn(joins[0]!)
    b.learn(joins[1]!)
    const waiting = b.sync()
    const again = new Player(stage, 'b', b.options)
    expect(errorOf(again.join())).toBe('waits')
    expect(errorOf(waiting)).toBe('FENCED_INSTANCE_ID')
    expect(a.beat()).toBe('REBALANCE_IN_PROGRESS')
  })

  it('stays through a rebalance that it misses, until its session is over', () => {
    const { stage, a } = two()
    const rejoin = a.join()
    stage.run(29_999)
    expect(errorOf(rejoin)).toBe('waits')
    stage.run(1) // its session of 30 s; before, the rebalance timeout of 60 s would have let it stay
    a.learn(rejoin)
    expect(stage.describe()).toBe(`CompletingRebalance ${a.generation}: a`)
  })

  it('one that misses it with a long session is in the new generation all the same, then out for not syncing', () => {
    const stage = new Stage()
    const a = new Player(stage, 'a', { rebalanceTimeoutMs: 5_000, sessionTimeoutMs: 8_000 })
    const b = new Player(stage, 'b', { instance: 'i-b', rebalanceTimeoutMs: 5_000, sessionTimeoutMs: 100_000 })
    stable(stage, a, b)
    const rejoin = a.join()
    stage.run(5_000)
    a.learn(rejoin)
    expect(rejoin.answer!.members.map(({ groupInstanceId }) => groupInstanceId)).toEqual([null, 'i-b'])
    a.sync(
      new Map([
        [a, [0]],
        [b, [1]],
      ]),
    )
    expect(stage.describe()).toBe(`Stable ${a.generation}: a b`)
    stage.run(5_000)
    expect(stage.describe()).toBe(`PreparingRebalance ${a.generation}: a`)
  })

  it('does not leave with its connection or its id: an operator removes it by instance', () => {
    const { stage, a } = two()
    const gone = stage.ask('leaveGroup', { groupId: 'g', members: [{ memberId: '', groupInstanceId: 'i-b' }] })
    expect(gone.members.map(({ errorCode }) => errorCode)).toEqual([0])
    expect(a.beat()).toBe('REBALANCE_IN_PROGRESS')
    const unknown = stage.ask('leaveGroup', { groupId: 'g', members: [{ memberId: '', groupInstanceId: 'i-b' }] })
    expect(unknown.members.map(({ errorCode }) => errorCode)).toEqual([25])
  })

  it('with other protocols, another of which would be chosen, does cost a rebalance', () => {
    const stage = new Stage()
    const a = new Player(stage, 'a', { instance: 'i-a', protocols: ['range'] })
    stable(stage, a)
    const again = new Player(stage, 'a', { instance: 'i-a', protocols: ['sticky', 'range'] })
    const join = again.join() // alone, so it is complete at once
    expect(join.answer!.generationId).toBe(2)
    expect(join.answer!.protocolName).toBe('sticky')
  })

  it('unknown instance, or known instance under another id', () => {
    const { stage, a } = two()
    const stranger = new Player(stage, 'x', { instance: 'i-x' })
    stranger.memberId = 'i-x-1'
    expect(errorOf(stranger.join())).toBe('UNKNOWN_MEMBER_ID')
    const impostor = new Player(stage, 'x', { instance: 'i-a' })
    impostor.memberId = 'i-a-1'
    impostor.generation = a.generation
    expect(impostor.beat()).toBe('FENCED_INSTANCE_ID')
  })
})

describe('a static leader that comes back to a stable group', () => {
  it('up to version 8 is told the old leader’s id, so that it does not assign', () => {
    const { stage, a } = two()
    const again = new Player(stage, 'a', a.options)
    const { answer } = again.join({ version: 8 })
    expect([answer!.leader, answer!.members, answer!.skipAssignment]).toEqual([a.memberId, [], false])
    expect(stage.group().leader).toBe(answer!.memberId)
  })

  it('from version 9 leads, and skips the assignment', () => {
    const { stage, a } = two()
    const again = new Player(stage, 'a', a.options)
    const { answer } = again.join({ version: 9 })
    expect([answer!.leader, answer!.members.length, answer!.skipAssignment]).toEqual([answer!.memberId, 2, true])
  })
})
