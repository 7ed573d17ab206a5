/** Each invariant, shown to fire: a healthy group is broken in one place by hand. */
import { describe, expect, it } from 'vitest'
import { encodeAssignment } from '../../wire/group-protocol.ts'
import { noRole } from '../replication/replica.ts'
import { Player, rejoined, stable } from '../testing/group-player.ts'
import { Stage } from '../testing/group-stage.ts'
import { checkGroups } from './index.ts'
import { put } from './offsets.ts'
import type { Group, Member } from './state.ts'

function broken(
  breakIt: (group: Group, members: Member[], stage: Stage) => void,
  prepare?: (a: Player, b: Player) => void,
) {
  const stage = new Stage()
  const [a, b] = [new Player(stage, 'a'), new Player(stage, 'b', { instance: 'i-b' })]
  stable(stage, a, b)
  a.commit(5)
  prepare?.(a, b)
  expect(checkGroups(stage.state)).toEqual([])
  stage.checks = false
  breakIt(stage.group(), [...stage.group().members.values()], stage)
  return checkGroups(stage.state).join('\n')
}

const owning = (...partitions: number[]) =>
  encodeAssignment(0, { assignedPartitions: [{ topic: 'orders', partitions }] })

describe('checkGroups sees', () => {
  it('two owners of one partition', () => {
    const found = broken((_, [a, b]) => (b!.assignment = a!.assignment))
    expect(found).toContain('two own orders/0')
  })

  it('but not two owners that the leader itself named', () => {
    const stage = new Stage()
    const [a, b] = [new Player(stage, 'a'), new Player(stage, 'b')]
    stable(stage, a, b)
    rejoined(a, b)
    b.sync()
    a.sync(
      new Map([
        [a, [0]],
        [b, [0]],
      ]),
    )
    expect(checkGroups(stage.state)).toEqual([])
  })

  it('a generation that went back', () => {
    expect(broken((group) => group.generation--)).toContain('its generation was')
  })

  it('a cache that is not the log', () => {
    expect(broken((_, [a]) => (a!.assignment = owning(2)))).toContain('differs from its log')
    expect(broken((_, [a]) => (a!.sessionTimeoutMs = 1))).toContain('differs from its log')
    expect(broken((group, [, b]) => (group.leader = b!.memberId))).toContain('is not what its log says')
    expect(broken((_group, _members, stage) => stage.state.groupShards.get(0)!.groups.clear())).toContain(
      'only in the log',
    )
  })

  it('an offset that differs from the log, either way', () => {
    const commit = { offset: 9n, leaderEpoch: -1, metadata: '', committedAtMs: 0n, expiresAtMs: null, recordOffset: 0n }
    expect(broken((group) => put(group.offsets.committed, 'orders', 3, commit))).toContain(
      'the log has not orders/3 at 9',
    )
    expect(broken((group) => group.offsets.committed.clear())).toContain('only the log has orders/0 at 5')
  })

  it('an assignment that was told but not written', () => {
    const found = broken(
      (group) => (group.phase = 'Stable'),
      (a, b) => {
        const rejoin = a.join()
        b.join()
        a.learn(rejoin)
      },
    )
    expect(found).toContain('is not what its log says')
  })

  it('members that do not fit together', () => {
    expect(broken((group) => (group.leader = 'nobody'))).toContain('its leader nobody is no member')
    expect(broken((group) => group.instances.clear())).toContain('instance i-b is not')
    expect(broken((group) => group.instances.set('i-z', 'nobody'))).toContain('instance i-z has no member')
    expect(broken((group, [a]) => group.pending.set(a!.memberId, 1))).toContain('is pending and a member')
    expect(broken((_, [a]) => (a!.protocols = [{ name: 'other', metadata: new Uint8Array(0) }]))).toContain(
      'does not know range',
    )
    expect(broken((_, [a]) => (a!.memberId = 'b'))).toContain('is called b')
  })

  it('states that do not fit', () => {
    expect(broken((group) => (group.phase = 'Empty'))).toContain('is not empty')
    expect(broken((group) => (group.phase = 'Dead'))).toContain('is dead and still there')
    expect(broken((group) => (group.phase = 'PreparingRebalance'))).toContain('prepares a rebalance, or does not')
    expect(broken((group) => group.members.clear())).toContain('has no members')
  })

  it('someone who waits where nobody answers', () => {
    const join = (stage: Stage) => ({ request: stage.send('listGroups', {}).request, gone: false })
    expect(broken((_, [a], stage) => (a!.join = join(stage)))).toContain('waits for a join')
    expect(broken((_, [a], stage) => (a!.sync = join(stage)))).toContain('waits for a sync')
  })

  it('someone who is waited for, for ever', () => {
    expect(broken((_group, _members, stage) => stage.state.timers.clear())).toContain("can't expire")
    expect(broken((group) => group.pending.set('late', 0))).toContain('late is pending for ever')
    const rejoins = (a: Player) => void a.join()
    const found = broken((group, _members, stage) => stage.state.timers.delete(group.joining!.timer), rejoins)
    expect(found).toContain('its rebalance has no end')
    expect(broken((group, [a]) => group.pendingSync.add(a!.memberId))).toContain('waits for syncs for ever')
  })

  it('a coordinator that does not lead', () => {
    const found = broken((_group, _members, stage) => {
      stage.state.topics.get('__consumer_offsets')!.partitions[0]!.replicas[0]!.role = noRole
    })
    expect(found).toContain('broker 0 coordinates, and does not lead')
  })
})
