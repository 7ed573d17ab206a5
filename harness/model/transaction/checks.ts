/**
 * What must be true of transactions between any two events. Each finding is a sentence; none of them can be a client's fault.
 *
 * Cannot see: without verification (KIP-890) a late write begins a transaction that no coordinator knows of, which is what Kafka did
 * before 3.6; then open transactions are not compared with coordinators. Nor can it see the epoch of a producer that made up a later one than it
 * was given: what is open in a partition already is not verified again. Whether a marker is the right one: the property test looks.
 */

import { readInternal } from '../internal-log.ts'
import { transactionsTopic } from '../internal-topics.ts'
import { isSettled } from '../replication/leadership.ts'
import { foremost, replicaOn } from '../replication/replica.ts'
import type { ClusterState } from '../state.ts'
import { transactionConfigOf } from './config.ts'
import { replayTransactions } from './replay.ts'
import type { TransactionShard } from './shard.ts'
import { isOpen, isPending, placeOf, type Stored, type Transaction } from './state.ts'

type Say = (what: string) => void

/** `quick` leaves out the comparisons with logs, which read all of them. */
export function checkTransactions(state: ClusterState, depth: 'quick' | 'whole' = 'whole'): string[] {
  const found: string[] = []
  for (const shard of state.transactionShards.values()) {
    const sayShard: Say = (what) => found.push(`${transactionsTopic}/${shard.partition}: ${what}`)
    const of = state.topics.get(transactionsTopic)?.partitions[shard.partition]
    const by = of && replicaOn(of, shard.broker)
    if (by?.role.is !== 'leader') sayShard(`broker ${shard.broker} coordinates, and does not lead`)
    if (by?.leaderEpoch !== shard.coordinatorEpoch) sayShard(`its coordinator is of epoch ${shard.coordinatorEpoch}`)
    if (shard.loading !== null && !state.timers.has(shard.loading)) sayShard('loads for ever')
    for (const transaction of shard.transactions.values()) {
      const { transactionalId, phase, producerId, epoch } = transaction
      const say: Say = (what) =>
        found.push(`transaction ${transactionalId} (${phase}, ${producerId}/${epoch}): ${what}`)
      checkPhase(transaction, say)
      checkTimers(state, shard, transaction, say)
    }
    if (depth === 'whole' && shard.loading === null && isSettled(shard, by)) checkLog(state, shard, sayShard)
  }
  if (depth === 'whole' && transactionConfigOf(state).verification && !state.audit.lossy)
    checkOpen(state, (what) => found.push(what))
  return found
}

function checkPhase(transaction: Transaction, say: Say): void {
  const { partitions, markers, startedAtMs, epoch, producerId } = transaction
  if (producerId < 0n || epoch < 0) say('has no producer')
  if (!isOpen(transaction) && partitions.size > 0) say(`has ${partitions.size} partitions`)
  if (!isPending(transaction) && markers.size > 0) say(`sends ${markers.size} markers`)
  if (isOpen(transaction) && startedAtMs < 0n) say('was never begun')
  for (const [place, of] of partitions) if (placeOf(of) !== place) say(`${place} is ${placeOf(of)}`)
}

/** Nothing lasts for ever: a transaction that is open ends when its time is up, and what ends waits for markers that are on their way. */
function checkTimers(state: ClusterState, shard: TransactionShard, transaction: Transaction, say: Say): void {
  const { phase, partitions, markers, isStuck, unreplicated } = transaction
  if (phase === 'Ongoing' && (shard.timeouts === null || !state.timers.has(shard.timeouts.id))) say('is open for ever')
  if (!isPending(transaction)) return
  if (partitions.size === 0 && !transaction.isWriting && transaction.completing === null) say('waits for nothing')
  for (const [place, timer] of markers) {
    if (!partitions.has(place) || !state.timers.has(timer)) say(`its marker for ${place} goes nowhere`)
  }
  for (const place of partitions.keys()) {
    if (!isStuck && !markers.has(place) && !unreplicated.has(place)) say(`${place} gets no marker`)
  }
}

/** The cache is the log replayed, but for markers that were written since. */
function checkLog(state: ClusterState, shard: TransactionShard, say: Say): void {
  const logged = replayTransactions(readInternal(state, transactionsTopic, shard.partition, shard.broker))
  for (const [id, known] of shard.transactions) {
    const stored = logged.get(id)
    if (stored === undefined) say(`${id} is not in the log`)
    else checkStored(known, stored, say)
  }
  for (const id of logged.keys()) if (!shard.transactions.has(id)) say(`${id} is only in the log`)
}

function checkStored(known: Transaction, stored: Stored, say: Say): void {
  for (const field of ['producerId', 'epoch', 'timeoutMs', 'phase', 'startedAtMs', 'updatedAtMs'] as const) {
    if (known[field] !== stored[field])
      say(`${known.transactionalId}: ${field} is ${known[field]}, in the log ${stored[field]}`)
  }
  for (const place of known.partitions.keys()) {
    if (!stored.partitions.has(place)) say(`${known.transactionalId}: ${place} is not in the log`)
  }
  if (!isPending(known) && known.partitions.size !== stored.partitions.size) {
    say(`${known.transactionalId} has ${known.partitions.size} partitions, in the log ${stored.partitions.size}`)
  }
}

/** What this partition's coordinator knows, or would if there were one. */
export function knownTransactions(state: ClusterState, partition: number): Iterable<Stored> {
  const shard = state.transactionShards.get(partition)
  if (shard !== undefined && shard.loading === null) return shard.transactions.values()
  return replayTransactions(readInternal(state, transactionsTopic, partition)).values()
}

/** What is open in a partition is part of an open transaction of the same producer, and all of it in one epoch. */
function checkOpen(state: ClusterState, say: Say): void {
  const owners = new Map<bigint, Stored>()
  for (const { partition } of state.topics.get(transactionsTopic)?.partitions ?? []) {
    for (const transaction of knownTransactions(state, partition)) owners.set(transaction.producerId, transaction)
  }
  const epochs = new Map<bigint, number>()
  for (const { name, partitions } of state.topics.values()) {
    for (const of of partitions) {
      const { log } = foremost(of)
      const place = placeOf({ topic: name, partition: of.partition })
      for (const producerId of log.open.keys()) {
        if (log.passedOver.has(producerId)) continue
        const owner = owners.get(producerId)
        if (owner === undefined || !isOpen(owner) || !owner.partitions.has(place)) {
          say(`${place}: a transaction of producer ${producerId} is open, and its coordinator knows nothing of it`)
        }
        const epoch = log.producers.get(producerId)!.epoch
        if (owner !== undefined && epoch > owner.epoch) continue
        if ((epochs.get(producerId) ?? epoch) !== epoch)
          say(`${place}: producer ${producerId} has transactions open in two epochs`)
        epochs.set(producerId, epoch)
      }
    }
  }
}
