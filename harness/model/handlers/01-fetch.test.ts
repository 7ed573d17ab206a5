import { beforeEach, describe, expect, it } from 'vitest'
import { batch, type Client, ClusterStage, read } from '../testing/cluster-stage.ts'

let stage: ClusterStage
let client: Client

beforeEach(() => {
  stage = new ClusterStage({ brokers: 2, topics: [{ name: 'orders', partitions: 2 }] })
  client = stage.connect(leader())
})

const partition = (index = 0) => stage.state.topics.get('orders')!.partitions[index]!
const leader = () => partition().leader!
const other = () => 3 - leader()

describe('Fetch', () => {
  it('serves from the batch that has the offset, and tells the records from there on', () => {
    stage.write('orders', 0, 'a', 'b')
    stage.write('orders', 0, 'c')
    expect(read(client.fetch('orders', 0, 1n))).toEqual(['0:a', '1:b', '2:c'])
    expect(stage.notes.at(-1)).toEqual({
      what: 'fetched',
      topic: 'orders',
      topicId: partition().topicId,
      partition: 0,
      from: '1',
      records: [
        { offset: '1', message: 'b' },
        { offset: '2', message: 'c' },
      ],
    })
    expect(read(client.fetch('orders', 0, 2n))).toEqual(['2:c'])
  })

  it('answers where the log begins and ends, and tells nothing when there is nothing', () => {
    stage.write('orders', 0, 'a')
    const { responses, sessionId, errorCode } = client.fetch('orders', 0, 1n).answer!
    expect({ sessionId, errorCode }).toEqual({ sessionId: 0, errorCode: 0 })
    expect(responses[0]!.partitions[0]).toMatchObject({
      highWatermark: 1n,
      lastStableOffset: 1n,
      logStartOffset: 0n,
      abortedTransactions: null,
      preferredReadReplica: -1,
    })
    expect(stage.notes.filter(({ what }) => what === 'fetched')).toEqual([])
  })

  it('lists aborted transactions for read_committed: none', () => {
    const { responses } = client.fetch('orders', 0, 0n, { isolationLevel: 1 }).answer!
    expect(responses[0]!.partitions[0]!.abortedTransactions).toEqual([])
  })

  describe('per partition', () => {
    it.each([
      ['an offset past the end', 2n, -1, 'OFFSET_OUT_OF_RANGE'],
      ['an offset before the start', -1n, -1, 'OFFSET_OUT_OF_RANGE'],
      ['an epoch that is over', 0n, 0, 'FENCED_LEADER_EPOCH'],
      ['an epoch that has not begun', 0n, 2, 'UNKNOWN_LEADER_EPOCH'],
      ['the epoch of now', 0n, 1, ['0:a']],
    ] as const)('%s', (_, offset, currentLeaderEpoch, outcome) => {
      stage.write('orders', 0, 'a')
      stage.order({ do: 'move-leader', topic: 'orders', partition: 0, to: other() })
      client = stage.connect(leader())
      const sent = client.fetch('orders', 0, offset, { currentLeaderEpoch, maxWaitMs: 1000 })
      expect(read(sent)).toEqual(outcome)
    })

    it('what it does not know or lead, with high watermark -1 and no records', () => {
      expect(read(client.fetch('nowhere', 0, 0n))).toBe('UNKNOWN_TOPIC_OR_PARTITION')
      expect(read(client.fetch('orders', 2, 0n))).toBe('UNKNOWN_TOPIC_OR_PARTITION')
      const { answer } = stage.connect(other()).fetch('orders', 0, 0n, { currentLeaderEpoch: 9 })
      const of = answer!.responses[0]!.partitions[0]!
      expect([of.errorCode, of.highWatermark, of.records!.length]).toEqual([6, -1n, 0])
    })

    it('names the leader from version 16 on, and topics by id from 13', () => {
      const { answer } = stage.connect(other()).fetch(partition().topicId, 0, 0n, { version: 16 })
      expect(answer!.responses[0]!.partitions[0]).toMatchObject({
        errorCode: 6,
        currentLeader: { leaderId: leader(), leaderEpoch: 0 },
      })
      expect(answer!.nodeEndpoints.map(({ nodeId }) => nodeId)).toEqual([leader()])
      stage.write('orders', 0, 'a')
      expect(read(client.fetch(partition().topicId, 0, 0n, { version: 17 }))).toEqual(['0:a'])
      expect(read(client.fetch('AAAAAAAAAAAAAAAAAAAAAQ', 0, 0n, { version: 13 }))).toBe('UNKNOWN_TOPIC_ID')
    })

    it('does not convert for versions that are too old', () => {
      expect(read(client.fetch('orders', 0, 0n, { version: 2 }))).toEqual([])
      stage.write('orders', 0, 'a')
      expect(read(client.fetch('orders', 0, 0n, { version: 3 }))).toBe('UNSUPPORTED_VERSION')
      expect(read(client.fetch('orders', 0, 0n, { version: 4 }))).toEqual(['0:a'])
    })
  })

  describe('limits', () => {
    const sizes = () => stage.log('orders', 0).batches.map(({ size }) => size)
    const bytes = (options: object) =>
      client.fetch('orders', 0, 0n, options).answer!.responses[0]!.partitions[0]!.records!

    beforeEach(() => {
      stage.write('orders', 0, 'a')
      stage.write('orders', 0, 'b')
    })

    it('the first batch comes whole, whatever the limit', () => {
      expect(bytes({ maxBytes: 1 }).length).toBe(sizes()[0])
      expect(bytes({ partitionMaxBytes: 1 }).length).toBe(sizes()[0])
    })

    it('what follows is cut where the limit is', () => {
      expect(bytes({ partitionMaxBytes: sizes()[0]! + 30 }).length).toBe(sizes()[0]! + 30)
      expect(read(client.fetch('orders', 0, 0n, { partitionMaxBytes: sizes()[0]! + 30 }))).toEqual(['0:a'])
    })

    it('one partition uses up what all have; only the first with records may exceed it', () => {
      stage = new ClusterStage({ topics: [{ name: 'orders', partitions: 3 }] })
      client = stage.connect()
      for (const index of [1, 2]) stage.write('orders', index, 'a')
      const size = stage.log('orders', 1).size
      const lengths = (maxBytes: number) => {
        const partitions = [0, 1, 2].map((index) => ({ partition: index, fetchOffset: 0n, partitionMaxBytes: 9999 }))
        const topics = [{ topic: 'orders', partitions }]
        const answer = client.ask('fetch', { replicaId: -1, maxWaitMs: 0, minBytes: 1, maxBytes, topics })
        return answer.responses[0]!.partitions.map(({ records }) => records!.length)
      }
      expect(lengths(1)).toEqual([0, size, 0])
      expect(lengths(2 * size - 1)).toEqual([0, size, 0])
      expect(lengths(2 * size)).toEqual([0, size, size])
    })
  })

  describe('waits', () => {
    const long = { maxWaitMs: 500 }

    it('until something is appended', () => {
      const sent = client.fetch('orders', 0, 0n, long)
      expect([read(sent), sent.taken]).toEqual(['waits', true])
      stage.pass(100)
      stage.connect(leader()).produce('orders', 0, batch(['a']))
      expect(read(sent)).toEqual(['0:a'])
      expect(stage.state.timers.size).toBe(0)
    })

    it('and the producer has its answer first', () => {
      client.fetch('orders', 0, 0n, long)
      const producer = stage.connect(leader())
      stage.told.length = 0
      producer.produce('orders', 0, batch(['a']))
      expect(stage.told).toEqual(['appended', 'taken', 'answer', 'fetched', 'answer'])
    })

    it('until its time is up, and then has what there is', () => {
      const sent = client.fetch('orders', 0, 0n, { ...long, minBytes: 1000 })
      stage.write('orders', 0, 'a')
      stage.pass(499)
      expect(read(sent)).toBe('waits')
      stage.pass(1)
      expect(read(sent)).toEqual(['0:a'])
    })

    it('until minBytes are there, of all its partitions', () => {
      stage = new ClusterStage({ topics: [{ name: 'orders', partitions: 2 }] })
      client = stage.connect()
      const partitions = [0, 1].map((index) => ({ partition: index, fetchOffset: 0n, partitionMaxBytes: 9999 }))
      const size = batch(['a']).length
      const body = { replicaId: -1, maxWaitMs: 500, minBytes: 2 * size, maxBytes: 9999 }
      const sent = client.send('fetch', { ...body, topics: [{ topic: 'orders', partitions }] })
      stage.write('orders', 1, 'a')
      expect(sent.answer).toBeUndefined()
      stage.write('orders', 0, 'b')
      expect(sent.answer!.responses[0]!.partitions.map(({ records }) => records!.length)).toEqual([size, size])
    })

    it('no longer when the leader moves: the old one does not know better', () => {
      const sent = client.fetch('orders', 0, 0n, long)
      stage.order({ do: 'move-leader', topic: 'orders', partition: 0, to: other() })
      expect(read(sent)).toBe('NOT_LEADER_OR_FOLLOWER')
    })

    it('no longer when the topic goes', () => {
      const sent = client.fetch('orders', 0, 0n, long)
      stage.order({ do: 'delete-topic', topic: 'orders' })
      expect(read(sent)).toBe('UNKNOWN_TOPIC_OR_PARTITION')
    })

    it('on when something else happens', () => {
      const sent = client.fetch('orders', 0, 0n, long)
      stage.order({ do: 'create-topic', topic: 'others', partitions: 1 })
      stage.write('orders', 1, 'x')
      expect(read(sent)).toBe('waits')
    })

    it('not at all where there is an error, nothing to wait for, or no wish to', () => {
      expect(read(client.fetch('nowhere', 0, 0n, long))).toBe('UNKNOWN_TOPIC_OR_PARTITION')
      expect(read(client.fetch('orders', 0, 7n, long))).toBe('OFFSET_OUT_OF_RANGE')
      expect(read(client.fetch('orders', 0, 0n, { ...long, minBytes: 0 }))).toEqual([])
      const none = { replicaId: -1, maxWaitMs: 500, minBytes: 1, maxBytes: 1, topics: [] }
      expect(client.ask('fetch', none).responses).toEqual([])
    })

    it('for nobody when its connection closes', () => {
      client.fetch('orders', 0, 0n, long)
      client.close()
      stage.write('orders', 0, 'a')
      stage.pass(1000)
      expect([...stage.state.brokers.values()].map(({ fetches }) => fetches.size)).toEqual([0, 0])
      expect(stage.state.timers.size).toBe(0)
    })
  })

  it('knows no sessions: an incremental fetch has none to belong to (KIP-227)', () => {
    const body = { replicaId: -1, maxWaitMs: 0, minBytes: 1, maxBytes: 1, topics: [] }
    expect(client.ask('fetch', { ...body, sessionId: 5, sessionEpoch: 1 }).errorCode).toBe(70)
    expect(client.ask('fetch', { ...body, sessionId: 5, sessionEpoch: -1 }).errorCode).toBe(0)
    expect(client.ask('fetch', { ...body, sessionId: 0, sessionEpoch: 0 })).toMatchObject({
      errorCode: 0,
      sessionId: 0,
    })
  })
})
