/** Offsets that expire: KIP-211. Retention 60 s here, looked at every 10 s. */
import { describe, expect, it } from 'vitest'
import { Player, stable } from '../testing/group-player.ts'
import { Stage } from '../testing/group-stage.ts'
import { checkGroups, onTopicDeleted } from './index.ts'

const staged = () => new Stage({ offsetsRetentionMs: 60_000, offsetsCheckIntervalMs: 10_000 }, { orders: 4, old: 1 })

function commitFor(
  stage: Stage,
  group: string,
  version: number,
  more: { retentionTimeMs?: bigint; commitTimestamp?: bigint } = {},
) {
  const { retentionTimeMs, commitTimestamp } = more
  const partition = {
    partitionIndex: 0,
    committedOffset: 4n,
    committedMetadata: '',
    ...(commitTimestamp !== undefined && { commitTimestamp }),
  }
  const topics = [{ name: 'orders', partitions: [partition] }]
  stage.ask(
    'offsetCommit',
    { groupId: group, topics, ...(retentionTimeMs !== undefined && { retentionTimeMs }) },
    version,
  )
}

describe('committed offsets expire', () => {
  it('of a group that became empty: all together, counted from then', () => {
    const stage = staged()
    const a = new Player(stage, 'a')
    stable(stage, a)
    a.commit(5)
    for (let beat = 0; beat < 40; beat++) {
      stage.run(5_000)
      a.beat()
    }
    expect(stage.committed()).toBe(5n) // 200 s old, but its group lives
    a.leave()
    stage.run(59_999)
    expect(stage.committed()).toBe(5n)
    stage.run(10_000)
    expect(stage.committed()).toBe(-1n)
    expect(stage.describe()).toBe('Dead -')
    stage.move() // tombstones: nor does a new coordinator know of it
    expect(stage.describe()).toBe('Dead -')
  })

  it('of a stable group: those of topics that nobody subscribes to', () => {
    const stage = staged()
    const a = new Player(stage, 'a')
    stable(stage, a)
    a.commit(5)
    const topics = [{ name: 'old', partitions: [{ partitionIndex: 0, committedOffset: 3n, committedMetadata: '' }] }]
    stage.ask(
      'offsetCommit',
      { groupId: 'g', memberId: a.memberId, generationIdOrMemberEpoch: a.generation, topics },
      5,
    )
    for (let beat = 0; beat < 14; beat++) {
      stage.run(5_000)
      a.beat()
    }
    expect([stage.committed(0, 'orders'), stage.committed(0, 'old')]).toEqual([5n, -1n])
  })

  it('of whoever only stores offsets: each from its commit', () => {
    const stage = staged()
    const a = new Player(stage, 'a')
    a.commit(1, 0)
    stage.run(30_000)
    a.commit(2, 1)
    stage.run(39_999)
    expect([stage.committed(0), stage.committed(1)]).toEqual([-1n, 2n])
    stage.run(30_000)
    expect(stage.describe()).toBe('Dead -')
  })

  it('as the client said, in the versions that could say', () => {
    const stage = staged()
    commitFor(stage, 'short', 3, { retentionTimeMs: 5_000n })
    commitFor(stage, 'long', 4, { retentionTimeMs: 500_000n })
    commitFor(stage, 'for-ever', 4, { retentionTimeMs: 0x7fff_ffff_ffff_ffffn })
    commitFor(stage, 'before', 1, { commitTimestamp: BigInt(stage.state.config.epochMs) - 40_000n })
    stage.move()
    stage.run(20_000)
    const known = ['short', 'long', 'for-ever', 'before'].map((group) => stage.committed(0, 'orders', group))
    // Java's sum runs over: what was to be kept for ever is gone at once.
    expect(known).toEqual([-1n, 4n, -1n, -1n])
    stage.run(400_000)
    expect(stage.committed(0, 'orders', 'long')).toBe(4n)
  })

  it('and a group that never had any, or nobody, goes at the next look', () => {
    const stage = staged()
    const a = new Player(stage, 'a')
    a.join() // only its id
    expect(stage.describe()).toBe('Empty 0')
    stage.run(10_000)
    expect(stage.describe()).toBe('Dead -')
    expect(checkGroups(stage.state)).toEqual([])
  })
})

describe('a deleted topic', () => {
  it('takes the committed offsets with it, in every group and state', () => {
    const stage = staged()
    const a = new Player(stage, 'a')
    stable(stage, a)
    a.commit(5)
    commitFor(stage, 'other', 5)
    onTopicDeleted(stage.context, 'orders')
    stage.check('delete')
    expect([stage.committed(), stage.committed(0, 'orders', 'other')]).toEqual([-1n, -1n])
    expect([stage.describe(), stage.describe('other')]).toEqual(['Stable 1: a', 'Dead -'])
    // The topic is there again; a client that goes on as if nothing had happened commits into the new one.
    expect(a.commit(6)).toBe('NONE')
    stage.move()
    expect(stage.committed()).toBe(6n)
  })

  it('that is unknown takes nothing', () => {
    const stage = staged()
    new Player(stage, 'a').commit(5)
    onTopicDeleted(stage.context, 'invoices')
    expect(stage.committed()).toBe(5n)
  })
})
