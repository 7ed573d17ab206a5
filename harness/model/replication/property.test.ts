/**
 * Anything that operators and clients may do to three brokers, in any order: after each event the invariants of the model hold, what was
 * acknowledged by all in-sync replicas stays unless a disk or an unclean election lost it, and once all is mended all copies are the same.
 */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { apis } from '../../wire/apis/index.ts'
import type { RequestInput } from '../../wire/schema.ts'
import { batch, ClusterStage, type Sent } from '../testing/cluster-stage.ts'
import type { Verb } from '../types.ts'
import { replicaOn } from './replica.ts'

type Step =
  | { readonly is: 'verb'; readonly verb: Verb }
  | { readonly is: 'pass'; readonly ms: number }
  | { readonly is: 'produce'; readonly broker: number; readonly acks: -1 | 1; readonly idempotent: boolean }
  | { readonly is: 'commit'; readonly group: string }
  | { readonly is: 'transaction'; readonly how: 'init' | 'add' | 'write' | 'commit' | 'abort' }

const brokers = [1, 2, 3]
const broker = fc.constantFrom(...brokers)
const topics = ['orders', '__consumer_offsets', '__transaction_state']
const verb: fc.Arbitrary<Verb> = fc.oneof(
  fc.record({ do: fc.constant('broker-down' as const), broker }),
  fc.record({ do: fc.constant('broker-down' as const), broker, lostMs: fc.constantFrom(1, 50, 5000) }),
  { arbitrary: fc.record({ do: fc.constant('broker-up' as const), broker }), weight: 3 },
  fc.record({
    do: fc.constant('wipe-broker' as const),
    broker,
    keeps: fc.constantFrom('nothing' as const, 'offsets' as const),
  }),
  fc.record({
    do: fc.constant('move-leader' as const),
    topic: fc.constantFrom(...topics),
    partition: fc.constant(0),
    to: broker,
  }),
  fc.record({ do: fc.constantFrom('cut-link' as const, 'mend-link' as const), from: broker, to: broker }),
  fc.record({
    do: fc.constant('elect-unclean' as const),
    topic: fc.constantFrom(...topics),
    partition: fc.constant(0),
  }),
  fc.record({ do: fc.constant('hold-metadata' as const), broker, held: fc.boolean() }),
  fc.constantFrom({ do: 'controller-down' as const }, { do: 'controller-up' as const }),
  fc.record({ do: fc.constantFrom('disk-full' as const, 'disk-freed' as const), broker }),
  fc.record({
    do: fc.constant('delete-records' as const),
    topic: fc.constant('orders'),
    partition: fc.constant(0),
    before: fc.bigInt({ min: 0n, max: 5n }),
  }),
  fc.record({ do: fc.constant('slow-loading' as const), loadMs: fc.constantFrom(null, 20) }),
)
const step: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: fc.record({ is: fc.constant('verb' as const), verb }), weight: 4 },
  {
    arbitrary: fc.record({ is: fc.constant('pass' as const), ms: fc.constantFrom(1, 2, 3, 20, 600, 50_000) }),
    weight: 4,
  },
  {
    arbitrary: fc.record({
      is: fc.constant('produce' as const),
      broker,
      acks: fc.constantFrom(-1 as const, 1 as const),
      idempotent: fc.boolean(),
    }),
    weight: 5,
  },
  fc.record({ is: fc.constant('commit' as const), group: fc.constantFrom('g', 'h') }),
  {
    arbitrary: fc.record({
      is: fc.constant('transaction' as const),
      how: fc.constantFrom('init' as const, 'add' as const, 'write' as const, 'commit' as const, 'abort' as const),
    }),
    weight: 3,
  },
)

class Play {
  readonly stage: ClusterStage
  /** Messages whose write was acknowledged by all in-sync replicas. */
  private readonly awaited: { readonly id: string; readonly sent: Sent<'produce'> }[] = []
  private readonly inits: Sent<'initProducerId'>[] = []
  private count = 0
  private sequence = 0
  private transactionSequence = 0
  private forgives = false

  /** Of the topic orders. Where logs are looked after copies are not the same, byte for byte. */
  private readonly config: Readonly<Record<string, string>>

