/**
 * A stage for tests of transactions: a cluster in which `__transaction_state` and `__consumer_offsets` are there, and producers that send
 * what clients send, to who coordinates and who leads. Tests only.
 */

import { type ErrorName, errorName } from '../../wire/error-codes.ts'
import { batches, decodeMarker, decodeRecords } from '../../wire/records.ts'
import type { ClusterOptions } from '../cluster.ts'
import type { ClusterConfig } from '../config.ts'
import { leaderOfInternal, transactionPartition } from '../internal-log.ts'
import { offsetsTopic, transactionsTopic } from '../internal-topics.ts'
import type { TransactionConfig } from '../transaction/config.ts'
import { batch, type Client, ClusterStage } from './cluster-stage.ts'

export interface Options {
  readonly imitate?: ClusterOptions['imitate']
  readonly brokers?: number
  readonly partitions?: number
  readonly transaction?: Partial<TransactionConfig>
  readonly config?: Partial<ClusterConfig>
  readonly seed?: number
}

export class TransactionStage extends ClusterStage {
  private readonly links = new Map<number, Client>()

  constructor(options: Options = {}) {
    const { imitate = '3.9', brokers = 2, partitions = 2, transaction = {}, config = {}, seed = 1 } = options
    const topics: ClusterOptions['topics'] = [{ name: 'orders', partitions }]
    super({ imitate, brokers, topics, config: { group: { initialRebalanceDelayMs: 0 }, transaction, ...config } }, seed)
    const client = this.link(1)
    client.ask('findCoordinator', { key: 't', keyType: 1 })
    client.ask('findCoordinator', { key: 'g', keyType: 0 })
    // Each broker's first asker only makes it fetch a block of producer ids.
    for (const broker of this.state.brokers.keys()) {
      this.link(broker).ask('initProducerId', { transactionalId: null, transactionTimeoutMs: 1 })
    }
  }

  /** A connection to this broker, a new one if the last is closed. */
  link(broker: number): Client {
    const known = this.links.get(broker)
    if (known !== undefined && known.closed === null) return known
    const made = this.connect(broker)
    this.links.set(broker, made)
    return made
  }

  coordinatorOf(transactionalId: string): number | null {
    return leaderOfInternal(this.state, transactionPartition(this.state, transactionalId), transactionsTopic)
  }

  other(than: number): number {
    return [...this.state.brokers.keys()].find((id) => id !== than)!
  }

  moveCoordinator(transactionalId: string): void {
    const to = this.other(this.coordinatorOf(transactionalId)!)
    this.order({ do: 'move-coordinator', transactionalId, to })
  }

  /** Lets markers arrive. */
  settle(): void {
    this.pass(1_000)
  }

  leaderOf(topic: string, partition: number): number | null {
    return this.state.topics.get(topic)?.partitions[partition]?.leader ?? null
  }

  transaction(transactionalId: string) {
    const shard = this.state.transactionShards.get(transactionPartition(this.state, transactionalId))
    return shard?.transactions.get(transactionalId)
  }

  /** What lies in a log: keys of records, `commit p/e` and `abort p/e` for markers, all with their offsets. */
  lies(topic: string, partition: number): string[] {
    const log = this.log(topic, partition)
    const found: string[] = []
    for (const { header, bytes } of batches(log.buffer.subarray(0, log.size))) {
      for (const record of decodeRecords(bytes, 0, header)) {
        const marker = header.isControl ? decodeMarker(record) : undefined
        const what = marker
          ? `${marker.type} ${header.producerId}/${header.producerEpoch}`
          : Buffer.from(record.key ?? []).toString()
        found.push(`${header.baseOffset + BigInt(record.offsetDelta)}:${what}`)
      }
    }
    return found
  }

  /** What a read_committed consumer is handed, as the Java client filters it (Fetcher's CompletedFetch). */
  committed(topic: string, partition: number, from = 0n): string[] {
    const { answer } = this.link(this.leaderOf(topic, partition)!).fetch(topic, partition, from, { isolationLevel: 1 })
    const of = answer!.responses[0]!.partitions[0]!
    if (of.errorCode !== 0) throw new Error(errorName(of.errorCode))
    const coming = [...(of.abortedTransactions ?? [])].sort((one, other) => Number(one.firstOffset - other.firstOffset))
    const aborted = new Set<bigint>()
    const found: string[] = []
    for (const { header, bytes } of batches(of.records!)) {
      const last = header.baseOffset + BigInt(header.lastOffsetDelta)
      while (coming.length > 0 && coming[0]!.firstOffset <= last) aborted.add(coming.shift()!.producerId)
      const records = decodeRecords(bytes, 0, header)
      if (header.isControl) {
        if (decodeMarker(records[0]!)?.type === 'abort') aborted.delete(header.producerId)
        continue
      }
      if (header.isTransactional && aborted.has(header.producerId)) continue
      for (const { key, offsetDelta } of records) {
        if (header.baseOffset + BigInt(offsetDelta) >= from) found.push(Buffer.from(key ?? []).toString())
      }
    }
    return found
  }

  /** Committed by the group on this partition; `unstable` while a transaction has one pending, when asked for stable ones. */
  offset(group: string, partition: number, requireStable = false): bigint | ErrorName {
    const broker = leaderOfInternal(this.state, this.groupPartition(group), offsetsTopic)!
    const topics = [{ name: 'orders', partitionIndexes: [partition] }]
    const { topics: read } = this.link(broker).ask('offsetFetch', { groupId: group, topics, requireStable }, 7)
    const { committedOffset, errorCode } = read[0]!.partitions[0]!
    return errorCode === 0 ? committedOffset : errorName(errorCode)!
  }

