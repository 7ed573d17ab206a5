/**
 * The records of the workload for topics, which the harness writes itself: each exactly once, with its identity in a header. Where there are
 * replicas, it is written once all in sync have it; one that went with its leader is written again.
 */
import { ID_HEADER } from '../clients/identity.ts'
import { foremost, isLone } from '../model/replication/replica.ts'
import type { WorkItem } from '../plan/plan.ts'
import type { Clock } from '../sim/clock.ts'
import type { Proc } from '../sim/process.ts'
import { EPOCH_MS } from '../sim/virtual/date.ts'
import { encodeBatch } from '../wire/records.ts'
import type { SimulatedCluster } from './simulated-cluster.ts'

type Told = { readonly offset: bigint; readonly isReplicated: boolean }

export class Records {
  private readonly cluster: SimulatedCluster
  private readonly clock: Clock<Proc>
  /** What was written and waits for replicas → what is called once they have it. */
  private readonly unreplicated = new Map<Uint8Array, () => void>()

  constructor(cluster: SimulatedCluster, clock: Clock<Proc>) {
    this.cluster = cluster
    this.clock = clock
  }

  /** False: not yet, and it is to be asked again. `stored` is called when it comes true, here or in between. */
  write({ id, key, value }: WorkItem, topic: string, partition: number, stored: (offset: bigint) => void): boolean {
    const there = this.find(id, topic, partition)
    if (there !== undefined) {
      if (there.isReplicated) stored(there.offset)
      return there.isReplicated
    }
    // A value that is no text travels as JSON.
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    const record = {
      key: key === null ? null : Buffer.from(key),
      value: Buffer.from(text),
      headers: [[ID_HEADER, Buffer.from(id)]] as const,
    }
    const bytes = encodeBatch({ records: [record], baseTimestamp: BigInt(EPOCH_MS + this.clock.nowMs) })
    const { error, baseOffset } = this.cluster.order({ do: 'append', topic, partition, bytes })
    if (error !== undefined || baseOffset === undefined) return false
    if (this.find(id, topic, partition)?.isReplicated === false) {
      this.unreplicated.set(bytes, () => stored(baseOffset))
      return false
    }
    stored(baseOffset)
    return true
  }

  /** All copies that are in sync have these bytes now. */
  replicated(bytes: Uint8Array): void {
    this.unreplicated.get(bytes)?.()
    this.unreplicated.delete(bytes)
  }

  /** Where a record is that was written before, if it may be anywhere but in the one copy. */
  private find(id: string, topic: string, partition: number): Told | undefined {
    const of = this.cluster.state.topics.get(topic)?.partitions[partition]
    if (of === undefined || isLone(of)) return undefined
    const { log } = foremost(of)
    const batch = log.batches.findLast(({ messages }) => messages.includes(id))
    return batch && { offset: batch.baseOffset, isReplicated: batch.lastOffset < log.highWatermark }
  }
}
