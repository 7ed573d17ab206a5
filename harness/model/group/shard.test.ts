/** The coordinator moves: what was written is there, the rest is as if it never was. */

import { describe, expect, it } from 'vitest'
import { encodeMarkerBatch } from '../../wire/control-records.ts'
import { encodeBatch } from '../../wire/records.ts'
import { appendInternal } from '../internal-log.ts'
import { offsetsTopic } from '../internal-topics.ts'
import { errorOf, Player, rejoined, stable } from '../testing/group-player.ts'
import { Stage } from '../testing/group-stage.ts'
import { encodeOffsetKey, encodeOffsetValue } from './records.ts'
import { unloadShard } from './shard.ts'

describe('a coordinator that moves', () => {
  it('from Stable: members, assignments and offsets are as they were, sessions start again', () => {
    const stage = new Stage()
    const [a, b] = [new Player(stage, 'a'), new Player(stage, 'b', { instance: 'i-b' })]
    stable(stage, a, b)
    a.commit(11)
    stage.run(9_000)
    stage.move()
    expect(stage.describe()).toBe(`Stable ${a.generation}: a b`)
    expect(stage.committed()).toBe(11n)
    stage.run(9_999)
    expect([a.beat(), b.beat()]).toEqual(['NONE', 'NONE'])
    expect(errorOf(b.sync())).toBe('NONE')
    expect(a.commit(12)).toBe('NONE')
    stage.run(10_000)
    expect(stage.describe()).toBe(`Empty ${a.generation + 1}`)
  })

  it('from Empty, with and without members before', () => {
    const stage = new Stage()
    const a = new Player(stage, 'a')
    stable(stage, a)
    a.commit(3)
    a.leave()
    const simple = new Player(stage, 's', { group: 'simple' })
    expect(simple.commit(8)).toBe('NONE')
    stage.move()
    expect([stage.describe(), stage.describe('simple')]).toEqual(['Empty 2', 'Empty 0'])
    expect([stage.committed(), stage.committed(0, 'orders', 'simple')]).toEqual([3n, 8n])
  })

  it('while a rebalance is prepared: who waits is sent away, and the last stored generation is back', () => {
    const stage = new Stage()
    const [a, b] = [new Player(stage, 'a'), new Player(stage, 'b')]
    stable(stage, a, b)
    const { generation } = a
    const rejoin = a.join()
    stage.move()
    expect(errorOf(rejoin)).toBe('NOT_COORDINATOR')
    expect(stage.describe()).toBe(`Stable ${generation}: a b`)
    expect([a.beat(), b.beat()]).toEqual(['NONE', 'NONE'])
  })

  it('while the assignment is awaited: the generation goes back, and members of the lost one are fenced', () => {
    const stage = new Stage()
    const [a, b] = [new Player(stage, 'a'), new Player(stage, 'b')]
    stable(stage, a, b)
    rejoined(a, b)
    const waiting = b.sync()
    stage.move()
    expect(errorOf(waiting)).toBe('NOT_COORDINATOR')
    expect(stage.describe()).toBe(`Stable ${a.generation - 1}: a b`)
    expect(errorOf(a.sync())).toBe('ILLEGAL_GENERATION')
    expect(a.beat()).toBe('ILLEGAL_GENERATION')
    const again = a.join()
    b.join()
    expect(a.learn(again).generation).toBe(b.generation)
  })

  it('before the first generation was stored: there is no such group', () => {
    const stage = new Stage()
    const a = new Player(stage, 'a')
    const join = a.enter()
    stage.move()
    expect(errorOf(join)).toBe('NOT_COORDINATOR')
    expect(stage.describe()).toBe('Dead -')
    expect(errorOf(a.join())).toBe('UNKNOWN_MEMBER_ID')
  })

  it('a connection that is gone is not answered', () => {
    const stage = new Stage()
    const a = new Player(stage, 'a')
    const join = a.enter({ connection: 5 })
    stage.close(5)
    stage.move() // the stage throws if it were
    expect(join.answer).toBeUndefined()
  })

  it('leaves no timer behind', () => {
    const stage = new Stage()
    const [a, b] = [new Player(stage, 'a'), new Player(stage, 'b')]
    stable(stage, a)
    b.join()
    a.join()
    unloadShard(stage.context, 0)
    expect(stage.state.timers.size).toBe(0)
    expect(stage.state.groupShards.size).toBe(0)
  })

  it('groups that are larger than allowed rebalance at once', () => {
    const stage = new Stage()
    const [a, b] = [new Player(stage, 'a'), new Player(stage, 'b')]
    stable(stage, a, b)
    Object.assign(stage.state.config.group, { maxSize: 1 })
    stage.move()
    expect(stage.describe()).toBe(`PreparingRebalance ${a.generation}: a b`)
    const joins = [a.join(), b.join()]
    // The second is turned away, and out: then all that are left have joined.
    expect(joins.map(errorOf)).toEqual(['NONE', 'GROUP_MAX_SIZE_REACHED'])
  })
})

