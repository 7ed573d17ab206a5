/** Aborted transactions in the order of their markers, and which of them a fetch is told. Batches of some 70 to 90 bytes. */
import { describe, expect, it } from 'vitest'
import { abortedIn } from './log-transactions.ts'
import { begun, TransactionStage } from './testing/transaction-stage.ts'

/** 0:a (t) 1:b (u) 2:abort u 3:c (u) 4:abort t 5:commit u */
function interleaved() {
  const stage = new TransactionStage()
  const [t, u] = [begun(stage, 't'), begun(stage, 'u')]
  t.add(0)
  u.add(0)
  t.produce(0, 'a')
  u.produce(0, 'b')
  u.end(false)
  stage.settle()
  u.add(0)
  u.produce(0, 'c')
  t.end(false)
  stage.settle()
  u.end(true)
  stage.settle()
  return { stage, log: stage.log('orders', 0), t: t.producerId, u: u.producerId }
}

function fetched(stage: TransactionStage, from: bigint, isolationLevel = 1) {
  const { answer } = stage.link(stage.leaderOf('orders', 0)!).fetch('orders', 0, from, { isolationLevel })
  const of = answer!.responses[0]!.partitions[0]!
  return of.abortedTransactions?.map(({ producerId, firstOffset }) => `${producerId}@${firstOffset}`) ?? null
}

describe('the transaction index', () => {
  it('lists aborted transactions in the order of their markers', () => {
    const { log, t, u } = interleaved()
    expect(log.aborted).toEqual([
      { producerId: u, firstOffset: 1n, lastOffset: 2n, lastStableOffset: 0n },
      { producerId: t, firstOffset: 0n, lastOffset: 4n, lastStableOffset: 3n },
    ])
  })

  it('a fetch is told those that end at or behind its offset; read_uncommitted is told none', () => {
    const { stage, t, u } = interleaved()
    expect([0n, 2n, 3n, 5n].map((from) => fetched(stage, from))).toEqual([
      [`${u}@1`, `${t}@0`],
      [`${u}@1`, `${t}@0`],
      [`${t}@0`],
      [],
    ])
    expect(fetched(stage, 0n, 0)).toBeNull()
    expect(stage.committed('orders', 0)).toEqual(['c'])
  })

  it('is complete for a leader that reads the log again', () => {
    const { stage, log } = interleaved()
    const before = structuredClone(log.aborted)
    stage.order({ do: 'move-leader', topic: 'orders', partition: 0, to: stage.other(stage.leaderOf('orders', 0)!) })
    expect(log.aborted).toEqual(before)
    expect(stage.whole()).toEqual([])
  })

  it('has nothing of a transaction that wrote nothing here', () => {
    const stage = new TransactionStage()
    const producer = begun(stage, 't')
    producer.add(0)
    producer.end(false)
    stage.settle()
    expect([stage.lies('orders', 0).length, stage.log('orders', 0).aborted]).toEqual([1, []])
  })

  it('is read up to the next entry of the sparse offset index: some 4096 bytes apart', () => {
    const stage = new TransactionStage()
    const producer = begun(stage, 't')
    const big = 'x'.repeat(1_500)
    // Two batches of more than 3,000 bytes each and a marker per transaction: an index entry about each second batch.
    for (let i = 0; i < 6; i++) {
      producer.write(false, [0, `${i}${big}`])
      stage.settle()
    }
    const log = stage.log('orders', 0)
    expect(log.index.entries.length).toBeGreaterThan(2)
    const [first] = log.index.entries
    const told = abortedIn(log, 0n, 0, 10)
    expect(told).toEqual(log.aborted.filter(({ firstOffset }) => firstOffset < first!.offset))
    expect(told.length).toBeLessThan(log.aborted.length)
    expect(abortedIn(log, 0n, 0, log.size)).toEqual(log.aborted)
  })
})

describe('the last stable offset', () => {
  it('is where the oldest open transaction begins, for fetches and for ListOffsets', () => {
    const stage = new TransactionStage()
    const [t, u] = [begun(stage, 't'), begun(stage, 'u')]
    for (const producer of [t, u]) producer.add(0)
    stage.write('orders', 0, 'plain')
    t.produce(0, 'a')
    u.produce(0, 'b')
    const stable = () => {
      const topics = [{ name: 'orders', partitions: [{ partitionIndex: 0, timestamp: -1n }] }]
      const client = stage.link(stage.leaderOf('orders', 0)!)
      const ask = (isolationLevel: number) =>
        client.ask('listOffsets', { replicaId: -1, isolationLevel, topics }, 3).topics[0]!.partitions[0]!.offset
      return [ask(1), ask(0), stage.log('orders', 0).lastStableOffset]
    }
    expect(stable()).toEqual([1n, 3n, 1n])
    u.end(true)
    stage.settle()
    expect(stable()).toEqual([1n, 4n, 1n])
    t.end(true)
    stage.settle()
    expect(stable()).toEqual([5n, 5n, 5n])
  })

  it('a fetch that waits for committed records is let go by the marker', () => {
    const stage = new TransactionStage()
    const producer = begun(stage, 't')
    producer.add(0)
    producer.produce(0, 'a')
    const client = stage.connect(stage.leaderOf('orders', 0)!)
    const waiting = client.fetch('orders', 0, 0n, { isolationLevel: 1, maxWaitMs: 10_000 })
    producer.end(true)
    stage.pass(1)
    expect(waiting.answer === undefined).toBe(true)
    stage.pass(1)
    const of = waiting.answer!.responses[0]!.partitions[0]!
    expect(of).toMatchObject({ lastStableOffset: 2n, abortedTransactions: [] })
  })
})
