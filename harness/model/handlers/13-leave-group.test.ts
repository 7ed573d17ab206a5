import { describe, expect, it } from 'vitest'
import { Player, stable } from '../testing/group-player.ts'
import { Stage } from '../testing/group-stage.ts'

describe('LeaveGroup', () => {
  it('up to version 2 is about one member, with its error at the top', () => {
    const stage = new Stage()
    const a = new Player(stage, 'a')
    stable(stage, a)
    expect(stage.ask('leaveGroup', { groupId: 'g', memberId: 'a-1' }, 2).errorCode).toBe(25)
    expect(stage.ask('leaveGroup', { groupId: 'g', memberId: a.memberId }, 2).errorCode).toBe(0)
    expect(stage.describe()).toBe('Empty 2')
    expect(stage.ask('leaveGroup', { groupId: 'none', memberId: a.memberId }, 2).errorCode).toBe(25)
  })

  it('from version 3 takes several, with an error each', () => {
    const stage = new Stage()
    const [a, b] = [new Player(stage, 'a'), new Player(stage, 'b', { instance: 'i-b' })]
    stable(stage, a, b)
    const members = [{ memberId: 'x' }, { memberId: a.memberId }, { memberId: 'x', groupInstanceId: 'i-b' }]
    const answer = stage.ask('leaveGroup', { groupId: 'g', members }, 5)
    expect(answer.errorCode).toBe(0)
    expect(answer.members.map(({ errorCode }) => errorCode)).toEqual([25, 0, 82])
    expect(stage.ask('leaveGroup', { groupId: 'none', members }).members.map(({ errorCode }) => errorCode)).toEqual([
      25, 25, 25,
    ])
  })
})
