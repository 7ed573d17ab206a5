import { beforeEach, describe, expect, it } from 'vitest'
import { errorName } from '../../wire/error-codes.ts'
import { batch, type Client, ClusterStage } from '../testing/cluster-stage.ts'

let stage: ClusterStage
let client: Client

beforeEach(() => {
  stage = new ClusterStage({ topics: [{ name: 'orders', partitions: 1 }] })
  client = stage.connect()
  client.produce('orders', 0, batch(['a', 'b'], { baseTimestamp: 1000n }))
  client.produce('orders', 0, batch(['c'], { baseTimestamp: 3000n }))
  client.produce('orders', 0, batch(['d'], { baseTimestamp: 2000n }))
})

/** The offset and its timestamp, or the error. */
function ask(timestamp: bigint, { version = 3, partition = 0, currentLeaderEpoch = -1 } = {}) {
  const partitions = [{ partitionIndex: partition, timestamp, ...(version >= 4 ? { currentLeaderEpoch } : {}) }]
  const answer = client.ask('listOffsets', { replicaId: -1, topics: [{ name: 'orders', partitions }] }, version)
  const { errorCode, offset, timestamp: of, leaderEpoch } = answer.topics[0]!.partitions[0]!
  return errorCode === 0 ? { offset, timestamp: of, leaderEpoch } : errorName(errorCode)
}

describe('ListOffsets', () => {
  it.each([
    ['the latest', -1n, 4n, -1n],
    ['the earliest', -2n, 0n, -1n],
    ['the first', 0n, 0n, 1000n],
    ['the first that is not earlier', 1001n, 2n, 3000n],
    ['none, without an error', 3001n, -1n, -1n],
  ])('%s', (_, timestamp, offset, of) => {
    expect(ask(timestamp)).toEqual({ offset, timestamp: of, leaderEpoch: -1 })
  })

  it('tells leader epochs from version 4 on: of the leader for the latest, of the batch for others', () => {
    const { partitions } = stage.state.topics.get('orders')!
    stage.order({ do: 'broker-down', broker: 1 })
    stage.order({ do: 'broker-up', broker: 1 })
    client = stage.connect()
    expect(partitions[0]!.leaderEpoch).toBe(2)
    expect(ask(-1n, { version: 4 })).toMatchObject({ leaderEpoch: 2 })
    expect(ask(-2n, { version: 4 })).toMatchObject({ leaderEpoch: 0 })
    expect(ask(1500n, { version: 4 })).toMatchObject({ leaderEpoch: 0 })
    expect(ask(-1n, { version: 4, currentLeaderEpoch: 0 })).toBe('FENCED_LEADER_EPOCH')
    expect(ask(-1n, { version: 4, currentLeaderEpoch: 3 })).toBe('UNKNOWN_LEADER_EPOCH')
  })

  it('the largest timestamp from version 7 on (KIP-734); what a version does not know is refused', () => {
    expect(ask(-3n, { version: 7 })).toEqual({ offset: 2n, timestamp: 3000n, leaderEpoch: 0 })
    expect(ask(-3n, { version: 6 })).toBe('UNSUPPORTED_VERSION')
    expect(ask(-4n, { version: 8 })).toMatchObject({ offset: 0n })
    expect(ask(-5n, { version: 9 })).toMatchObject({ offset: -1n })
    expect(ask(-6n, { version: 9 })).toBe('UNSUPPORTED_VERSION')
  })

  it('what it does not know', () => {
    expect(ask(-1n, { partition: 1 })).toBe('UNKNOWN_TOPIC_OR_PARTITION')
  })

  it('refuses a partition that is asked twice', () => {
    const partitions = [-1n, -2n].map((timestamp) => ({ partitionIndex: 0, timestamp }))
    const { topics } = client.ask('listOffsets', { replicaId: -1, topics: [{ name: 'orders', partitions }] })
    expect(topics[0]!.partitions.map(({ errorCode }) => errorCode)).toEqual([42, 42])
  })

  it('version 0 lists: the end and the start, newest first', () => {
    const old = (timestamp: bigint, maxNumOffsets: number) => {
      const partitions = [{ partitionIndex: 0, timestamp, maxNumOffsets }]
      const { topics } = client.ask('listOffsets', { replicaId: -1, topics: [{ name: 'orders', partitions }] }, 0)
      return topics[0]!.partitions[0]!.oldStyleOffsets
    }
    expect([old(-1n, 1), old(-1n, 9), old(-2n, 9), old(0n, 9)]).toEqual([[4n], [4n, 0n], [0n], []])
  })
})
