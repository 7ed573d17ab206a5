/** Compaction in a cluster: every 15 s each broker cleans its own copies, and nobody misses anything. */
import { describe, expect, it } from 'vitest'
import type { ClusterEvent } from '../../history/op.ts'
import { foremost } from '../replication/replica.ts'
import { batch, ClusterStage, read } from '../testing/cluster-stage.ts'

/** A record of a key is a segment of its own. */
const config = { 'cleanup.policy': 'compact', 'segment.bytes': '100' }

function stage(options: ConstructorParameters<typeof ClusterStage>[0] = {}, own: Record<string, string> = config) {
  return new ClusterStage({ topics: [{ name: 'orders', partitions: 1, config: own }], ...options })
}

const told = (s: ClusterStage) =>
  s.notes.filter((note): note is ClusterEvent & { what: 'compacted' } => note.what === 'compacted')
const offsets = (s: ClusterStage, broker?: number) => {
  const { replicas } = s.partition('orders', 0)
  const { log } = replicas.find((one) => one.broker === broker) ?? foremost(s.partition('orders', 0))
  return log.batches.map(({ baseOffset }) => Number(baseOffset))
}

describe('a topic that is compacted', () => {
  it('is cleaned at the next look, which is noted with what is gone', () => {
    const s = stage()
    const client = s.connect()
    for (const id of ['a', 'b', 'a', 'c']) s.write('orders', 0, id)
    s.pass(15_000)
    expect(told(s)).toMatchObject([
      { topic: 'orders', partition: 0, upTo: '3', records: [{ offset: '0', message: 'a', why: 'newer' }] },
    ])
    expect(read(client.fetch('orders', 0, 0n))).toEqual(['1:b'])
    expect(read(client.fetch('orders', 0, 2n))).toEqual(['2:a'])
    expect(read(client.fetch('orders', 0, 3n))).toEqual(['3:c'])
    expect(s.whole()).toEqual([])
    // It is clean: no timer is armed.
    expect([...s.state.timers.values()]).toEqual([])
  })

  it('is not cleaned by default before it has a second segment', () => {
    const s = stage({}, { 'cleanup.policy': 'compact' })
    for (let i = 0; i < 20; i++) s.write('orders', 0, 'a')
    expect([...s.state.timers.values()]).toEqual([])
    s.pass(86_400_000)
    expect(offsets(s)).toHaveLength(20)
  })

  it('has no segment for longer than max.compaction.lag.ms', () => {
    const s = stage({}, { 'cleanup.policy': 'compact', 'max.compaction.lag.ms': '60000' })
    const client = s.connect()
    for (const [ms, id] of [
      [0, 'a'],
      [0, 'a'],
      [60_001, 'b'],
      [60_001, 'b'],
    ] as const) {
      s.pass(ms - s.nowMs > 0 ? ms - s.nowMs : 0)
      client.produce('orders', 0, batch([id], { baseTimestamp: BigInt(s.state.config.epochMs + s.nowMs) }))
    }
    expect(s.log('orders', 0).segments).toHaveLength(2)
    s.pass(15_000)
    expect(offsets(s)).toEqual([1, 2, 3])
  })

  it('and deleted loses what is old as well, as often as it is looked at', () => {
    const s = stage({}, { ...config, 'cleanup.policy': 'compact,delete', 'retention.ms': '20000' })
    for (const id of ['a', 'b', 'a', 'c']) s.write('orders', 0, id)
    s.pass(15_000)
    expect(offsets(s)).toEqual([1, 2, 3])
    s.pass(15_000)
    expect(s.log('orders', 0)).toMatchObject({ startOffset: 4n, size: 0 })
    expect(s.notes).toContainEqual(expect.objectContaining({ what: 'log-start', offset: '4', by: 'retention.ms' }))
    expect(s.whole()).toEqual([])
  })
})

