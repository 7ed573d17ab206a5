/** Three brokers 1 ms apart, three copies: what acks mean, who leads, what is lost and what is not. */
import { beforeEach, describe, expect, it } from 'vitest'
import { batch, ClusterStage, from, read } from '../testing/cluster-stage.ts'
import { replicaOn } from './replica.ts'

let stage: ClusterStage

const config = { replicationFactor: 3, minInSyncReplicas: 2 }

beforeEach(() => {
  stage = new ClusterStage({ brokers: 3, config, topics: [{ name: 'orders', partitions: 1 }] })
  // The first step says that followers have begun.
  stage.order({ do: 'slow-loading', loadMs: null })
  stage.pass(10)
})

const partition = () => stage.partition('orders', 0)
const leader = () => partition().leader!
const followers = () => [1, 2, 3].filter((id) => id !== leader())
const logOn = (broker: number) => replicaOn(partition(), broker)!.log
const ends = () => [1, 2, 3].map((id) => logOn(id).endOffset)
const told = (what: string) => stage.notes.filter((note) => note.what === what)

function produce(acks: number, ids: string[], broker = leader(), timeoutMs = 1000) {
  const topicData = [{ name: 'orders', partitionData: [{ index: 0, records: batch(ids) }] }]
  const sent = stage.connect(broker).send('produce', { acks, timeoutMs, topicData, transactionalId: null }, 7)
  const answer = () => sent.answer?.responses[0]?.partitionResponses[0]
  return Object.assign(() => answer()?.errorCode, { offset: () => answer()?.baseOffset })
}

function reads(broker: number, offset = 0n, version = 11) {
  return read(stage.connect(broker).fetch('orders', 0, offset, { version }))
}

describe('acks', () => {
  it('1: is answered at once, and shown to readers when all in-sync replicas have it', () => {
    expect(produce(1, ['a'])()).toBe(0)
    expect(ends()).toEqual([1, 2, 3].map((id) => (id === leader() ? 1n : 0n)))
    expect(reads(leader())).toEqual([])
    stage.pass(2)
    expect(reads(leader())).toEqual(['0:a'])
  })

  it('all: is answered when all in-sync replicas have it', () => {
    const answer = produce(-1, ['a'])
    expect(answer()).toBeUndefined()
    stage.pass(1)
    expect(answer()).toBeUndefined()
    stage.pass(1)
    expect(answer()).toBe(0)
    expect(ends()).toEqual([1n, 1n, 1n])
  })

  it('all: goes on without a follower that is down, and not with fewer than min.insync.replicas', () => {
    const [first, second] = followers()
    stage.order({ do: 'broker-down', broker: first! })
    expect(partition().isr).toHaveLength(2)
    const answer = produce(-1, ['a'])
    stage.pass(2)
    expect(answer()).toBe(0)
    stage.order({ do: 'broker-down', broker: second! })
    expect(produce(-1, ['b'])()).toBe(19)
    expect(produce(1, ['c'])()).toBe(0)
    stage.pass(100)
    // Nothing new is shown meanwhile (Partition.isUnderMinIsr).
    expect(reads(leader())).toEqual(['0:a'])
    stage.order({ do: 'broker-up', broker: second! })
    stage.pass(100)
    expect([...partition().isr].sort()).toEqual([leader(), second!].sort())
    expect(reads(leader())).toEqual(['0:a', '1:c'])
  })

  it('all: REQUEST_TIMED_OUT while a follower that is in sync does not answer, and stored all the same', () => {
    const [away] = followers()
    stage.order({ do: 'cut-link', from: leader(), to: away! })
    const answer = produce(-1, ['a'], leader(), 500)
    stage.pass(500)
    expect(answer()).toBe(7)
    expect(answer.offset()).toBe(0n)
    expect(reads(leader())).toEqual([])
    stage.order({ do: 'mend-link', from: leader(), to: away! })
    stage.pass(10)
    expect(reads(leader())).toEqual(['0:a'])
  })

  it('all: NOT_LEADER_OR_FOLLOWER where another one is elected meanwhile', () => {
    const before = leader()
    const [away, next] = followers()
    stage.order({ do: 'cut-link', from: before, to: away! })
    const answer = produce(-1, ['a'])
    stage.pass(5)
    expect(stage.order({ do: 'move-leader', topic: 'orders', partition: 0, to: next! })).toEqual({})
    expect(answer()).toBe(6)
  })
})

