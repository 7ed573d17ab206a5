/** When brokers look after their logs: every 300 s from 30 s after their start. Records last 100 s here. */
import { describe, expect, it } from 'vitest'
import type { ClusterEvent } from '../history/op.ts'
import { foremost, replicaOn } from './replication/replica.ts'
import { batch, ClusterStage, from, read } from './testing/cluster-stage.ts'

const config = { 'retention.ms': '100000' }

function stage(options: ConstructorParameters<typeof ClusterStage>[0] = {}, own: Record<string, string> = config) {
  return new ClusterStage({ topics: [{ name: 'orders', partitions: 1, config: own }], ...options })
}

const starts = (s: ClusterStage) =>
  s.notes.filter((note): note is ClusterEvent & { what: 'log-start' } => note.what === 'log-start')
const armed = (s: ClusterStage) => [...s.state.timers.values()].filter(({ fire }) => fire.why === 'logs-looked-at')

describe('a broker', () => {
  it('deletes what has expired at the next look, and says so', () => {
    const s = stage()
    s.write('orders', 0, 'a', 'b')
    s.pass(329_999)
    expect(s.log('orders', 0).startOffset).toBe(0n)
    s.pass(1)
    expect(s.log('orders', 0)).toMatchObject({ startOffset: 2n, endOffset: 2n, size: 0 })
    expect(starts(s)).toMatchObject([{ topic: 'orders', partition: 0, offset: '2', by: 'retention.ms' }])
    // Nothing is left that could expire.
    expect(armed(s)).toEqual([])
    expect(s.whole()).toEqual([])
  })

  it('looks again for what came later, and arms one timer for all of it', () => {
    const s = stage()
    s.write('orders', 0, 'a')
    s.write('orders', 0, 'b')
    expect(armed(s)).toHaveLength(1)
    s.pass(300_000)
    const now = BigInt(s.state.config.epochMs + s.nowMs)
    s.connect().produce('orders', 0, batch(['late'], { baseTimestamp: now }))
    s.pass(30_000)
    // All three are in one segment, which lasts as long as its latest record.
    expect(s.log('orders', 0).startOffset).toBe(0n)
    s.pass(300_000)
    expect(s.log('orders', 0).startOffset).toBe(3n)
  })

  it('arms nothing for the default retention, and makes up for it when somebody comes after a week', () => {
    const s = stage({}, {})
    const client = s.connect()
    s.write('orders', 0, 'a')
    expect(armed(s)).toEqual([])
    s.pass(604_800_000)
    expect(read(client.fetch('orders', 0, 0n))).toEqual(['0:a'])
    s.pass(330_000)
    expect(read(client.fetch('orders', 0, 0n))).toBe('OFFSET_OUT_OF_RANGE')
    expect(starts(s)).toMatchObject([{ offset: '1', by: 'retention.ms' }])
  })

  it('deletes at its next look what a producer says is old, also with the default retention', () => {
    const s = stage({}, {})
    const weekAgo = BigInt(s.state.config.epochMs - 604_800_000)
    expect(s.connect().produce('orders', 0, batch(['a'], { baseTimestamp: weekAgo }))).toBe(0n)
    s.pass(30_000)
    expect(s.log('orders', 0).startOffset).toBe(1n)
  })

  it('that is down looks at nothing; once it is up it begins to count anew', () => {
    const s = stage()
    s.write('orders', 0, 'a')
    s.order({ do: 'broker-down', broker: 1 })
    expect(armed(s)).toEqual([])
    s.pass(400_000)
    s.order({ do: 'broker-up', broker: 1 })
    s.pass(29_999)
    expect(s.log('orders', 0).startOffset).toBe(0n)
    s.pass(1)
    expect(s.log('orders', 0).startOffset).toBe(1n)
  })

  it('deletes the segments that DeleteRecords has passed, without a word: nothing more is gone', () => {
    const s = stage({}, { 'retention.ms': '-1', 'segment.bytes': '100' })
    for (const id of ['a', 'b', 'c']) s.write('orders', 0, id)
    expect(s.log('orders', 0).segments).toHaveLength(3)
    s.order({ do: 'delete-records', topic: 'orders', partition: 0, before: 2n })
    s.pass(30_000)
    expect(s.log('orders', 0)).toMatchObject({ startOffset: 2n, segments: [{ baseOffset: 2n, position: 0 }] })
    expect(starts(s)).toHaveLength(1)
    expect(s.whole()).toEqual([])
  })
})

describe('with several copies', () => {
  const three = () => stage({ brokers: 3, config: { replicationFactor: 3 } })

  it('each broker deletes its own, and what it said is said once', () => {
    const s = three()
    s.write('orders', 0, 'a')
    s.pass(331_000)
    for (const { log } of s.partition('orders', 0).replicas)
      expect(log).toMatchObject({ startOffset: 1n, endOffset: 1n, size: 0 })
    expect(starts(s)).toHaveLength(1)
    expect(s.whole()).toEqual([])
    s.write('orders', 0, 'b')
    s.pass(1000)
    for (const { log } of s.partition('orders', 0).replicas)
      expect(log).toMatchObject({ endOffset: 2n, highWatermark: 2n })
    expect(s.whole()).toEqual([])
  })

  it('a follower that looks earlier is ahead, and its readers are told when it leads', () => {
    const s = three()
    const partition = s.partition('orders', 0)
    const leader = partition.leader!
    // It comes up anew: it looks at 230 s and 530 s, its followers at 330 s.
    s.order({ do: 'broker-down', broker: leader })
    s.pass(200_000)
    s.order({ do: 'broker-up', broker: leader })
    s.pass(1000)
    s.order({ do: 'move-leader', topic: 'orders', partition: 0, to: leader })
    s.pass(34_000)
    s.write('orders', 0, 'a')
    s.pass(1000)
    expect(foremost(partition).broker).toBe(leader)
    s.pass(330_000 - s.nowMs)
    expect(s.log('orders', 0).startOffset).toBe(0n)
    expect(starts(s)).toEqual([])
    const follower = partition.isr.find((id) => id !== leader)!
    expect(replicaOn(partition, follower)!.log.startOffset).toBe(1n)
    s.order({ do: 'move-leader', topic: 'orders', partition: 0, to: follower })
    expect(starts(s)).toMatchObject([{ offset: '1', by: 'retention.ms' }])
    s.pass(300_000)
    expect(s.whole()).toEqual([])
    expect(starts(s)).toHaveLength(1)
  })
})

describe('a fetch', () => {
  it('that waits is answered when a new segment begins, however much it wants', () => {
    const s = stage({}, { 'segment.bytes': '100' })
    const client = s.connect()
    s.write('orders', 0, 'a')
    const waits = client.fetch('orders', 0, 1n, { minBytes: 1_000_000, maxWaitMs: 60_000 })
    expect(read(waits)).toBe('waits')
    s.write('orders', 0, 'b')
    expect(read(waits)).toEqual(['1:b'])
    // What it is to read is full already: it does not wait for more.
    expect(read(client.fetch('orders', 0, 0n, { minBytes: 1_000_000, maxWaitMs: 60_000 }))).toEqual(['0:a'])
  })
})

it('a batch that fits into no segment is refused', () => {
  const s = stage({}, { 'segment.bytes': '60' })
  expect(s.connect().produce('orders', 0, from(7n, 0, ['a']))).toBe('RECORD_LIST_TOO_LARGE')
})