describe('with several copies', () => {
  const two = () => stage({ brokers: 2, config: { replicationFactor: 2 } })

  it('a follower that comes later copies what is left, gaps and all', () => {
    const s = two()
    const { leader, replicas } = s.partition('orders', 0)
    const follower = replicas.find(({ broker }) => broker !== leader)!
    s.write('orders', 0, 'x')
    s.pass(1000)
    s.order({ do: 'broker-down', broker: follower.broker })
    for (const id of ['a', 'b', 'a', 'b', 'c']) s.write('orders', 0, id)
    s.pass(15_000)
    expect(offsets(s)).toEqual([0, 3, 4, 5])
    s.order({ do: 'broker-up', broker: follower.broker })
    s.pass(2000)
    expect(offsets(s, follower.broker)).toEqual([0, 3, 4, 5])
    expect(follower.log).toMatchObject({ endOffset: 6n, highWatermark: 6n })
    expect(s.partition('orders', 0).isr).toHaveLength(2)
    expect(s.whole()).toEqual([])
  })

  it('one that was cleaned and leads now has lost nothing, and says what it took out', () => {
    const s = two()
    const partition = s.partition('orders', 0)
    const [first, second] = [
      partition.leader!,
      partition.replicas.find(({ broker }) => broker !== partition.leader)!.broker,
    ]
    // From now on it looks seven seconds later than the other.
    s.order({ do: 'broker-down', broker: first })
    s.pass(7000)
    s.order({ do: 'broker-up', broker: first })
    s.pass(1000)
    s.order({ do: 'move-leader', topic: 'orders', partition: 0, to: first })
    for (const id of ['x', 'a', 'b', 'a', 'c']) s.write('orders', 0, id)
    s.pass(8000)
    expect([offsets(s, first), offsets(s, second)]).toEqual([
      [0, 1, 2, 3, 4],
      [0, 2, 3, 4],
    ])
    expect(told(s)).toEqual([])
    expect(s.whole()).toEqual([])
    s.order({ do: 'move-leader', topic: 'orders', partition: 0, to: second })
    expect(told(s)).toMatchObject([{ records: [{ offset: '1', message: 'a' }] }])
    expect(s.notes.filter(({ what }) => what === 'lost' || what === 'regained')).toEqual([])
    s.write('orders', 0, 'd')
    s.pass(1000)
    // And back: what it still has is no news.
    s.order({ do: 'move-leader', topic: 'orders', partition: 0, to: first })
    expect(s.notes.filter(({ what }) => what === 'lost' || what === 'regained')).toEqual([])
    s.pass(60_000)
    expect(offsets(s, first)).toEqual(offsets(s, second))
    expect(s.whole()).toEqual([])
  })
})

describe('what coordinators keep', () => {
  it('is the same after its log was cleaned, and after a restart', () => {
    const s = new ClusterStage()
    const client = s.connect()
    const commit = (offset: number) =>
      client.ask('offsetCommit', {
        groupId: 'g',
        generationIdOrMemberEpoch: -1,
        memberId: '',
        retentionTimeMs: -1n,
        topics: [
          {
            name: 'orders',
            partitions: [{ partitionIndex: 0, committedOffset: BigInt(offset), committedMetadata: '' }],
          },
        ],
      })
    s.order({ do: 'create-topic', topic: 'orders', partitions: 1 })
    client.ask('findCoordinator', { key: 'g', keyType: 0 })
    const offsetsTopic = s.state.topics.get('__consumer_offsets')!
    Object.assign(offsetsTopic, { config: new Map([...offsetsTopic.config, ['segment.bytes', '400']]) })
    for (let i = 0; i <= 40; i++) commit(i)
    const written = () => offsetsTopic.partitions.flatMap(({ replicas }) => replicas[0]!.log.batches).length
    expect(written()).toBe(41)
    s.pass(15_000)
    expect(written()).toBeLessThan(10)
    expect(s.whole()).toEqual([])
    s.order({ do: 'broker-down', broker: 1 })
    s.order({ do: 'broker-up', broker: 1 })
    expect(s.whole()).toEqual([])
    const again = s.connect()
    const asked = { groupId: 'g', topics: [{ name: 'orders', partitionIndexes: [0] }] }
    expect(again.ask('offsetFetch', asked).topics[0]?.partitions[0]?.committedOffset).toBe(40n)
    expect(told(s)).toEqual([])
  })
})
