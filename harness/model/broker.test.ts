import { describe, expect, it } from 'vitest'
import { apis } from '../wire/apis/index.ts'
import { encodeRequestFrame } from '../wire/frame.ts'
import { batch, ClusterStage, read } from './testing/cluster-stage.ts'

const staged = (brokers = 1) => new ClusterStage({ brokers, topics: [{ name: 'orders', partitions: 1 }] })

describe('a broker', () => {
  it('takes up one request of a connection at a time: what comes behind a fetch that waits, waits', () => {
    const stage = staged()
    const client = stage.connect()
    const fetch = client.fetch('orders', 0, 0n, { maxWaitMs: 500 })
    const metadata = client.send('metadata', { topics: null })
    const versions = client.send('apiVersions', {})
    expect([fetch, metadata, versions].map(({ taken }) => taken)).toEqual([true, false, false])
    expect([fetch, metadata, versions].map(({ answer }) => answer === undefined)).toEqual([true, true, true])
    stage.told.length = 0
    stage.pass(500)
    expect(stage.told).toEqual(['answer', 'taken', 'answer', 'taken', 'answer'])
    expect([fetch, metadata, versions].map(({ answer }) => answer === undefined)).toEqual([false, false, false])
  })

  it('and the next one that waits holds up those behind it again', () => {
    const stage = staged()
    const client = stage.connect()
    const first = client.fetch('orders', 0, 0n, { maxWaitMs: 500 })
    const second = client.fetch('orders', 0, 1n, { maxWaitMs: 500, minBytes: 1 })
    const third = client.send('metadata', { topics: null })
    stage.write('orders', 0, 'a')
    expect([read(first), second.taken, third.taken]).toEqual([['0:a'], true, false])
    stage.write('orders', 0, 'b')
    expect([read(second), third.taken]).toEqual([['1:b'], true])
  })

  it('does not hold up one connection for another', () => {
    const stage = staged()
    stage.connect().fetch('orders', 0, 0n, { maxWaitMs: 500 })
    expect(stage.connect().produce('orders', 0, batch(['a']))).toBe(0n)
  })

  it('drops what waits on a connection that closes', () => {
    const stage = staged()
    const client = stage.connect()
    client.fetch('orders', 0, 0n, { maxWaitMs: 500 })
    const topicData = [{ name: 'orders', partitionData: [{ index: 0, records: batch(['a']) }] }]
    client.send('produce', { acks: 1, timeoutMs: 1, topicData, transactionalId: null })
    client.close()
    stage.pass(1000)
    expect(stage.log('orders', 0).endOffset).toBe(0n)
    expect(stage.whole()).toEqual([])
  })

  it.each([
    ['an API that nobody knows', 999, 0],
    ['an API that this cluster does not serve', 26, 1],
    ['a version that the release does not have', 0, 12],
    ['a version that nobody knows', 3, 99],
  ])('closes the connection on %s', (_, apiKey, version) => {
    const stage = staged()
    const client = stage.connect()
    const frame = encodeRequestFrame(apis.metadata, 1, 1, 'x', { topics: null })
    const view = new DataView(frame.buffer, frame.byteOffset)
    view.setInt16(4, apiKey)
    view.setInt16(6, version)
    client.feed(frame)
    expect(client.closed).toBe('fin')
    expect(stage.state.connections.size).toBe(0)
    expect(stage.told.filter((what) => what === 'taken')).toEqual([])
  })

  it('that is down answers nobody', () => {
    const stage = staged(2)
    stage.order({ do: 'broker-down', broker: 2 })
    const client = stage.connect(2)
    client.send('metadata', { topics: null })
    expect(client.closed).toBe('rst')
  })

  it('has a null client id for one that names none', () => {
    expect(staged().connect(1, null).ask('apiVersions', {}).errorCode).toBe(0)
  })
})