  groupPartition(group: string): number {
    let hash = 0
    for (const char of group) hash = (Math.imul(hash, 31) + char.charCodeAt(0)) | 0
    return Math.abs(hash) % this.state.config.offsetsTopicPartitions
  }
}

/** A producer as kafkajs 2.2.4 is one (versions 1 where it has them), that does what it is told and remembers what it got. */
export class Producer {
  producerId = -1n
  epoch = -1
  readonly stage: TransactionStage
  readonly id: string
  version: number
  timeoutMs: number
  private readonly sequences = new Map<number, number>()

  constructor(stage: TransactionStage, id: string, { version = 1, timeoutMs = 60_000 } = {}) {
    this.stage = stage
    this.id = id
    this.version = version
    this.timeoutMs = timeoutMs
  }

  private coordinator(): Client {
    const broker = this.stage.coordinatorOf(this.id)
    if (broker === null) throw new Error('its coordinator is down')
    return this.stage.link(broker)
  }

  init(expected?: { producerId: bigint; producerEpoch: number }): ErrorName {
    const body = { transactionalId: this.id, transactionTimeoutMs: this.timeoutMs, ...expected }
    const answer = this.coordinator().ask('initProducerId', body, expected ? 5 : this.version)
    if (answer.errorCode === 0) {
      this.producerId = answer.producerId
      this.epoch = answer.producerEpoch
      this.sequences.clear()
    }
    return errorName(answer.errorCode)!
  }

  add(...partitions: number[]): ErrorName {
    const answer = this.coordinator().ask(
      'addPartitionsToTxn',
      {
        v3AndBelowTransactionalId: this.id,
        v3AndBelowProducerId: this.producerId,
        v3AndBelowProducerEpoch: this.epoch,
        v3AndBelowTopics: [{ name: 'orders', partitions }],
      },
      this.version,
    )
    return errorName(answer.resultsByTopicV3AndBelow[0]!.resultsByPartition[0]!.partitionErrorCode)!
  }

  /** The offset it got, or the error; then the sequence number stays. */
  produce(partition: number, ...ids: string[]): bigint | ErrorName {
    return this.send(partition, ids, 7)
  }

  send(partition: number, ids: readonly string[], version: number): bigint | ErrorName {
    const baseSequence = this.sequences.get(partition) ?? 0
    const { producerId, epoch: producerEpoch } = this
    const records = batch(ids, { producerId, producerEpoch, baseSequence, isTransactional: true })
    const leader = this.stage.leaderOf('orders', partition)
    if (leader === null) return 'LEADER_NOT_AVAILABLE'
    const outcome = this.stage.link(leader).produce('orders', partition, records, { version, transactionalId: this.id })
    if (typeof outcome === 'bigint') this.sequences.set(partition, baseSequence + ids.length)
    return outcome
  }

  addOffsets(groupId: string): ErrorName {
    const { id: transactionalId, producerId, epoch: producerEpoch, version } = this
    const body = { transactionalId, producerId, producerEpoch, groupId }
    return errorName(this.coordinator().ask('addOffsetsToTxn', body, version).errorCode)!
  }

  commitOffset(
    groupId: string,
    partition: number,
    committedOffset: bigint,
    { version = this.version, ...member }: { version?: number; memberId?: string; generation?: number } = {},
  ): ErrorName {
    const { id: transactionalId, producerId, epoch: producerEpoch, stage } = this
    const broker = leaderOfInternal(stage.state, stage.groupPartition(groupId), offsetsTopic)
    if (broker === null) return 'COORDINATOR_NOT_AVAILABLE'
    const { topics } = stage.link(broker).ask(
      'txnOffsetCommit',
      {
        transactionalId,
        groupId,
        producerId,
        producerEpoch,
        ...(member.generation === undefined ? {} : { generationIdOrMemberEpoch: member.generation }),
        ...(member.memberId === undefined ? {} : { memberId: member.memberId }),
        topics: [
          { name: 'orders', partitions: [{ partitionIndex: partition, committedOffset, committedMetadata: '' }] },
        ],
      },
      version,
    )
    return errorName(topics[0]!.partitions[0]!.errorCode)!
  }

  end(committed: boolean): ErrorName {
    const { id: transactionalId, producerId, epoch: producerEpoch, version } = this
    const body = { transactionalId, producerId, producerEpoch, committed }
    return errorName(this.coordinator().ask('endTxn', body, version).errorCode)!
  }

  /** All of it, from its first partition to the answer of EndTxn. */
  write(committed: boolean, ...records: [partition: number, id: string][]): void {
    for (const [partition, id] of records) {
      ok(this.add(partition))
      const outcome = this.produce(partition, id)
      if (typeof outcome !== 'bigint') throw new Error(outcome)
    }
    ok(this.end(committed))
  }
}

export function ok(error: ErrorName): void {
  if (error !== 'NONE') throw new Error(error)
}

/** A producer that has its id and epoch. */
export function begun(
  stage: TransactionStage,
  id: string,
  options?: { version?: number; timeoutMs?: number },
): Producer {
  const producer = new Producer(stage, id, options)
  ok(producer.init())
  return producer
}
