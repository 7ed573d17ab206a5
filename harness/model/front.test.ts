import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { apis } from '../wire/apis/index.ts'
import { encodeRequestFrame } from '../wire/frame.ts'
import { Front } from './front.ts'
import { checkAll } from './invariants.ts'
import { batch, Client, ClusterStage, seeded } from './testing/cluster-stage.ts'

const topicData = (records: Uint8Array) => [{ name: 'orders', partitionData: [{ index: 0, records }] }]
const fetched = [{ topic: 'orders', partitions: [{ partition: 0, fetchOffset: 0n, partitionMaxBytes: 999 }] }]
const listed = [{ name: 'orders', partitions: [{ partitionIndex: 0, timestamp: -1n }] }]
const created = { name: 'new', numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }

/** One request of each kind, as kafkajs sends them and in the newest version. */
const frames = [
  encodeRequestFrame(apis.produce, 7, 1, 'c', { acks: -1, timeoutMs: 1, topicData: topicData(batch(['a', 'b'])) }),
  encodeRequestFrame(apis.produce, 11, 1, 'c', { acks: 1, timeoutMs: 1, topicData: topicData(batch(['a'])) }),
  encodeRequestFrame(apis.produce, 3, 1, 'c', { acks: 0, timeoutMs: 1, topicData: topicData(batch(['a'])) }),
  encodeRequestFrame(apis.fetch, 11, 2, 'c', {
    replicaId: -1,
    maxWaitMs: 5,
    minBytes: 1,
    maxBytes: 99,
    topics: fetched,
  }),
  encodeRequestFrame(apis.listOffsets, 3, 3, 'c', { replicaId: -1, topics: listed }),
  encodeRequestFrame(apis.listOffsets, 9, 3, 'c', { replicaId: -1, topics: listed }),
  encodeRequestFrame(apis.metadata, 6, 4, 'c', { topics: [{ name: 'orders' }], allowAutoTopicCreation: true }),
  encodeRequestFrame(apis.metadata, 12, 4, 'c', { topics: null }),
  encodeRequestFrame(apis.findCoordinator, 2, 5, 'c', { key: 'g', keyType: 0 }),
  encodeRequestFrame(apis.findCoordinator, 6, 5, null, { coordinatorKeys: ['g'], keyType: 0 }),
  encodeRequestFrame(apis.apiVersions, 2, 6, 'c', {}),
  encodeRequestFrame(apis.apiVersions, 4, 6, 'c', { clientSoftwareName: 'n', clientSoftwareVersion: '1' }),
  encodeRequestFrame(apis.createTopics, 3, 7, 'c', { topics: [created], timeoutMs: 1, validateOnly: false }),
  encodeRequestFrame(apis.deleteTopics, 1, 8, 'c', { topicNames: ['new'], timeoutMs: 1 }),
  encodeRequestFrame(apis.initProducerId, 1, 9, 'c', { transactionalId: null, transactionTimeoutMs: 1 }),
  encodeRequestFrame(apis.describeConfigs, 2, 10, 'c', {
    resources: [{ resourceType: 2, resourceName: 'orders', configurationKeys: null }],
  }),
  encodeRequestFrame(apis.createPartitions, 1, 11, 'c', {
    topics: [{ name: 'new', count: 2, assignments: null }],
    timeoutMs: 1,
    validateOnly: false,
  }),
  encodeRequestFrame(apis.joinGroup, 5, 12, 'c', {
    groupId: 'g',
    sessionTimeoutMs: 10_000,
    rebalanceTimeoutMs: 10_000,
    memberId: '',
    protocolType: 'consumer',
    protocols: [{ name: 'r', metadata: new Uint8Array([0, 1]) }],
  }),
  encodeRequestFrame(apis.syncGroup, 3, 13, 'c', { groupId: 'g', generationId: 1, memberId: 'm', assignments: [] }),
  encodeRequestFrame(apis.heartbeat, 3, 14, 'c', { groupId: 'g', generationId: 1, memberId: 'm' }),
  encodeRequestFrame(apis.leaveGroup, 3, 15, 'c', { groupId: 'g', members: [{ memberId: 'm' }] }),
  encodeRequestFrame(apis.offsetCommit, 5, 16, 'c', {
    groupId: 'g',
    generationIdOrMemberEpoch: -1,
    memberId: '',
    topics: [{ name: 'orders', partitions: [{ partitionIndex: 0, committedOffset: 1n, committedMetadata: null }] }],
  }),
  encodeRequestFrame(apis.offsetFetch, 4, 17, 'c', {
    groupId: 'g',
    topics: [{ name: 'orders', partitionIndexes: [0] }],
  }),
  encodeRequestFrame(apis.describeGroups, 2, 18, 'c', { groups: ['g'] }),
  encodeRequestFrame(apis.listGroups, 2, 19, 'c', {}),
]

