import { describe, expect, it } from 'vitest'
import { Player } from '../testing/group-player.ts'
import { Stage } from '../testing/group-stage.ts'

function committed(): Stage {
  const stage = new Stage()
  const a = new Player(stage, 'a')
  a.commit(5, 0)
  const partition = { partitionIndex: 2, committedOffset: 7n, committedLeaderEpoch: 3, committedMetadata: 'note' }
  stage.ask('offsetCommit', { groupId: 'g', topics: [{ name: 'orders', partitions: [partition] }] }, 6)
  return stage
}

const none = { committedOffset: -1n, committedLeaderEpoch: -1, metadata: '', errorCode: 0 }

describe('OffsetFetch', () => {
  it('tells what was committed, and -1 for what was not', () => {
    const { topics, errorCode } = committed().ask(
      'offsetFetch',
      {
        groupId: 'g',
        topics: [
          { name: 'orders', partitionIndexes: [2, 1] },
          { name: 'nothing', partitionIndexes: [0] },
        ],
      },
      5,
    )
    expect(errorCode).toBe(0)
    expect(topics).toEqual([
      {
        name: 'orders',
        partitions: [
          { partitionIndex: 2, committedOffset: 7n, committedLeaderEpoch: 3, metadata: 'note', errorCode: 0 },
          { partitionIndex: 1, ...none },
        ],
      },
      { name: 'nothing', partitions: [{ partitionIndex: 0, ...none }] },
    ])
  })

  it('without topics: all that have a commit', () => {
    const { topics } = committed().ask('offsetFetch', { groupId: 'g', topics: null }, 2)
    expect(topics.map(({ name, partitions }) => [name, partitions.map((each) => each.committedOffset)])).toEqual([
      ['orders', [5n, 7n]],
    ])
    expect(committed().ask('offsetFetch', { groupId: 'nobody', topics: null }, 2).topics).toEqual([])
  })

  it('of several groups, from version 8', () => {
    const topics = [{ name: 'orders', partitionIndexes: [0] }]
    const { groups } = committed().ask(
      'offsetFetch',
      {
        groups: [
          { groupId: 'g', topics: null },
          { groupId: 'h', topics },
        ],
      },
      8,
    )
    expect(groups.map(({ groupId, errorCode }) => [groupId, errorCode])).toEqual([
      ['g', 0],
      ['h', 0],
    ])
    expect(groups[1]!.topics[0]!.partitions).toEqual([{ partitionIndex: 0, ...none }])
  })

  it('puts the error where the version has room for it', () => {
    const stage = committed()
    const input = { groupId: 'g', topics: [{ name: 'orders', partitionIndexes: [0] }] }
    const wrong = { broker: 1 }
    const twice = { groupId: 'g', topics: [{ name: 'orders', partitionIndexes: [0, 0] }] }
    const blamed = { ...none, partitionIndex: 0, errorCode: 16 }
    expect(stage.ask('offsetFetch', twice, 1, wrong)).toMatchObject({ topics: [{ partitions: [blamed, blamed] }] })
    expect(stage.ask('offsetFetch', input, 2, wrong)).toMatchObject({ errorCode: 16, topics: [] })
    const { groups } = stage.ask('offsetFetch', { groups: [{ groupId: 'g', topics: null }] }, 9, wrong)
    expect(groups).toEqual([{ groupId: 'g', topics: [], errorCode: 16 }])
  })

  it('version 0 has no home since ZooKeeper is gone', () => {
    const input = { groupId: 'g', topics: [{ name: 'orders', partitionIndexes: [0, 0] }] }
    const { topics } = committed().ask('offsetFetch', input, 0)
    expect(topics.map(({ partitions }) => partitions.map(({ errorCode }) => errorCode))).toEqual([[35]])
  })
})
