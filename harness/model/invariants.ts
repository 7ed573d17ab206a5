/**
 * What must always be true of the model. A finding is our own fault, never a client's.
 *
 * `checkEvent` looks at what the last step touched, `checkAll` at everything. What was true before is kept in the audit: so a log that
 * shrank, or a byte that changed, is seen although the state looks sound by itself.
 *
 * Cannot see: what never came into a log; a wrong answer.
 */
import { at } from '../wire/batch-header.ts'
import { crc32c } from '../wire/crc32c.ts'
import { checkGroups } from './group/index.ts'
import type { LogBatch } from './log.ts'
import type { ClusterState, Partition } from './state.ts'
import { checkTransactions } from './transaction/index.ts'
import { checkProducer, checkStable, newWritten, type Written } from './written.ts'

export interface Audit {
  /** Whether groups may have changed since the last check. */
  groups: boolean
  /** The same of transactions. */
  transactions: boolean
  /** Partitions that got records or another leader since the last check. */
  readonly touched: Set<Partition>
  readonly seen: Map<Partition, Seen>
}

/** What a partition was when it was last looked at. */
interface Seen {
  endOffset: bigint
  size: number
  leaderEpoch: number
  lastLeaderEpoch: number
  /** A checksum over all bytes of each batch, its header included. */
  readonly sums: number[]
  /** What producers wrote, and which of their transactions are open. */
  readonly written: Written
}

type Say = (what: string) => void

export function newAudit(): Audit {
  return { groups: false, transactions: false, touched: new Set(), seen: new Map() }
}

/** These are deleted, and that is told by a note. */
export function forgetPartitions(audit: Audit, partitions: readonly Partition[]): void {
  for (const partition of partitions) {
    audit.touched.delete(partition)
    audit.seen.delete(partition)
  }
}

/** Call after every step. */
export function checkEvent(state: ClusterState): string[] {
  const { audit } = state
  const found = audit.groups ? checkGroups(state, 'quick') : []
  if (audit.transactions) found.push(...checkTransactions(state, 'quick'))
  audit.groups = audit.transactions = false
  for (const partition of audit.touched) checkTouched(state, partition, sayOf(partition, found))
  audit.touched.clear()
  return found
}

/** Call at the end of a phase. */
export function checkAll(state: ClusterState): string[] {
  const found = checkEvent(state)
  for (const { topicId, partitions } of state.topics.values()) {
    for (const partition of partitions) {
      const say = sayOf(partition, found)
      if (partition.topicId !== topicId) say(`is of topic ${partition.topicId}, which is not ${topicId}`)
      checkTouched(state, partition, say)
      checkWhole(state.audit.seen.get(partition)!, partition, say)
    }
  }
  checkWaiting(state, (what) => found.push(what))
  found.push(...checkGroups(state, 'whole'), ...checkTransactions(state, 'whole'))
  return [...new Set(found)]
}

function sayOf({ topic, partition }: Partition, found: string[]): Say {
  return (what) => found.push(`${topic}/${partition}: ${what}`)
}

function checkTouched(state: ClusterState, partition: Partition, say: Say): void {
  let seen = state.audit.seen.get(partition)
  if (seen === undefined) {
    seen = { endOffset: 0n, size: 0, leaderEpoch: -1, lastLeaderEpoch: -1, sums: [], written: newWritten() }
    state.audit.seen.set(partition, seen)
  }
  checkLeader(state, partition, seen, say)
  const { log } = partition
  if (log.batches.length < seen.sums.length) {
    say(`it has ${log.batches.length} batches, and had ${seen.sums.length}`)
    return
  }
  for (let i = seen.sums.length; i < log.batches.length; i++) checkNew(partition, log.batches[i]!, seen, say)
  if (log.endOffset !== seen.endOffset) say(`its end is ${log.endOffset}, its batches end at ${seen.endOffset}`)
  if (log.size !== seen.size) say(`it is ${log.size} bytes long, its batches are ${seen.size}`)
  if (
    log.startOffset > log.lastStableOffset ||
    log.lastStableOffset > log.highWatermark ||
    log.highWatermark > log.endOffset
  ) {
    say(
      `start ${log.startOffset}, stable ${log.lastStableOffset}, high watermark ${log.highWatermark}, end ${log.endOffset}`,
    )
  } else checkStable(partition, seen.written, say)
}

function checkLeader({ brokers }: ClusterState, partition: Partition, seen: Seen, say: Say): void {
  const { leader, replica, leaderEpoch } = partition
  if (leader !== null && leader !== replica) say(`${leader} leads, ${replica} has the copy`)
  if (leader !== null && brokers.get(leader)?.up !== true) say(`its leader ${leader} is not up`)
  if (leaderEpoch < seen.leaderEpoch) say(`its leader epoch went from ${seen.leaderEpoch} to ${leaderEpoch}`)
  seen.leaderEpoch = leaderEpoch
}

function checkNew(partition: Partition, batch: LogBatch, seen: Seen, say: Say): void {
  const { log, leaderEpoch } = partition
  const { baseOffset, lastOffset, position, size } = batch
  const name = `the batch at ${baseOffset}`
  if (baseOffset !== seen.endOffset) say(`${name} follows ${seen.endOffset}`)
  if (lastOffset < baseOffset) say(`${name} ends at ${lastOffset}`)
  if (position !== seen.size || position + size > log.size) say(`${name} is not where the last one ended`)
  if (batch.leaderEpoch < seen.lastLeaderEpoch || batch.leaderEpoch > leaderEpoch) {
    say(`${name} is of epoch ${batch.leaderEpoch}, after ${seen.lastLeaderEpoch}, now ${leaderEpoch}`)
  }
  const bytes = log.buffer
  if (bytes.readBigInt64BE(position) !== baseOffset) say(`${name} says it is at another offset`)
  if (bytes.readInt32BE(position + at.partitionLeaderEpoch) !== batch.leaderEpoch) say(`${name} says another epoch`)
  if (crc32c(bytes, position + at.attributes, position + size) !== batch.crc) say(`${name} has a wrong checksum`)
  checkProducer(partition, batch, seen.written, say)
  seen.endOffset = lastOffset + 1n
  seen.size = position + size
  seen.lastLeaderEpoch = batch.leaderEpoch
  seen.sums.push(crc32c(bytes, position, position + size))
}

function checkWhole({ sums }: Seen, { log }: Partition, say: Say): void {
  const { batches, buffer } = log
  for (let i = 0; i < batches.length; i++) {
    const { position, size, baseOffset } = batches[i]!
    if (crc32c(buffer, position, position + size) !== sums[i]) say(`the batch at ${baseOffset} has changed`)
  }
}

/** Whoever waits is there to be answered, and has a timer that ends it. */
function checkWaiting(state: ClusterState, say: Say): void {
  if (state.stirred.size > 0) say(`${state.stirred.size} partitions were stirred and not looked at`)
  for (const { id, inFlight, queue, broker } of state.connections.values()) {
    if (inFlight === null && queue.length > 0) say(`connection ${id}: ${queue.length} requests wait behind nothing`)
    if (state.brokers.get(broker)?.up !== true) say(`connection ${id}: broker ${broker} is not up`)
  }
  for (const broker of state.brokers.values()) {
    for (const { id, fetch, timer } of broker.fetches.values()) {
      const { connection } = fetch.request
      if (state.connections.get(connection)?.inFlight !== fetch.request)
        say(`fetch ${id} waits on ${connection} for nobody`)
      if (!state.timers.has(timer)) say(`fetch ${id} waits for ever`)
    }
  }
}
