import { beforeEach, describe, expect, it } from 'vitest'
import { checkAll, checkEvent } from './invariants.ts'
import type { LogBatch } from './log.ts'
import { foremost } from './replication/replica.ts'
import { batch, ClusterStage, from } from './testing/cluster-stage.ts'

let stage: ClusterStage

beforeEach(() => {
  stage = new ClusterStage({ brokers: 2, topics: [{ name: 'orders', partitions: 1 }] })
  stage.connect(partition().leader!).produce('orders', 0, from(1n, 0, ['a', 'b']))
  stage.connect(partition().leader!).produce('orders', 0, from(1n, 2, ['c']))
  expect(checkAll(stage.state)).toEqual([])
})

const partition = () => stage.state.topics.get('orders')!.partitions[0]!
const replica = () => foremost(partition())
const log = () => replica().log

/** Touched, as `appendAsLeader` and elections do. */
function touch(): string[] {
  stage.state.audit.touched.add(replica())
  return checkEvent(stage.state)
}

/** Writes past all checks: the last batch changed like this. */
function forge(change: Partial<LogBatch>): string[] {
  log().batches[1] = { ...log().batches[1]!, ...change }
  stage.state.audit.seen.clear()
  return touch()
}

describe('the invariants see', () => {
  it('nothing wrong with a sound cluster', () => {
    expect(touch()).toEqual([])
    expect(checkAll(stage.state)).toEqual([])
  })

  it('a hole in the offsets', () => {
    expect(forge({ baseOffset: 3n, lastOffset: 3n })[0]).toBe('orders/0: the batch at 3 follows 2')
  })

  it('an offset twice', () => {
    expect(forge({ baseOffset: 1n })[0]).toBe('orders/0: the batch at 1 follows 2')
  })

  it('a batch that ends before it begins', () => {
    expect(forge({ lastOffset: 1n })).toContain('orders/0: the batch at 2 ends at 1')
  })

  it('a log end that is not where the batches end', () => {
    log().endOffset = 5n
    expect(touch()).toContain('orders/0: its end is 5, its batches end at 3')
  })

  it('a high watermark past the end', () => {
    log().highWatermark = 4n
    expect(touch()).toEqual(['orders/0: start 0, stable 3, high watermark 4, end 3'])
  })

  it('a high watermark before the last stable offset', () => {
    log().highWatermark = 2n
    expect(touch()).toEqual(['orders/0: start 0, stable 3, high watermark 2, end 3'])
  })

  it('bytes that say something else than what is known of them', () => {
    log().buffer.writeBigInt64BE(9n, log().batches[1]!.position)
    stage.state.audit.seen.clear()
    expect(touch()).toEqual(['orders/0: the batch at 2 says it is at another offset'])
  })

  it('a checksum that is wrong', () => {
    expect(forge({ crc: 1 })).toEqual(['orders/0: the batch at 2 has a wrong checksum'])
  })

  it('a byte that changed after it could be read, at the end of a phase', () => {
    log().buffer[70]! ^= 1
    expect(touch()).toEqual([])
    expect(checkAll(stage.state)).toEqual(['orders/0: the batch at 0 has changed'])
  })

  it('records that are gone', () => {
    log().batches.pop()
    expect(touch()).toEqual(['orders/0: it has 1 batches, and had 2'])
  })

  it('nothing wrong when they are gone with their topic', () => {
    stage.order({ do: 'recreate-topic', topic: 'orders' })
    expect(checkAll(stage.state)).toEqual([])
  })

  it('an epoch of a batch that goes back, or that has not begun', () => {
    expect(forge({ leaderEpoch: -1 })[0]).toBe('orders/0: the batch at 2 is of epoch -1, after 0, now 0')
    expect(forge({ leaderEpoch: 1 })[0]).toBe('orders/0: the batch at 2 is of epoch 1, after 0, now 0')
  })

  it('a leader epoch that goes back', () => {
    partition().leaderEpoch = -1
    expect(touch()).toContain('orders/0: its leader epoch went from 0 to -1')
  })

  it('a leader without a copy, and one that is down', () => {
    const { leader } = partition()
    partition().isr = [3 - leader!]
    expect(touch()).toEqual([
      `orders/0: ${3 - leader!} are in sync, and have no copy`,
      `orders/0: ${leader} leads, and is not in sync`,
    ])
    partition().isr = [leader!]
    stage.state.brokers.get(leader!)!.up = false
    expect(touch()).toEqual([`orders/0: its leader ${leader} is not up`])
  })

  it('a gap in the sequences of a producer', () => {
    expect(forge({ baseSequence: 3 })).toEqual(['orders/0: producer 1 in epoch 0 went from sequence 1 to 3'])
  })

  it('a batch twice', () => {
    expect(forge({ baseSequence: 0 })).toEqual(['orders/0: producer 1 in epoch 0 went from sequence 1 to 0'])
  })

  it('a new epoch that does not begin at 0, and an old one after a new one', () => {
    expect(forge({ producerEpoch: 1 })).toEqual(['orders/0: producer 1 in epoch 1 begins at sequence 2'])
    log().batches[0] = { ...log().batches[0]!, producerEpoch: 2 }
    expect(forge({ producerEpoch: 1 })).toEqual(['orders/0: producer 1 in epoch 1 wrote after epoch 2'])
  })

  it('nothing wrong with a producer that was forgotten in between', () => {
    log().forgotten.set(1n, 2n)
    expect(forge({ baseSequence: 9 })).toEqual([])
  })

  it('a log that changed and was not touched, at the end of a phase', () => {
    log().size -= 1
    expect(checkEvent(stage.state)).toEqual([])
    expect(checkAll(stage.state)[0]).toMatch(/bytes long/)
  })

  it('a topic whose partitions are another’s', () => {
    const topic = stage.state.topics.get('orders')!
    stage.state.topics.set('orders', { ...topic, topicId: 'x' })
    expect(checkAll(stage.state)).toEqual([`orders/0: is of topic ${topic.topicId}, which is not x`])
  })

  it('who waits for nobody, or for ever', () => {
    const client = stage.connect(partition().leader!)
    client.fetch('orders', 0, 3n, { maxWaitMs: 500 })
    expect(checkAll(stage.state)).toEqual([])
    stage.state.timers.clear()
    expect(checkAll(stage.state)).toEqual(['fetch 1 waits for ever'])
    const connection = stage.state.connections.get(client.connection)!
    connection.queue.push(connection.inFlight!)
    connection.inFlight = null
    expect(checkAll(stage.state)[0]).toMatch(/1 requests wait behind nothing$/)
    expect(checkAll(stage.state)[1]).toMatch(/for nobody$/)
  })

  it('a coordinator that says something else than its log', () => {
    const client = stage.connect(1)
    client.ask('findCoordinator', { key: 'g', keyType: 0 })
    const at = client.ask('findCoordinator', { key: 'g', keyType: 0 }).nodeId
    const partitions = [{ partitionIndex: 0, committedOffset: 7n, committedMetadata: null }]
    const body = { groupId: 'g', generationIdOrMemberEpoch: -1, memberId: '', topics: [{ name: 'orders', partitions }] }
    stage.connect(at).ask('offsetCommit', body)
    expect(checkAll(stage.state)).toEqual([])
    for (const { groups } of stage.state.groupShards.values()) groups.get('g')?.offsets.committed.clear()
    expect(checkAll(stage.state)).not.toEqual([])
  })
})

it('checks an event in less time than it took', () => {
  const records = batch(['a'])
  const client = stage.connect(partition().leader!)
  for (let i = 0; i < 200; i++) client.produce('orders', 0, records)
  expect(stage.state.audit.touched.size).toBe(0)
  expect(stage.state.audit.seen.get(replica())!.sums).toHaveLength(202)
})