describe('a leader that goes', () => {
  it('loses what was acknowledged by it alone, and cuts it off when it is back', () => {
    const before = leader()
    expect(produce(1, ['a'])()).toBe(0)
    stage.order({ do: 'broker-down', broker: before })
    expect(leader()).not.toBe(before)
    expect(told('lost')).toMatchObject([{ from: '0', messages: ['a'], unclean: false, committed: false }])
    const answer = produce(-1, ['b'])
    stage.pass(10)
    expect(answer()).toBe(0)
    expect(reads(leader())).toEqual(['0:b'])
    stage.order({ do: 'broker-up', broker: before })
    stage.pass(20)
    expect(told('truncated')).toMatchObject([{ broker: before, from: '1', to: '0' }])
    expect(reads(before)).toEqual(['0:b'])
    expect(partition().isr).toHaveLength(3)
    expect(stage.whole()).toEqual([])
  })

  it('loses nothing that all in-sync replicas have', () => {
    const answer = produce(-1, ['a'])
    stage.pass(2)
    expect(answer()).toBe(0)
    stage.order({ do: 'broker-down', broker: leader() })
    stage.pass(1000)
    expect(told('lost')).toEqual([])
    expect(reads(leader())).toEqual(['0:a'])
  })

  it('goes on while it has not heard of it: what it takes then is lost', () => {
    const before = leader()
    const [next] = followers()
    stage.order({ do: 'hold-metadata', broker: before, held: true })
    stage.order({ do: 'move-leader', topic: 'orders', partition: 0, to: next! })
    expect(produce(1, ['a'], before)()).toBe(0)
    const never = produce(-1, ['b'], before, 300)
    // The new one waits for the old one, which is in sync as far as it knows.
    const answer = produce(-1, ['c'], next, 60_000)
    stage.pass(400)
    expect([never(), answer()]).toEqual([7, undefined])
    stage.order({ do: 'hold-metadata', broker: before, held: false })
    stage.pass(2000)
    expect(answer()).toBe(0)
    expect(reads(before)).toEqual(['0:c'])
    expect(stage.whole()).toEqual([])
  })

  it('comes back without what had not reached its disk', () => {
    const before = leader()
    const answer = produce(-1, ['a'])
    stage.pass(1000)
    produce(-1, ['b'])
    stage.pass(10)
    expect(answer()).toBe(0)
    stage.order({ do: 'broker-down', broker: before, lostMs: 500 })
    expect(logOn(before).endOffset).toBe(1n)
    stage.pass(10)
    stage.order({ do: 'broker-up', broker: before })
    stage.pass(1000)
    expect([...ends(), told('lost').length]).toEqual([2n, 2n, 2n, 0])
    expect(stage.whole()).toEqual([])
  })
})

