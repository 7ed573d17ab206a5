import { beforeEach, describe, expect, it } from 'vitest'
import { batches, encodeBatch, parseBatchHeader } from '../../wire/records.ts'
import { batch, type Client, ClusterStage, from, read } from '../testing/cluster-stage.ts'

let stage: ClusterStage
let client: Client

beforeEach(() => {
  stage = new ClusterStage({ brokers: 2, topics: [{ name: 'orders', partitions: 1 }] })
  client = stage.connect(leader())
})

const leader = () => stage.state.topics.get('orders')!.partitions[0]!.leader!
const last = () => stage.notes.at(-1)
const keys = () => read(client.fetch('orders', 0, 0n))

/** One byte of a good batch changed, without a new checksum. */
function damaged(position: number, value: number): Uint8Array {
  const bytes = batch(['a'])
  bytes[position] = value
  return bytes
}

describe('Produce', () => {
  it('appends and answers the offset of the first record', () => {
    expect(client.produce('orders', 0, batch(['a', 'b']))).toBe(0n)
    expect(client.produce('orders', 0, batch(['c']), { acks: 1 })).toBe(2n)
    expect(keys()).toEqual(['0:a', '1:b', '2:c'])
  })

  it('tells what it stored, by name, with the checksum that readers get', () => {
    client.produce('orders', 0, from(7n, 3, ['a', 'b']))
    const stored = [...batches(stage.log('orders', 0).buffer.subarray(0, stage.log('orders', 0).size))][0]!
    expect(last()).toEqual({
      what: 'appended',
      topic: 'orders',
      topicId: stage.state.topics.get('orders')!.topicId,
      partition: 0,
      baseOffset: '0',
      messages: ['a', 'b'],
      leaderEpoch: 0,
      producerId: '7',
      producerEpoch: 0,
      baseSequence: 3,
      crc: stored.header.crc.toString(16).padStart(8, '0'),
    })
  })

  it('names a message by its header ackward-id before its key, and by nothing where it has neither', () => {
    const headers = [['ackward-id', Buffer.from('m1')]] as const
    client.produce(
      'orders',
      0,
      encodeBatch({ records: [{ key: Buffer.from('k'), value: null, headers }, { value: Buffer.from('v') }] }),
    )
    expect(last()).toMatchObject({ messages: ['m1', ''] })
  })

  it('opens gzip, and stores unopened what it cannot open', () => {
    expect(client.produce('orders', 0, batch(['a', 'b'], { compression: 'gzip' }))).toBe(0n)
    expect(last()).toMatchObject({ messages: ['a', 'b'] })
    expect(keys()).toEqual(['0:a', '1:b'])
  })

  describe('acks', () => {
    const send = (acks: number, topic = 'orders', records = batch(['a'])) =>
      client.send('produce', {
        acks,
        timeoutMs: 1,
        topicData: [{ name: topic, partitionData: [{ index: 0, records }] }],
        transactionalId: null,
      })

    it('0: appended, taken, never answered; the next request is served', () => {
      const sent = send(0)
      expect([sent.taken, sent.answer, client.closed]).toEqual([true, undefined, null])
      expect(keys()).toEqual(['0:a'])
    })

    it('0 with an error: the connection is closed, as that is the only way to say it', () => {
      send(0, 'nowhere')
      expect([client.closed, client.why]).toEqual(['fin', 'acks=0 and UNKNOWN_TOPIC_OR_PARTITION'])
      expect(stage.state.connections.size).toBe(0)
    })

    it('others are refused, and nothing is appended', () => {
      expect(client.produce('orders', 0, batch(['a']), { acks: 2 })).toBe('INVALID_REQUIRED_ACKS')
      expect(client.produce('orders', 0, batch(['a']), { acks: -2 })).toBe('INVALID_REQUIRED_ACKS')
      expect(keys()).toEqual([])
    })
  })

  describe('refuses', () => {
    it('what it does not know or lead', () => {
      expect(client.produce('nowhere', 0, batch(['a']))).toBe('UNKNOWN_TOPIC_OR_PARTITION')
      expect(client.produce('orders', 1, batch(['a']))).toBe('UNKNOWN_TOPIC_OR_PARTITION')
      const other = stage.connect(3 - leader())
      expect(other.produce('orders', 0, batch(['a']))).toBe('NOT_LEADER_OR_FOLLOWER')
      expect(last()).toMatchObject({
        what: 'refused',
        api: 'Produce',
        error: 'NOT_LEADER_OR_FOLLOWER',
        messages: ['a'],
      })
    })

    it('and names the leader from version 10 on (KIP-951)', () => {
      const other = stage.connect(3 - leader())
      const topicData = [{ name: 'orders', partitionData: [{ index: 0, records: batch(['a']) }] }]
      const answer = other.ask('produce', { acks: 1, timeoutMs: 1, topicData, transactionalId: null }, 10)
      expect(answer.responses[0]!.partitionResponses[0]!.currentLeader).toEqual({ leaderId: leader(), leaderEpoch: 0 })
      expect(answer.nodeEndpoints).toEqual([{ nodeId: leader(), host: `broker-${leader()}`, port: 9092, rack: null }])
    })

    it.each([
      ['an empty record set', new Uint8Array(0), 'INVALID_RECORD'],
      ['a batch that is cut', batch(['a']).subarray(0, 70), 'INVALID_RECORD'],
      ['two batches', Buffer.concat([batch(['a']), batch(['b'])]), 'INVALID_RECORD'],
      ['a wrong checksum', damaged(70, 0xff), 'CORRUPT_MESSAGE'],
      ['a length that no batch can have', damaged(8, 0xff), 'CORRUPT_MESSAGE'],
      ['an unknown magic', damaged(16, 3), 'CORRUPT_MESSAGE'],
      ['a message set of format 1', damaged(16, 1), 'INVALID_RECORD'],
      ['a base offset', batch(['a'], { baseOffset: 5n }), 'INVALID_RECORD'],
      ['offsets that do not match the count', batch(['a', 'b'], { lastOffsetDelta: 0 }), 'INVALID_RECORD'],
      ['an empty batch', batch([], { lastOffsetDelta: 0 }), 'INVALID_RECORD'],
      ['a control batch', batch(['a'], { isControl: true }), 'INVALID_RECORD'],
      ['a producer without a sequence', batch(['a'], { producerId: 1n, producerEpoch: 0 }), 'INVALID_RECORD'],
      ['more than message.max.bytes', batch(['x'.repeat(1_048_588)]), 'MESSAGE_TOO_LARGE'],
    ])('%s', (_, records, error) => {
      expect(client.produce('orders', 0, records)).toBe(error)
      expect(keys()).toEqual([])
    })

    it('all partitions when one has a size or magic that no batch can have', () => {
      const partitionData = [
        { index: 0, records: batch(['a']) },
        { index: 1, records: damaged(16, 3) },
      ]
      const body = { acks: -1, timeoutMs: 1, topicData: [{ name: 'orders', partitionData }], transactionalId: null }
      const { responses } = client.ask('produce', body)
      expect(responses[0]!.partitionResponses.map(({ errorCode }) => errorCode)).toEqual([2, 2])
      expect(keys()).toEqual([])
    })

    it('to answer records that are null: it never does, and takes nothing more', () => {
      const topicData = [{ name: 'orders', partitionData: [{ index: 0, records: null }] }]
      const sent = client.send('produce', { acks: 1, timeoutMs: 1, topicData, transactionalId: null })
      const next = client.send('metadata', { topics: null })
      stage.pass(60_000)
      expect([sent.answer, next.answer, client.closed]).toEqual([undefined, undefined, null])
    })

    it('message sets of the old formats also where their version is served', () => {
      expect(client.produce('orders', 0, damaged(16, 1), { version: 2 })).toBe('UNSUPPORTED_FOR_MESSAGE_FORMAT')
    })

    it('zstd before version 7', () => {
      const zstd = batch(['a'])
      zstd[22] = 4
      expect(client.produce('orders', 0, zstd, { version: 6 })).toBe('UNSUPPORTED_COMPRESSION_TYPE')
    })

    it('writing to internal topics, but for the admin client', () => {
      client.ask('findCoordinator', { key: 'g', keyType: 0 })
      const at = stage.state.topics.get('__consumer_offsets')!.partitions[0]!.leader!
      expect(stage.connect(at).produce('__consumer_offsets', 0, batch(['a']))).toBe('INVALID_TOPIC_EXCEPTION')
    })

    it('transactional batches: without an id, and with one, as there is no coordinator to ask', () => {
      const records = batch(['a'], { isTransactional: true, producerId: 1n, producerEpoch: 0, baseSequence: 0 })
      expect(client.produce('orders', 0, records)).toBe('TRANSACTIONAL_ID_AUTHORIZATION_FAILED')
      expect(client.produce('orders', 0, records, { transactionalId: 't' })).toBe('NOT_ENOUGH_REPLICAS')
    })

    it('transactional batches where it does not lead: of one producer before whatever else is wrong, of two for all of them', () => {
      const two = new ClusterStage({ brokers: 2, topics: [{ name: 'orders', partitions: 2 }] })
      const there = two.connect(two.partition('orders', 0).leader!)
      const leads = (partition: number) =>
        two.partition('orders', partition).leader === two.partition('orders', 0).leader
      expect([leads(0), leads(1)]).toEqual([true, false])
      const of = (producerId: bigint) =>
        batch(['a'], { isTransactional: true, producerId, producerEpoch: 0, baseSequence: 0 })
      expect(there.produce('orders', 1, of(1n), { acks: 2, transactionalId: 't' })).toBe('NOT_LEADER_OR_FOLLOWER')
      const topicData = [
        { name: 'orders', partitionData: [0, 1].map((index) => ({ index, records: of(BigInt(index)) })) },
      ]
      const { responses } = there.ask('produce', { acks: 1, timeoutMs: 1, topicData, transactionalId: 't' })
      expect(responses[0]!.partitionResponses.map(({ errorCode }) => errorCode)).toEqual([49, 49])
    })
  })

  it('takes each partition by itself, and answers in the order of the request', () => {
    const partitionData = [
      { index: 5, records: batch(['a']) },
      { index: 0, records: batch(['b']) },
    ]
    const topicData = [{ name: 'orders', partitionData }]
    const { responses } = client.ask('produce', { acks: -1, timeoutMs: 1, topicData, transactionalId: null })
    expect(responses[0]!.partitionResponses.map(({ index, errorCode }) => [index, errorCode])).toEqual([
      [5, 3],
      [0, 0],
    ])
  })

  describe('of an idempotent producer', () => {
    it('answers a retry with the old offset, and tells that it was one', () => {
      expect(client.produce('orders', 0, from(1n, 0, ['a', 'b']))).toBe(0n)
      expect(client.produce('orders', 0, from(1n, 2, ['c']))).toBe(2n)
      expect(client.produce('orders', 0, from(1n, 0, ['a', 'b']))).toBe(0n)
      expect(last()).toMatchObject({ what: 'duplicate', baseOffset: '0', baseSequence: 0, messages: ['a', 'b'] })
      expect(keys()).toEqual(['0:a', '1:b', '2:c'])
    })

    it('refuses a gap and a stale epoch', () => {
      client.produce('orders', 0, from(1n, 0, ['a'], 1))
      expect(client.produce('orders', 0, from(1n, 2, ['c'], 1))).toBe('OUT_OF_ORDER_SEQUENCE_NUMBER')
      expect(client.produce('orders', 0, from(1n, 1, ['b'], 0))).toBe('INVALID_PRODUCER_EPOCH')
    })

    it('knows it again after its broker was down, and after the leader moved', () => {
      client.produce('orders', 0, from(1n, 0, ['a']))
      client.produce('orders', 0, from(1n, 1, ['b']))
      const to = 3 - leader()
      stage.order({ do: 'move-leader', topic: 'orders', partition: 0, to })
      client = stage.connect(to)
      expect(client.produce('orders', 0, from(1n, 0, ['a']))).toBe(0n)
      stage.order({ do: 'broker-down', broker: to })
      stage.order({ do: 'broker-up', broker: to })
      client = stage.connect(to)
      expect(client.produce('orders', 0, from(1n, 0, ['a']))).toBe(0n)
      expect(client.produce('orders', 0, from(1n, 3, ['d']))).toBe('OUT_OF_ORDER_SEQUENCE_NUMBER')
      expect(client.produce('orders', 0, from(1n, 2, ['c']))).toBe(2n)
    })

    it('knows nothing of it in a topic that was made again, and takes any sequence', () => {
      client.produce('orders', 0, from(1n, 0, ['a']))
      stage.order({ do: 'recreate-topic', topic: 'orders' })
      expect(client.produce('orders', 0, from(1n, 1, ['b']))).toBe(0n)
    })

    it('is forgotten after a day, at one of the moments at which Kafka looks', () => {
      const at = (ms: number) => 1_704_067_200_000n + BigInt(ms)
      const send = (baseSequence: number, ms: number) =>
        client.produce(
          'orders',
          0,
          batch(['a'], { producerId: 1n, producerEpoch: 0, baseSequence, baseTimestamp: at(ms) }),
        )
      expect(send(0, 0)).toBe(0n)
      stage.pass(86_400_000 + 599_999)
      // Ten minutes after it is old enough: 24:10:00 is the next time to look, but 24:00:00 was one, too.
      expect(send(9, 0)).toBe(1n)
      expect(stage.whole()).toEqual([])
    })
  })

  describe('by configuration of the topic', () => {
    const topic = (config: Record<string, string>) => {
      stage.order({ do: 'create-topic', topic: 't', partitions: 1, config })
      return stage.connect(stage.state.topics.get('t')!.partitions[0]!.leader!)
    }

    it('message.timestamp.type=LogAppendTime stamps the time of the append', () => {
      const client = topic({ 'message.timestamp.type': 'LogAppendTime' })
      stage.pass(1234)
      const topicData = [{ name: 't', partitionData: [{ index: 0, records: batch(['a'], { baseTimestamp: 5n }) }] }]
      const { responses } = client.ask('produce', { acks: -1, timeoutMs: 1, topicData, transactionalId: null })
      expect(responses[0]!.partitionResponses[0]!.logAppendTimeMs).toBe(1_704_067_201_234n)
      expect(stage.log('t', 0).batches[0]!.maxTimestamp).toBe(1_704_067_201_234n)
    })

    it('only the broker may say LogAppendTime; a topic of CreateTime takes it back, as LogValidator does', () => {
      const records = batch(['a'], { timestampType: 'LogAppendTime' })
      expect(topic({ 'message.timestamp.type': 'LogAppendTime' }).produce('t', 0, records)).toBe('INVALID_TIMESTAMP')
      expect(client.produce('orders', 0, records)).toBe(0n)
      const { buffer } = stage.log('orders', 0)
      expect(parseBatchHeader(buffer).timestampType).toBe('CreateTime')
    })

    it('cleanup.policy=compact wants keys, and says which record had none', () => {
      const client = topic({ 'cleanup.policy': 'compact' })
      const records = encodeBatch({ records: [{ key: Buffer.from('k'), value: null }, { value: null }] })
      const topicData = [{ name: 't', partitionData: [{ index: 0, records }] }]
      const { responses } = client.ask('produce', { acks: -1, timeoutMs: 1, topicData, transactionalId: null }, 8)
      expect(responses[0]!.partitionResponses[0]).toMatchObject({ errorCode: 87, recordErrors: [{ batchIndex: 1 }] })
    })

    it('max.message.bytes', () => {
      const client = topic({ 'max.message.bytes': '100' })
      expect(client.produce('t', 0, batch(['a']))).toBe(0n)
      expect(client.produce('t', 0, batch(['a'.repeat(100)]))).toBe('MESSAGE_TOO_LARGE')
    })

    it('message.timestamp.after.max.ms', () => {
      const client = topic({ 'message.timestamp.after.max.ms': '1000' })
      expect(client.produce('t', 0, batch(['a'], { baseTimestamp: 1_704_067_201_000n }))).toBe(0n)
      expect(client.produce('t', 0, batch(['a'], { baseTimestamp: 1_704_067_201_001n }))).toBe('INVALID_TIMESTAMP')
    })
  })

  it('corrects a header whose latest time is not that of its records, as the log validator does', () => {
    client.produce('orders', 0, batch(['a'], { maxTimestamp: 1n }))
    expect(stage.log('orders', 0).batches[0]!.maxTimestamp).toBe(1_704_067_200_000n)
    expect(stage.whole()).toEqual([])
  })
})
