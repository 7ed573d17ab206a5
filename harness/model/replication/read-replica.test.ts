/** Broker 1 in rack a leads; 2 and 3 in rack b follow, 1 ms away. Who is sent where, and what is read there. */
import { beforeEach, describe, expect, it } from 'vitest'
import type { Apis } from '../../wire/apis/index.ts'
import { type ErrorName, errorName } from '../../wire/error-codes.ts'
import type { RequestInput, ResponseOf } from '../../wire/schema.ts'
import type { ClusterConfig } from '../config.ts'
import { batch, ClusterStage, type FetchOptions, read, type Sent } from '../testing/cluster-stage.ts'
import { replicaOn } from './replica.ts'

let stage: ClusterStage

const racks = ['a', 'b', 'b']

function begin(more: Partial<ClusterConfig> = {}): void {
  const config = {
    replicationFactor: 3,
    replicaSelector: 'rack-aware',
    transactionTopicPartitions: 1,
    ...more,
  } as const
  stage = new ClusterStage({ brokers: 3, racks, config, topics: [{ name: 'orders', partitions: 2 }] })
  for (const partition of [0, 1]) stage.order({ do: 'move-leader', topic: 'orders', partition, to: 1 })
  stage.pass(1200)
}

beforeEach(() => begin())

const partition = () => stage.partition('orders', 0)
const logOn = (broker: number) => replicaOn(partition(), broker)!.log
const fetch = (broker: number, offset = 0n, options: FetchOptions = {}): Sent<'fetch'> =>
  stage.connect(broker).fetch('orders', 0, offset, { rackId: 'b', ...options })
const part = ({ answer }: Sent<'fetch'>) => answer?.responses[0]?.partitions[0]

/** The broker that it is sent to; what it got, if nowhere. */
function outcome(sent: Sent<'fetch'>): number | ErrorName | string[] {
  const { preferredReadReplica = -1, errorCode = 0 } = part(sent) ?? {}
  return errorCode !== 0
    ? errorName(errorCode)!
    : preferredReadReplica === -1
      ? (read(sent) as string[])
      : preferredReadReplica
}

/** Written on the leader, and in none of these copies. */
function writeWithout(away: readonly number[], ...ids: string[]): void {
  for (const to of away) stage.order({ do: 'cut-link', from: 1, to })
  stage.write('orders', 0, ...ids)
  stage.pass(10)
}