describe('elections', () => {
  it('nobody leads when all in sync are gone, whoever else is up', () => {
    const [first, second] = followers()
    const last = leader()
    stage.order({ do: 'broker-down', broker: first! })
    produce(1, ['a'])
    stage.order({ do: 'broker-down', broker: second! })
    stage.order({ do: 'broker-down', broker: last })
    stage.order({ do: 'broker-up', broker: first! })
    expect([partition().leader, partition().isr]).toEqual([null, [last]])
    stage.order({ do: 'broker-up', broker: last })
    expect(partition().leader).toBe(last)
    expect(told('lost')).toEqual([])
  })

  it('an unclean one loses what the others had, and they cut it off', () => {
    const [first, second] = followers()
    const last = leader()
    stage.order({ do: 'broker-down', broker: first! })
    const answer = produce(-1, ['a'])
    stage.pass(10)
    expect(answer()).toBe(0)
    stage.order({ do: 'broker-down', broker: second! })
    stage.order({ do: 'broker-down', broker: last })
    stage.order({ do: 'broker-up', broker: first! })
    expect(stage.order({ do: 'elect-unclean', topic: 'orders', partition: 0 })).toEqual({})
    expect(partition()).toMatchObject({ leader: first, isr: [first] })
    expect(told('lost')).toMatchObject([{ from: '0', messages: ['a'], unclean: true, committed: true }])
    produce(1, ['b'])
    stage.order({ do: 'broker-up', broker: second! })
    stage.order({ do: 'broker-up', broker: last })
    stage.pass(2000)
    expect(reads(last)).toEqual(['0:b'])
    expect(partition().isr).toHaveLength(3)
    expect(stage.whole()).toEqual([])
  })

  it('by itself, where the topic allows it', () => {
    stage.order({
      do: 'create-topic',
      topic: 'logs',
      partitions: 1,
      config: { 'unclean.leader.election.enable': 'true' },
    })
    stage.pass(600)
    const of = stage.partition('logs', 0)
    const [lead, ...others] = [of.leader!, ...[1, 2, 3].filter((id) => id !== of.leader)]
    stage.order({ do: 'broker-down', broker: others[0]! })
    stage.order({ do: 'broker-down', broker: others[1]! })
    stage.order({ do: 'broker-down', broker: lead })
    expect(of.leader).toBeNull()
    stage.order({ do: 'broker-up', broker: others[0]! })
    expect(of).toMatchObject({ leader: others[0], isr: [others[0]] })
  })

  it('wait for the controller', () => {
    const before = leader()
    stage.order({ do: 'controller-down' })
    stage.order({ do: 'broker-down', broker: before })
    expect(leader()).toBe(before)
    stage.order({ do: 'controller-up' })
    expect(leader()).not.toBe(before)
  })
})

describe('who is in sync', () => {
  it('is put out after replica.lag.time.max.ms without what was written, and let in when it has it', () => {
    const [away] = followers()
    stage.order({ do: 'cut-link', from: leader(), to: away! })
    const answer = produce(-1, ['a'], leader(), 60_000)
    stage.pass(30_000)
    expect(partition().isr).toContain(away)
    stage.pass(15_000)
    expect(partition().isr).not.toContain(away)
    expect(answer()).toBe(0)
    stage.order({ do: 'mend-link', from: leader(), to: away! })
    stage.pass(10)
    expect(partition().isr).toContain(away)
    expect(told('isr')).toHaveLength(2)
  })

  it('stays while nothing is written', () => {
    const [away] = followers()
    stage.order({ do: 'cut-link', from: leader(), to: away! })
    stage.order({ do: 'cut-link', from: away!, to: leader() })
    stage.pass(600_000)
    expect(partition().isr).toHaveLength(3)
  })

  it('is not said by a leader that has not heard who was put out', () => {
    stage = new ClusterStage({
      brokers: 3,
      config: { ...config, metadataDelayMs: 100 },
      topics: [{ name: 'orders', partitions: 1 }],
    })
    stage.pass(200)
    const [first, second] = followers()
    stage.order({ do: 'broker-down', broker: first! })
    stage.pass(200)
    stage.order({ do: 'broker-up', broker: first! })
    // It is back and caught up before the leader hears that the other one went.
    stage.order({ do: 'broker-down', broker: second! })
    stage.pass(50)
    expect(partition().isr).not.toContain(second)
    stage.pass(1_000)
    expect([...partition().isr].sort()).toEqual([leader(), first!].sort())
  })

  it('is nobody whose log directory has failed', () => {
    const [first] = followers()
    stage.order({ do: 'disk-full', broker: first! })
    produce(1, ['a'])
    stage.pass(1_000)
    expect(partition().isr).not.toContain(first)
    const before = told('isr').length
    stage.order({ do: 'hold-metadata', broker: leader(), held: false })
    stage.pass(1_000)
    expect(told('isr')).toHaveLength(before)
  })

  it('nothing happens while nothing is written', () => {
    stage.pass(2000)
    const before = stage.told.length
    stage.pass(1_000_000)
    expect(stage.told.length).toBe(before)
  })
})