  constructor(minInSyncReplicas: number, own: Readonly<Record<string, string>> = {}) {
    this.config = own
    const config = {
      ...{ replicationFactor: 3, minInSyncReplicas, offsetsTopicPartitions: 1, transactionTopicPartitions: 1 },
      logRetentionCheckMs: 30_000,
    }
    this.stage = new ClusterStage({ brokers: 3, config, topics: [{ name: 'orders', partitions: 1, config: own }] })
    for (const keyType of [0, 1]) {
      this.stage.connect(1).send('findCoordinator', { key: 'g', keyType }, 1)
    }
    this.stage.pass(600)
    const size = own['segment.bytes']
    if (size === undefined) return
    for (const { internal, config: of } of this.stage.state.topics.values())
      if (internal) of.set('segment.bytes', '400')
  }

  do(step: Step): void {
    if (step.is === 'pass') this.stage.pass(step.ms)
    else if (step.is === 'verb') this.order(step.verb)
    else if (step.is === 'produce') this.produce(step)
    else if (step.is === 'commit') this.commit(step.group)
    else this.transact(step.how)
  }

  private order(verb: Verb): void {
    if (verb.do === 'wipe-broker' || verb.do === 'elect-unclean' || (verb.do === 'broker-down' && verb.lostMs)) {
      this.forgives = true
    }
    this.stage.order(verb)
  }

  private id(): string {
    this.count++
    return this.config['cleanup.policy'] === undefined ? `m${this.count}` : `k${this.count % 3}`
  }

  private now(): { readonly baseTimestamp: bigint } {
    return { baseTimestamp: BigInt(this.stage.state.config.epochMs + this.stage.nowMs) }
  }

  private produce({ broker, acks, idempotent }: Extract<Step, { is: 'produce' }>): void {
    if (!this.isUp(broker)) return
    const id = this.id()
    const of = { producerId: 1000n, producerEpoch: 0, baseSequence: this.sequence }
    const records = batch([id], idempotent ? { ...this.now(), ...of } : this.now())
    if (idempotent) this.sequence++
    const topicData = [{ name: 'orders', partitionData: [{ index: 0, records }] }]
    const sent = this.stage
      .connect(broker)
      .send('produce', { acks, timeoutMs: 5000, topicData, transactionalId: null }, 7)
    if (acks === -1) this.awaited.push({ id, sent })
  }

  private commit(groupId: string): void {
    const to = this.stage.partition('__consumer_offsets', 0).leader
    if (to === null || !this.isUp(to)) return
    const partitions = [{ partitionIndex: 0, committedOffset: BigInt(++this.count), committedMetadata: '' }]
    const body = {
      groupId,
      generationIdOrMemberEpoch: -1,
      memberId: '',
      retentionTimeMs: -1n,
      topics: [{ name: 'orders', partitions }],
    }
    this.stage.connect(to).send('offsetCommit', body as RequestInput<typeof apis.offsetCommit>, 3)
  }

  private transact(how: Extract<Step, { is: 'transaction' }>['how']): void {
    const to = this.stage.partition('__transaction_state', 0).leader
    if (to === null || !this.isUp(to)) return
    const client = this.stage.connect(to)
    if (how === 'init') {
      this.inits.push(client.send('initProducerId', { transactionalId: 't', transactionTimeoutMs: 60_000 }, 1))
      this.transactionSequence = 0
      return
    }
    const mine = this.inits.findLast(({ answer }) => answer?.errorCode === 0)?.answer
    if (mine === undefined) return
    const { producerId, producerEpoch } = mine
    if (how === 'add') {
      const v3AndBelowTopics = [{ name: 'orders', partitions: [0] }]
      const of = {
        v3AndBelowTransactionalId: 't',
        v3AndBelowProducerId: producerId,
        v3AndBelowProducerEpoch: producerEpoch,
      }
      client.send('addPartitionsToTxn', { ...of, v3AndBelowTopics }, 1)
    } else if (how === 'write') {
      const leader = this.stage.partition('orders', 0).leader
      if (leader === null || !this.isUp(leader)) return
      const records = batch([this.id()], {
        ...this.now(),
        producerId,
        producerEpoch,
        baseSequence: this.transactionSequence++,
        isTransactional: true,
      })
      const topicData = [{ name: 'orders', partitionData: [{ index: 0, records }] }]
      const body = { acks: -1, timeoutMs: 5000, topicData, transactionalId: 't' }
      this.stage.connect(leader).send('produce', body, 7)
    } else {
      client.send('endTxn', { transactionalId: 't', producerId, producerEpoch, committed: how === 'commit' }, 1)
    }
  }

