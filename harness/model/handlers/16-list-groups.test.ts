import { describe, expect, it } from 'vitest'
import { Player, stable } from '../testing/group-player.ts'
import { Stage } from '../testing/group-stage.ts'

describe('ListGroups', () => {
  const stage = new Stage()
  stable(stage, new Player(stage, 'a'))
  new Player(stage, 'b', { group: 'simple' }).commit(1)
  const list = (input: { statesFilter?: string[]; typesFilter?: string[] }, version = 5) =>
    stage.ask('listGroups', input, version).groups.map(({ groupId }) => groupId)

  it('tells the groups of this broker', () => {
    expect(stage.ask('listGroups', {}, 5).groups).toEqual([
      { groupId: 'g', protocolType: 'consumer', groupState: 'Stable', groupType: 'classic' },
      { groupId: 'simple', protocolType: '', groupState: 'Empty', groupType: 'classic' },
    ])
    expect(list({}, 0)).toEqual(['g', 'simple'])
  })

  it('filters by state in any case of letters, and by type', () => {
    expect(list({ statesFilter: ['stable'] }, 4)).toEqual(['g'])
    expect(list({ statesFilter: ['EMPTY', 'Dead'] })).toEqual(['simple'])
    expect(list({ typesFilter: ['Classic'] })).toEqual(['g', 'simple'])
    expect(list({ typesFilter: ['consumer'] })).toEqual([])
  })
})
