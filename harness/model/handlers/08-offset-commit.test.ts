import { describe, expect, it } from 'vitest'
import { errorName } from '../../wire/error-codes.ts'
import { noRole } from '../replication/replica.ts'
import { Player, stable } from '../testing/group-player.ts'
import { Stage } from '../testing/group-stage.ts'

type Commits = readonly (readonly [topic: string, partition: number, offset: number, metadata?: string])[]

function commit(stage: Stage, commits: Commits, version = 5, who: { memberId?: string; generation?: number } = {}) {
  const topics = commits.map(([name, partitionIndex, offset, committedMetadata = '']) => ({
    name,
    partitions: [{ partitionIndex, committedOffset: BigInt(offset), committedMetadata }],
  }))
  const { memberId = '', generation: generationIdOrMemberEpoch = -1 } = who
  const answer = stage.ask('offsetCommit', { groupId: 'g', memberId, generationIdOrMemberEpoch, topics }, version)
  return answer.topics.flatMap(({ name, partitions }) =>
    partitions.map(({ partitionIndex, errorCode }) => `${name}/${partitionIndex} ${errorName(errorCode)}`),
  )
}

describe('OffsetCommit', () => {
  it('judges each partition, and writes the good ones in one batch', () => {
    const stage = new Stage()
    const before = stage.state.topics.get('__consumer_offsets')!.partitions[0]!.replicas[0]!.log.batches.length
    const answer = commit(stage, [
      ['orders', 0, 5],
      ['orders', 9, 5],
      ['invoices', 0, 5],
      ['orders', 1, 6, 'x'.repeat(4097)],
      ['orders', 2, 7, 'x'.repeat(4096)],
    ])
    expect(answer).toEqual([
      'orders/0 NONE',
      'orders/9 UNKNOWN_TOPIC_OR_PARTITION',
      'orders/1 OFFSET_METADATA_TOO_LARGE',
      'orders/2 NONE',
      'invoices/0 UNKNOWN_TOPIC_OR_PARTITION',
    ])
    expect([0, 1, 2].map((partition) => stage.committed(partition))).toEqual([5n, -1n, 7n])
    expect(stage.state.topics.get('__consumer_offsets')!.partitions[0]!.replicas[0]!.log.batches.length).toBe(
      before + 1,
    )
    expect(stage.notes.filter(({ what }) => what === 'committed')).toHaveLength(2)
  })

  it('tells the history who committed what', () => {
    const stage = new Stage()
    const a = new Player(stage, 'a')
    stable(stage, a)
    a.commit(5, 3)
    const { memberId: member, generation } = a
    const told = { what: 'committed', group: 'g', generation, member, topic: 'orders', partition: 3, offset: '5' }
    expect(stage.notes.at(-1)).toEqual(told)
  })

  it('takes any offset: back, far ahead, and the last of two', () => {
    const stage = new Stage()
    commit(stage, [['orders', 0, 100]])
    commit(stage, [['orders', 0, 3]])
    expect(stage.committed()).toBe(3n)
    expect(
      commit(stage, [
        ['orders', 0, 7],
        ['orders', 0, 8],
      ]),
    ).toEqual(['orders/0 NONE'])
    expect(stage.committed()).toBe(8n)
  })

  it('from outside: while the group is empty, whatever its generation', () => {
    const stage = new Stage()
    const a = new Player(stage, 'a')
    stable(stage, a)
    expect(commit(stage, [['orders', 0, 1]])).toEqual(['orders/0 UNKNOWN_MEMBER_ID'])
    a.leave()
    expect(commit(stage, [['orders', 0, 2]])).toEqual(['orders/0 NONE'])
    expect(commit(stage, [['orders', 0, 3]], 5, { generation: 2 })).toEqual(['orders/0 UNKNOWN_MEMBER_ID'])
    expect(stage.describe()).toBe('Empty 2')
  })

  it('for a group that does not exist: creates it, unless a generation is claimed', () => {
    const stage = new Stage()
    const claims = { memberId: 'a-1', generation: 3 }
    expect(commit(stage, [['orders', 0, 1]], 5, claims)).toEqual(['orders/0 ILLEGAL_GENERATION'])
    expect(stage.describe()).toBe('Dead -')
    commit(stage, [['orders', 0, 1]])
    expect(stage.describe()).toBe('Empty 0')
  })

  it('is a sign of life', () => {
    const stage = new Stage()
    const a = new Player(stage, 'a')
    stable(stage, a)
    for (let at = 0; at < 5; at++) {
      stage.run(9_000)
      expect(a.commit(at)).toBe('NONE')
    }
  })

  it('version 0 has no home since ZooKeeper is gone', () => {
    const stage = new Stage()
    const answer = commit(
      stage,
      [
        ['orders', 0, 1],
        ['invoices', 0, 1],
      ],
      0,
    )
    expect(answer).toEqual(['orders/0 UNSUPPORTED_VERSION', 'invoices/0 UNKNOWN_TOPIC_OR_PARTITION'])
  })

  it('says why it could not be written', () => {
    const stage = new Stage()
    stage.checks = false
    stage.state.topics.get('__consumer_offsets')!.partitions[0]!.replicas[0]!.role = noRole
    stage.state.groupShards.set(0, { ...stage.state.groupShards.get(0)!, broker: 0 })
    expect(commit(stage, [['orders', 0, 1]])).toEqual(['orders/0 NOT_COORDINATOR'])
  })
})