  private isUp(id: number): boolean {
    return this.stage.state.brokers.get(id)!.up
  }

  /** Everything is mended, and time passes. */
  heal(): void {
    this.stage.order({ do: 'controller-up' })
    this.stage.order({ do: 'slow-loading', loadMs: null })
    for (const from of brokers) for (const to of brokers) this.stage.order({ do: 'mend-link', from, to })
    for (const broker of brokers) {
      this.stage.order({ do: 'disk-freed', broker })
      this.stage.order({ do: 'broker-up', broker })
      this.stage.order({ do: 'hold-metadata', broker, held: false })
    }
    this.stage.pass(200_000)
  }

  check(): void {
    expect(this.stage.whole()).toEqual([])
    for (const topic of topics) {
      const partition = this.stage.state.topics.get(topic)?.partitions[0]
      if (partition === undefined) continue
      const sparse = partition.replicas.map(({ log }) => log.sparseUpTo)
      const sparseUpTo = sparse.reduce((one, other) => (other > one ? other : one))
      expect([topic, partition.leader !== null, partition.isr.length]).toEqual([topic, true, 3])
      const copies = brokers.map((id) => {
        const { endOffset, highWatermark, lastStableOffset, batches, aborted } = replicaOn(partition, id)!.log
        return {
          ...{ endOffset, highWatermark, lastStableOffset },
          ...(this.config['segment.bytes'] === undefined && { aborted }),
          crcs: batches
            .filter(({ lastOffset }) => lastOffset >= partition.replicas[0]!.log.startOffset)
            .filter(({ baseOffset }) => baseOffset >= sparseUpTo)
            .map(({ crc }) => crc),
        }
      })
      expect(copies[1]).toEqual(copies[0])
      expect(copies[2]).toEqual(copies[0])
    }
    if (this.forgives || this.config['retention.ms'] !== undefined) return
    const log = this.stage.log('orders', 0)
    const stored = new Set(log.batches.flatMap(({ messages }) => messages))
    for (const { id, sent } of this.awaited) {
      if (sent.answer?.responses[0]?.partitionResponses[0]?.errorCode === 0) expect([...stored]).toContain(id)
    }
  }
}

it('whatever happens', { timeout: 240_000 }, () => {
  const runs = Number(process.env.ACKWARD_RUNS ?? 300)
  const plays = fc.record({ minInSync: fc.constantFrom(1, 2), steps: fc.array(step, { maxLength: 60, size: 'max' }) })
  fc.assert(
    fc.property(plays, ({ minInSync, steps }) => {
      const play = new Play(minInSync)
      for (const each of steps) play.do(each)
      play.heal()
      play.check()
    }),
    { numRuns: runs, seed: Number(process.env.ACKWARD_SEED ?? 1) },
  )
})

/** Segments of a few records, looked after every half minute. */
const lookedAfter = [
  { 'segment.bytes': '300', 'retention.ms': '20000' },
  { 'segment.bytes': '300', 'cleanup.policy': 'compact', 'delete.retention.ms': '20000' },
  { 'segment.bytes': '300', 'cleanup.policy': 'compact,delete', 'retention.ms': '60000' },
]

it('whatever happens while logs are deleted and compacted', { timeout: 240_000 }, () => {
  const runs = Number(process.env.ACKWARD_RUNS ?? 100)
  const of = fc.record({
    minInSync: fc.constantFrom(1, 2),
    config: fc.constantFrom(...lookedAfter),
    steps: fc.array(step, { maxLength: 60, size: 'max' }),
  })
  fc.assert(
    fc.property(of, ({ minInSync, config, steps }) => {
      const play = new Play(minInSync, config)
      for (const each of steps) play.do(each)
      play.heal()
      play.check()
    }),
    { numRuns: runs, seed: Number(process.env.ACKWARD_SEED ?? 1) },
  )
})
