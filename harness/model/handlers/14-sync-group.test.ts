/** What SyncGroup answers by version and by error; stories are in group.test.ts. */
import { describe, expect, it } from 'vitest'
import { noRole } from '../replication/replica.ts'
import { errorOf, joined, Player, stable } from '../testing/group-player.ts'
import { Stage } from '../testing/group-stage.ts'

describe('SyncGroup', () => {
  it('from version 5 names the protocol, and it must be the group’s', () => {
    const stage = new Stage()
    const a = new Player(stage, 'a')
    stable(stage, a)
    const { memberId, generation: generationId } = a
    const sync = (protocolType: string | null, protocolName: string | null) => {
      const input = { groupId: 'g', memberId, generationId, assignments: [], protocolType, protocolName }
      return stage.ask('syncGroup', input, 5)
    }
    expect(sync('consumer', 'range')).toMatchObject({ errorCode: 0, protocolType: 'consumer', protocolName: 'range' })
    const refused = [sync('consumer', 'sticky'), sync('connect', 'range'), sync(null, 'range'), sync('consumer', null)]
    for (const answer of refused)
      expect(answer).toMatchObject({ errorCode: 23, protocolType: null, protocolName: null })
  })

  it('does not wait for a group or a member that is not there', () => {
    const stage = new Stage()
    const a = new Player(stage, 'a')
    expect(errorOf(a.sync())).toBe('UNKNOWN_MEMBER_ID')
    stable(stage, new Player(stage, 'b'))
    expect(errorOf(a.sync())).toBe('UNKNOWN_MEMBER_ID')
  })

  it('tells the leader and all who wait when the assignment could not be written', () => {
    const stage = new Stage()
    const [a, b] = [new Player(stage, 'a'), new Player(stage, 'b')]
    joined(stage, a, b)
    const waiting = b.sync()
    stage.checks = false
    const replica = stage.state.topics.get('__consumer_offsets')!.partitions[0]!.replicas[0]!
    const { role } = replica
    replica.role = noRole
    const sync = a.sync(new Map([[a, [0]]]))
    replica.role = role
    expect([errorOf(waiting), errorOf(sync)]).toEqual(['NOT_COORDINATOR', 'NOT_COORDINATOR'])
    expect(stage.describe()).toBe('PreparingRebalance 1: a b')
    stage.checks = true
    stage.check('recovery')
  })
})
