import { describe, expect, it } from 'vitest'
import { decodeAssignment, decodeSubscription } from '../../wire/group-protocol.ts'
import { Player, stable } from '../testing/group-player.ts'
import { Stage } from '../testing/group-stage.ts'

describe('DescribeGroups', () => {
  it('tells all of a stable group', () => {
    const stage = new Stage()
    const a = new Player(stage, 'a', { instance: 'i-a' })
    stable(stage, a)
    const [group] = stage.ask('describeGroups', { groups: ['g'] }).groups
    const { members, ...rest } = group!
    expect(rest).toMatchObject({ groupState: 'Stable', protocolType: 'consumer', protocolData: 'range', errorCode: 0 })
    const { memberMetadata, memberAssignment, ...member } = members[0]!
    expect(member).toEqual({ memberId: a.memberId, groupInstanceId: 'i-a', clientId: 'a', clientHost: '/10.0.0.7' })
    expect(decodeSubscription(memberMetadata).topics).toEqual(['orders'])
    expect(decodeAssignment(memberAssignment).assignedPartitions).toEqual([{ topic: 'orders', partitions: [0] }])
  })

  it('of any other state tells neither protocol nor assignment', () => {
    const stage = new Stage()
    const [a, b] = [new Player(stage, 'a'), new Player(stage, 'b')]
    stable(stage, a, b)
    a.join()
    const [group] = stage.ask('describeGroups', { groups: ['g'] }).groups
    expect(group).toMatchObject({ groupState: 'PreparingRebalance', protocolType: 'consumer', protocolData: '' })
    expect(group!.members.map((each) => each.memberMetadata.length + each.memberAssignment.length)).toEqual([0, 0])
  })

  it('a group that is not there is dead; operations are told to whoever asks', () => {
    const stage = new Stage()
    const input = { groups: ['none'], includeAuthorizedOperations: true }
    expect(stage.ask('describeGroups', input).groups[0]).toMatchObject({
      groupState: 'Dead',
      authorizedOperations: 328,
    })
    const { groups } = stage.ask('describeGroups', { groups: ['none'] }, 2)
    expect(groups[0]).toMatchObject({ groupState: 'Dead', errorCode: 0, authorizedOperations: -2147483648 })
  })
})