describe('a wiped volume', () => {
  it('of a follower is filled again', () => {
    produce(1, ['a', 'b'])
    stage.pass(10)
    const [away] = followers()
    stage.order({ do: 'broker-down', broker: away! })
    stage.order({ do: 'wipe-broker', broker: away!, keeps: 'nothing' })
    expect(logOn(away!).endOffset).toBe(0n)
    stage.order({ do: 'broker-up', broker: away! })
    stage.pass(600)
    expect(reads(away!)).toEqual(['0:a', '1:b'])
    expect(told('wiped')).toEqual([])
    expect(stage.whole()).toEqual([])
  })

  it('of the last one in sync empties the partition, and the others follow', () => {
    produce(1, ['a', 'b'])
    stage.pass(10)
    const last = leader()
    for (const broker of followers()) stage.order({ do: 'broker-down', broker })
    stage.order({ do: 'broker-down', broker: last })
    stage.order({ do: 'wipe-broker', broker: last, keeps: 'nothing' })
    for (const broker of [last, ...[1, 2, 3].filter((id) => id !== last)]) stage.order({ do: 'broker-up', broker })
    stage.pass(2000)
    expect([leader(), ...ends()]).toEqual([last, 0n, 0n, 0n])
    expect(stage.whole()).toEqual([])
  })

  it('of a follower is filled from where the log begins', () => {
    produce(1, ['a', 'b'])
    produce(1, ['c'])
    stage.pass(600)
    stage.order({ do: 'delete-records', topic: 'orders', partition: 0, before: 2n })
    const [away] = followers()
    stage.order({ do: 'broker-down', broker: away! })
    stage.order({ do: 'wipe-broker', broker: away!, keeps: 'nothing' })
    stage.order({ do: 'broker-up', broker: away! })
    stage.pass(600)
    expect(logOn(away!)).toMatchObject({ startOffset: 2n, endOffset: 3n })
    expect(stage.whole()).toEqual([])
  })
})

describe('what followers know', () => {
  it('of the high watermark comes half a second late', () => {
    const [any] = followers()
    produce(1, ['a'])
    stage.pass(400)
    expect([logOn(any!).endOffset, logOn(any!).highWatermark]).toEqual([1n, 0n])
    stage.pass(200)
    expect(logOn(any!).highWatermark).toBe(1n)
  })

  it('of a new leader may be less than readers have seen: it says no end before it knows', () => {
    const [first] = followers()
    produce(1, ['a'])
    stage.pass(3)
    expect(reads(leader())).toEqual(['0:a'])
    const topics = [{ name: 'orders', partitions: [{ partitionIndex: 0, timestamp: -1n }] }]
    const latest = (version: number) => {
      const body = { replicaId: -1, isolationLevel: 0, topics }
      const of = stage.connect(leader()).ask('listOffsets', body, version).topics[0]!.partitions[0]!
      return [of.errorCode, of.offset]
    }
    stage.order({ do: 'cut-link', from: first!, to: 6 - leader() - first! })
    stage.order({ do: 'cut-link', from: 6 - leader() - first!, to: first! })
    stage.order({ do: 'broker-down', broker: leader() })
    expect([latest(4)[0], latest(5)[0], reads(leader())]).toEqual([5, 78, []])
    for (const from of [1, 2, 3]) for (const to of [1, 2, 3]) stage.order({ do: 'mend-link', from, to })
    stage.pass(20)
    expect(latest(5)).toEqual([0, 1n])
  })

  it('is read by consumers of Fetch 11, and not by older ones', () => {
    const [any] = followers()
    produce(1, ['a'])
    stage.pass(600)
    expect([reads(any!), reads(any!, 0n, 10)]).toEqual([['0:a'], 'NOT_LEADER_OR_FOLLOWER'])
    expect(reads(any!, 9n)).toBe('OFFSET_OUT_OF_RANGE')
  })

  it('of producers: a new leader knows what its followers sent', () => {
    const send = (broker: number) => {
      const topicData = [{ name: 'orders', partitionData: [{ index: 0, records: from(7n, 0, ['a']) }] }]
      return stage.connect(broker).send('produce', { acks: -1, timeoutMs: 1000, topicData, transactionalId: null }, 7)
    }
    send(leader())
    stage.pass(5)
    stage.order({ do: 'broker-down', broker: leader() })
    const again = send(leader())
    stage.pass(5)
    expect(again.answer?.responses[0]?.partitionResponses[0]).toMatchObject({ errorCode: 0, baseOffset: 0n })
    expect(ends()).toEqual([1n, 1n, 1n])
  })
})