describe('whoever asks the wrong broker', () => {
  it('NOT_COORDINATOR everywhere', () => {
    const stage = new Stage()
    const a = new Player(stage, 'a')
    stable(stage, a)
    const wrong = { broker: 1 }
    const partition = { partitionIndex: 0, committedOffset: 1n, committedMetadata: '' }
    const code = 16
    const { memberId, generation: generationId } = a
    expect(errorOf(a.join({}, wrong))).toBe('NOT_COORDINATOR')
    expect(stage.ask('heartbeat', { groupId: 'g', memberId, generationId }, 3, wrong).errorCode).toBe(code)
    expect(stage.ask('syncGroup', { groupId: 'g', memberId, generationId, assignments: [] }, 3, wrong).errorCode).toBe(
      code,
    )
    expect(stage.ask('leaveGroup', { groupId: 'g', members: [{ memberId }] }, 3, wrong).errorCode).toBe(code)
    expect(stage.ask('offsetFetch', { groupId: 'g', topics: null }, 4, wrong).errorCode).toBe(code)
    expect(stage.ask('describeGroups', { groups: ['g'] }, 4, wrong).groups[0]!.errorCode).toBe(code)
    expect(stage.ask('deleteGroups', { groupsNames: ['g'] }, 1, wrong).results[0]!.errorCode).toBe(code)
    expect(stage.ask('listGroups', {}, 4, wrong).groups).toEqual([])
    const commit = stage.ask(
      'offsetCommit',
      { groupId: 'g', topics: [{ name: 'orders', partitions: [partition] }] },
      5,
      wrong,
    )
    expect(commit.topics[0]!.partitions[0]!.errorCode).toBe(code)
  })

  it('while it loads: heartbeats pass, syncs rebalance, the others are told to wait', () => {
    const stage = new Stage()
    const a = new Player(stage, 'a')
    stable(stage, a)
    stage.checks = false
    stage.state.groupShards.get(0)!.loading = -1
    expect(a.beat()).toBe('NONE')
    expect(errorOf(a.sync())).toBe('REBALANCE_IN_PROGRESS')
    expect(errorOf(a.join())).toBe('COORDINATOR_LOAD_IN_PROGRESS')
    expect(a.commit(1)).toBe('COORDINATOR_LOAD_IN_PROGRESS')
    expect(stage.ask('listGroups', {}).errorCode).toBe(14)
  })

  it('a group without a name has no members, but may have offsets', () => {
    const stage = new Stage()
    const nameless = new Player(stage, 'a', { group: '' })
    expect(errorOf(nameless.join())).toBe('INVALID_GROUP_ID')
    expect(nameless.beat()).toBe('INVALID_GROUP_ID')
    expect(nameless.commit(2)).toBe('NONE')
    expect(stage.committed(0, 'orders', '')).toBe(2n)
  })
})

describe('offsets of a transaction in the log', () => {
  const producerId = 77n
  const commitOf = (offset: bigint, partition: number) =>
    encodeBatch({
      isTransactional: true,
      producerId,
      producerEpoch: 0,
      baseSequence: -1,
      records: [
        {
          key: encodeOffsetKey('g', 'orders', partition),
          value: encodeOffsetValue({ offset, metadata: '', commitTimestamp: 0n }),
        },
      ],
    })
  const marker = (type: 'commit' | 'abort') =>
    encodeMarkerBatch({ type, coordinatorEpoch: 0, producerId, producerEpoch: 0, timestamp: 0n })

  /** Writes as the transaction coordinator and TxnOffsetCommit will, then lets a new coordinator read it. */
  function reading(...batches: Uint8Array[]): Stage {
    const stage = new Stage()
    new Player(stage, 'a').commit(1, 0)
    stage.checks = false
    for (const batch of batches) expect(appendInternal(stage.context, offsetsTopic, 0, 0, batch)).toBeTypeOf('object')
    stage.checks = true
    stage.move()
    return stage
  }
  const stableOffset = (stage: Stage, partition: number) => {
    const topics = [{ name: 'orders', partitionIndexes: [partition] }]
    const { groups } = stage.ask('offsetFetch', { groups: [{ groupId: 'g', topics }], requireStable: true }, 8)
    const { committedOffset, errorCode } = groups[0]!.topics[0]!.partitions[0]!
    return [committedOffset, errorCode]
  }

  it('are pending without a marker: invisible, and unstable to whoever asks for that', () => {
    const stage = reading(commitOf(5n, 0), commitOf(6n, 1))
    expect([stage.committed(0), stage.committed(1)]).toEqual([1n, -1n])
    expect([stableOffset(stage, 0), stableOffset(stage, 1), stableOffset(stage, 2)]).toEqual([
      [-1n, 88],
      [-1n, 88],
      [-1n, 0],
    ])
  })

  it('are visible after a commit marker and gone after an abort marker', () => {
    expect(stableOffset(reading(commitOf(5n, 0), marker('commit')), 0)).toEqual([5n, 0])
    expect(stableOffset(reading(commitOf(5n, 0), marker('abort')), 0)).toEqual([1n, 0])
  })
})
