import { describe, expect, it } from 'vitest'
import { errorName } from '../../wire/error-codes.ts'
import { Player, stable } from '../testing/group-player.ts'
import { Stage } from '../testing/group-stage.ts'

describe('DeleteGroups', () => {
  it('takes empty groups with their offsets, for good', () => {
    const stage = new Stage()
    const a = new Player(stage, 'a')
    stable(stage, a)
    a.commit(5)
    new Player(stage, 's', { group: 'simple' }).commit(6)
    const remove = () =>
      stage
        .ask('deleteGroups', { groupsNames: ['g', 'simple', 'none', 'none'] })
        .results.map(({ groupId, errorCode }) => `${groupId} ${errorName(errorCode)}`)
    expect(remove()).toEqual(['g NON_EMPTY_GROUP', 'simple NONE', 'none GROUP_ID_NOT_FOUND'])
    a.leave()
    expect(remove()).toEqual(['g NONE', 'simple GROUP_ID_NOT_FOUND', 'none GROUP_ID_NOT_FOUND'])
    stage.move()
    expect([stage.committed(), stage.committed(0, 'orders', 'simple')]).toEqual([-1n, -1n])
    expect(stage.phases()).toContain('Dead 2')
  })
})