describe('a leader', () => {
  it('names a follower in the rack of the reader, and reads nothing', () => {
    stage.write('orders', 0, 'a', 'b')
    stage.pass(10)
    const sent = fetch(1, 1n, { isolationLevel: 1, maxWaitMs: 500 })
    const { records, ...told } = part(sent)!
    expect([told, records!.length]).toMatchObject([
      {
        errorCode: 0,
        preferredReadReplica: 3,
        ...{ highWatermark: 2n, lastStableOffset: 2n, logStartOffset: 0n, abortedTransactions: null },
      },
      0,
    ])
    expect(stage.notes.filter(({ what }) => what === 'fetched')).toEqual([])
  })

  it('does so at once, where nothing is there to be read yet', () => {
    expect(outcome(fetch(1, 0n, { maxWaitMs: 500 }))).toBe(3)
  })

  it.each<[string, FetchOptions]>([
    ['is in its own rack', { rackId: 'a' }],
    ['is in a rack that has no copy', { rackId: 'c' }],
    ['does not say where it is', { rackId: '' }],
    ['is too old to say so', { version: 10 }],
  ])('serves a reader who %s', (_, options) => {
    stage.write('orders', 0, 'a')
    stage.pass(10)
    expect(outcome(fetch(1, 0n, options))).toEqual(['0:a'])
  })

  it('serves a reader in its own rack, whoever else is there', () => {
    stage.order({ do: 'move-leader', topic: 'orders', partition: 0, to: 2 })
    stage.write('orders', 0, 'a')
    stage.pass(10)
    expect([outcome(fetch(2)), outcome(fetch(2, 0n, { rackId: 'a' }))]).toEqual([['0:a'], 1])
  })

  it('serves anybody where brokers are not told to look for racks', () => {
    begin({ replicaSelector: 'leader' })
    stage.write('orders', 0, 'a')
    stage.pass(10)
    expect(outcome(fetch(1))).toEqual(['0:a'])
  })

  it('names whoever has more, who had all that there was last, or has the largest id', () => {
    expect(outcome(fetch(1))).toBe(3)
    for (const [away, other] of [
      [3, 2],
      [2, 3],
    ] as const) {
      writeWithout([away], 'a')
      expect([logOn(other).endOffset > logOn(away).endOffset, outcome(fetch(1))]).toEqual([true, other])
      stage.order({ do: 'mend-link', from: 1, to: away })
      stage.pass(10)
      expect([logOn(other).endOffset === logOn(away).endOffset, outcome(fetch(1))]).toEqual([true, away])
    }
  })

  it('names nobody who has not got so far, or begins behind', () => {
    writeWithout([2, 3], 'a')
    expect([outcome(fetch(1, 0n)), outcome(fetch(1, 1n))]).toEqual([3, []])
    for (const to of [2, 3]) stage.order({ do: 'mend-link', from: 1, to })
    stage.pass(10)
    expect(outcome(fetch(1, 1n))).toBe(3)
    stage.order({ do: 'delete-records', topic: 'orders', partition: 0, before: 1n })
    stage.pass(1200)
    expect(logOn(3).startOffset).toBe(1n)
    expect(outcome(fetch(1, 0n))).toBe('OFFSET_OUT_OF_RANGE')
  })

  it('names a follower that still has what it has deleted itself', () => {
    stage.write('orders', 0, 'a', 'b')
    stage.pass(10)
    for (const to of [2, 3]) stage.order({ do: 'cut-link', from: 1, to })
    stage.order({ do: 'delete-records', topic: 'orders', partition: 0, before: 1n })
    expect([outcome(fetch(1, 0n)), outcome(fetch(1, 0n, { rackId: 'a' }))]).toEqual([3, 'OFFSET_OUT_OF_RANGE'])
  })

  it('names nobody who is out of sync', () => {
    stage.order({ do: 'broker-down', broker: 2 })
    expect(outcome(fetch(1))).toBe(3)
    stage.write('orders', 0, 'a')
    stage.pass(10)
    stage.order({ do: 'lag-copy', topic: 'orders', partition: 0, broker: 3, behind: 0 })
    expect([outcome(fetch(1)), partition().isr]).toEqual([['0:a'], [1]])
  })

  it('goes by what it has heard: it names nobody who is not up in its picture of the cluster', () => {
    for (const broker of [2, 3]) stage.order({ do: 'broker-down', broker })
    stage.order({ do: 'hold-metadata', broker: 1, held: true })
    stage.order({ do: 'broker-up', broker: 3 })
    stage.pass(1200)
    expect([partition().isr, outcome(fetch(1))]).toEqual([[3, 1], []])
    stage.order({ do: 'hold-metadata', broker: 1, held: false })
    expect(outcome(fetch(1))).toBe(3)
  })

  it('goes by what it has heard: it names one that is down while the controller is gone', () => {
    stage.order({ do: 'controller-down' })
    stage.order({ do: 'broker-down', broker: 3 })
    expect(outcome(fetch(1))).toBe(3)
    stage.order({ do: 'controller-up' })
    expect(outcome(fetch(1))).toBe(2)
  })

  it('looks at the leader epoch first', () => {
    expect([0, 9].map((currentLeaderEpoch) => outcome(fetch(1, 0n, { currentLeaderEpoch })))).toEqual([
      'FENCED_LEADER_EPOCH',
      'UNKNOWN_LEADER_EPOCH',
    ])
  })

  it('serves other partitions along with it', () => {
    stage.write('orders', 0, 'a')
    stage.write('orders', 1, 'x')
    stage.pass(10)
    // 3 leads partition 1 and is in the rack itself.
    stage.order({ do: 'move-leader', topic: 'orders', partition: 1, to: 3 })
    stage.order({ do: 'move-leader', topic: 'orders', partition: 0, to: 3 })
    stage.pass(1200)
    stage.order({ do: 'lag-copy', topic: 'orders', partition: 1, broker: 1, behind: 0 })
    const partitions = [0, 1].map((index) => ({ partition: index, fetchOffset: 0n, partitionMaxBytes: 9999 }))
    const body = { replicaId: -1, maxWaitMs: 500, minBytes: 9999, maxBytes: 9999, rackId: 'a' }
    const { responses } = stage.connect(3).ask('fetch', { ...body, topics: [{ topic: 'orders', partitions }] }, 11)
    const told = responses[0]!.partitions.map((each) => [each.preferredReadReplica, each.records!.length > 0])
    expect(told).toEqual([
      [1, false],
      [-1, true],
    ])
  })

  it('names a follower that came in sync while the fetch waited, when something else ends that', () => {
    for (const broker of [2, 3]) stage.order({ do: 'broker-down', broker })
    const sent = fetch(1, 0n, { maxWaitMs: 10_000 })
    stage.order({ do: 'broker-up', broker: 2 })
    stage.pass(2000)
    expect([partition().isr, read(sent)]).toEqual([[1, 2], 'waits'])
    stage.write('orders', 0, 'a')
    stage.pass(10)
    expect(outcome(sent)).toBe(2)
  })
})