/** A client that looks at nothing. */
function mute(stage: ClusterStage, connection: number): Client {
  const client = new Client(stage, connection, 1, 'c')
  client.receive = () => {}
  client.taken = () => {}
  return client
}

describe('the front', () => {
  it('gives the same requests however the bytes were cut', () => {
    const bytes = Buffer.concat(frames)
    const whole = new Front(1, 1, '/h').feed(bytes)
    expect(whole).toHaveLength(frames.length)
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: bytes.length }), { maxLength: 20 }), (places) => {
        const front = new Front(1, 1, '/h')
        const cuts = [0, ...places.sort((a, b) => a - b), bytes.length]
        const items = cuts.flatMap((at, i) => front.feed(bytes.subarray(at, cuts[i + 1])))
        expect(items).toEqual(whole)
      }),
      { numRuns: 50 },
    )
  })

  it('gives the requests before the bytes that are none, then ends the connection and takes no more', () => {
    const front = new Front(7, 3, '/h')
    const items = front.feed(Buffer.concat([frames[0]!, Buffer.from([0xff, 0, 0, 0]), frames[1]!]))
    expect(items.map(({ kind }) => kind)).toEqual(['request', 'note', 'close', 'closed'])
    expect(items[1]).toMatchObject({ event: { what: 'malformed', broker: 3 } })
    expect(items[2]).toMatchObject({ connection: 7, how: 'fin' })
    expect(front.feed(frames[0]!)).toEqual([])
  })

  it('ends it on a body that is not what it says; bytes behind a body don’t matter, as to Kafka', () => {
    const cut = frames[4]!.slice(0, -2)
    new DataView(cut.buffer).setInt32(0, cut.length - 4)
    expect(new Front(1, 1, '/h').feed(cut).map(({ kind }) => kind)).toEqual(['note', 'close', 'closed'])
    const long = new Uint8Array(frames[4]!.length + 1)
    long.set(frames[4]!)
    new DataView(long.buffer).setInt32(0, long.length - 4)
    expect(new Front(1, 1, '/h').feed(long)).toEqual(new Front(1, 1, '/h').feed(frames[4]!))
  })

  it('whatever 20,000 damaged frames do, nothing is thrown, and nothing breaks', () => {
    const fresh = () =>
      new ClusterStage({ topics: [{ name: 'orders', partitions: 1 }], config: { autoCreateTopics: true } })
    let stage = fresh()
    const draws = seeded(20_000)
    const ends = { close: 0, open: 0 }
    let client = mute(stage, 1)
    for (let i = 0; i < 20_000; i++) {
      const frame = frames[draws.int('frame', frames.length)]!.slice()
      const damage = 1 + draws.int('damage', 4)
      for (let k = 0; k < damage; k++) {
        // The length is left alone mostly: it would only make the next frames a part of this one.
        const from = draws.int('whole', 50) === 0 ? 0 : 4
        frame[from + draws.int('place', frame.length - from)] = draws.int('byte', 256)
      }
      const closed = stage.told.length
      client.feed(frame)
      const isClosed = stage.told.includes('close', closed)
      ends[isClosed ? 'close' : 'open']++
      if (isClosed || i % 50 === 0) client = mute(stage, i + 2)
      if (i % 100 === 0) stage.pass(1)
      if (i % 500 === 499) {
        expect(checkAll(stage.state)).toEqual([])
        stage = fresh()
        client = mute(stage, i + 2)
      }
    }
    expect(ends.close).toBeGreaterThan(2_000)
    expect(ends.open).toBeGreaterThan(2_000)
  })

  it('and neither does noise', () => {
    const draws = seeded(3)
    for (let i = 0; i < 2_000; i++) {
      const front = new Front(1, 1, '/h', 1000)
      for (let k = 0; k < 5; k++) front.feed(draws.bytes('noise', draws.int('length', 40)))
    }
  })
})