describe('a follower', () => {
  it('serves up to the high watermark that it has heard of, and names nobody', () => {
    stage.write('orders', 0, 'a')
    stage.pass(10)
    expect([outcome(fetch(3)), logOn(3).endOffset, logOn(3).highWatermark]).toEqual([[], 1n, 0n])
    stage.pass(600)
    expect([outcome(fetch(3)), outcome(fetch(3, 0n, { rackId: 'a' }))]).toEqual([['0:a'], ['0:a']])
    expect(part(fetch(3))).toMatchObject({ preferredReadReplica: -1, highWatermark: 1n, lastStableOffset: 1n })
  })

  it('lets a fetch wait until it hears of more', () => {
    stage.write('orders', 0, 'a')
    stage.pass(10)
    const sent = fetch(3, 0n, { maxWaitMs: 10_000 })
    stage.pass(400)
    expect(read(sent)).toBe('waits')
    stage.pass(200)
    expect(read(sent)).toEqual(['0:a'])
  })

  it('answers with nothing, at once, behind what it has heard of and within its log', () => {
    stage.write('orders', 0, 'a')
    stage.pass(10)
    const sent = fetch(3, 1n, { maxWaitMs: 10_000 })
    expect([read(sent), part(sent)!.highWatermark]).toEqual([[], 0n])
  })

  it('that lacks what the reader has read is out of range, and its leader is not', () => {
    stage.write('orders', 0, 'a')
    stage.write('orders', 0, 'b')
    stage.pass(600)
    stage.order({ do: 'cut-link', from: 1, to: 3 })
    stage.order({ do: 'lag-copy', topic: 'orders', partition: 0, broker: 3, behind: 1 })
    expect([outcome(fetch(3, 1n)), outcome(fetch(3, 2n, { maxWaitMs: 500 }))]).toEqual([[], 'OFFSET_OUT_OF_RANGE'])
    expect(outcome(fetch(1, 2n))).toBe(2)
  })

  it('keeps a fetch that waits while its log is cut off and filled again', () => {
    stage.write('orders', 0, 'a')
    stage.write('orders', 0, 'b')
    stage.pass(600)
    const sent = fetch(3, 2n, { maxWaitMs: 10_000 })
    stage.order({ do: 'cut-link', from: 1, to: 3 })
    stage.order({ do: 'lag-copy', topic: 'orders', partition: 0, broker: 3, behind: 1 })
    stage.write('orders', 0, 'c')
    stage.order({ do: 'mend-link', from: 1, to: 3 })
    stage.pass(900)
    expect([logOn(3).endOffset, read(sent)]).toEqual([1n, 'waits'])
    stage.pass(200)
    expect(read(sent)).toEqual(['2:c'])
  })

  it('shows committed records as its leader does, and tells the aborted ones', () => {
    const transactionalId = 't'
    const send = <A extends 'initProducerId' | 'addPartitionsToTxn' | 'endTxn'>(
      name: A,
      body: RequestInput<Apis[A]>,
    ): ResponseOf<Apis[A]> => {
      const sent = stage.connect(stage.partition('__transaction_state', 0).leader!).send(name, body, 1)
      stage.pass(1200)
      return sent.answer!
    }
    stage.connect(1).send('findCoordinator', { key: transactionalId, keyType: 1 }, 1)
    stage.pass(2000)
    // The first one who asks only makes the broker fetch a block of producer ids.
    for (let i = 0; i < 2; i++) send('initProducerId', { transactionalId, transactionTimeoutMs: 60_000 })
    const { producerId, producerEpoch } = send('initProducerId', { transactionalId, transactionTimeoutMs: 60_000 })
    const of = {
      v3AndBelowTransactionalId: transactionalId,
      v3AndBelowProducerId: producerId,
      v3AndBelowProducerEpoch: producerEpoch,
    }
    let baseSequence = 0
    const write = (id: string) => {
      send('addPartitionsToTxn', { ...of, v3AndBelowTopics: [{ name: 'orders', partitions: [0] }] })
      const records = batch([id], { producerId, producerEpoch, baseSequence: baseSequence++, isTransactional: true })
      const topicData = [{ name: 'orders', partitionData: [{ index: 0, records }] }]
      stage.connect(1).send('produce', { acks: -1, timeoutMs: 1000, topicData, transactionalId }, 7)
      stage.pass(600)
    }
    const told = (broker: number) => {
      const sent = fetch(broker, 0n, { isolationLevel: 1, rackId: '' })
      const { highWatermark, lastStableOffset, abortedTransactions } = part(sent)!
      return { highWatermark, lastStableOffset, abortedTransactions, records: read(sent) }
    }
    write('a')
    expect(told(3)).toEqual({ highWatermark: 1n, lastStableOffset: 0n, abortedTransactions: [], records: [] })
    const waiting = fetch(3, 0n, { isolationLevel: 1, maxWaitMs: 10_000 })
    expect(read(waiting)).toBe('waits')
    send('endTxn', { transactionalId, producerId, producerEpoch, committed: false })
    expect(read(waiting)).toContain('0:a')
    write('b')
    send('endTxn', { transactionalId, producerId, producerEpoch, committed: true })
    expect(told(3)).toEqual(told(1))
    expect(told(3)).toMatchObject({ lastStableOffset: 4n, abortedTransactions: [{ producerId, firstOffset: 0n }] })
  })
})
