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
import { checkSegments, checkSums } from './log-checks.ts'
import { checkCleaned, type Uncleaned, uncleaned } from './log-cleaner/checks.ts'
import { checkCopies, type Shown } from './replication/checks.ts'
import { isLone, type Replica } from './replication/replica.ts'
import type { ClusterState, Partition } from './state.ts'
import { checkTransactions } from './transaction/index.ts'
import { checkProducer, checkStable, forgetMarkers, keepListed, newWritten, type Written } from './written.ts'

export interface Audit {
  /** Whether groups may have changed since the last check. */
  groups: boolean
  /** The same of transactions. */
  transactions: boolean
  /** Copies that got records or another role since the last check. */
  readonly touched: Set<Replica>
  readonly seen: Map<Replica, Seen>
  /** Copies that were cleaned since the last check, as they were before. */
  readonly cleaned: Map<Replica, Uncleaned>
  /** Something that was acknowledged may be gone: transactions may be open that nobody knows of. */
  lossy: boolean
  /** Per partition, what its leaders have shown to readers. */
  readonly shown: Map<Partition, Shown>
}

/** What a copy was when it was last looked at. */
interface Seen {
  endOffset: bigint
  size: number
  leaderEpoch: number
  lastLeaderEpoch: number
  /** A checksum over all bytes of each batch, its header included. */
  readonly sums: number[]
  /** Where each of them begins. */
  readonly bases: bigint[]
  /** What producers wrote, and which of their transactions are open. */
  readonly written: Written
}

type Say = (what: string) => void

export function newAudit(): Audit {
  const none = { groups: false, transactions: false, lossy: false }
  return { ...none, touched: new Set(), cleaned: new Map(), seen: new Map(), shown: new Map() }
}

/** These are deleted, and that is told by a note. */
export function forgetPartitions(audit: Audit, partitions: readonly Partition[]): void {
  for (const partition of partitions) {
    for (const replica of partition.replicas) forgetReplica(audit, replica)
    audit.shown.delete(partition)
  }
}

/** Its log is another one, or shorter, and that is told by a note. */
export function forgetReplica(audit: Audit, replica: Replica): void {
  audit.touched.delete(replica)
  audit.cleaned.delete(replica)
  audit.seen.delete(replica)
}

/** It is about to be cleaned: what comes of that is compared with this. */
export function keepUncleaned({ cleaned }: Audit, replica: Replica): void {
  if (!cleaned.has(replica)) cleaned.set(replica, uncleaned(replica.log))
}

/** Call after every step. */
export function checkEvent(state: ClusterState): string[] {
  const { audit } = state
  const found = audit.groups ? checkGroups(state, 'quick') : []
  if (audit.transactions) found.push(...checkTransactions(state, 'quick'))
  audit.groups = audit.transactions = false
  if (audit.touched.size === 0) return found
  // A lone copy is all there is of its partition; the others are looked at once all of their copies are.
  const several = new Set<Partition>()
  for (const replica of audit.touched) {
    const partition = partitionOf(state, replica)
    if (partition === undefined) continue
    const say = sayOf(partition, found, replica)
    checkTouched(audit, replica, say)
    if (isLone(partition)) checkCopies(state, partition, 'quick', say)
    else several.add(partition)
  }
  audit.touched.clear()
  for (const partition of several) checkCopies(state, partition, 'quick', sayOf(partition, found))
  return found
}

/** Call at the end of a phase. */
export function checkAll(state: ClusterState): string[] {
  const found = checkEvent(state)
  for (const { topicId, partitions } of state.topics.values()) {
    for (const partition of partitions) {
      const say = sayOf(partition, found)
      if (partition.topicId !== topicId) say(`is of topic ${partition.topicId}, which is not ${topicId}`)
      for (const replica of partition.replicas) {
        const sayOfIt = sayOf(partition, found, replica)
        checkTouched(state.audit, replica, sayOfIt)
        checkSums(replica.log, state.audit.seen.get(replica)!.sums, sayOfIt)
      }
      checkCopies(state, partition, 'whole', say)
    }
  }
  checkWaiting(state, (what) => found.push(what))
  found.push(...checkGroups(state, 'whole'), ...checkTransactions(state, 'whole'))
  return [...new Set(found)]
}

/** Which copy, where there are several. */
function sayOf({ topic, partition, replicas }: Partition, found: string[], replica?: Replica): Say {
  const where = replica === undefined || replicas.length === 1 ? '' : ` on broker ${replica.broker}`
  return (what) => found.push(`${topic}/${partition}${where}: ${what}`)
}

function partitionOf({ topics }: ClusterState, { topic, topicId, partition }: Replica): Partition | undefined {
  const found = topics.get(topic)
  return found?.topicId === topicId ? found.partitions[partition] : undefined
}

function checkTouched(audit: Audit, replica: Replica, say: Say): void {
  const { log } = replica
  let seen = audit.seen.get(replica)
  if (seen === undefined) {
    // A follower that was cut off before its leader's start begins there.
    const endOffset = log.batches[0]?.baseOffset ?? log.endOffset
    seen = { endOffset, size: 0, leaderEpoch: -1, lastLeaderEpoch: -1, sums: [], bases: [], written: newWritten() }
    audit.seen.set(replica, seen)
  }
  if (replica.leaderEpoch < seen.leaderEpoch)
    say(`its leader epoch went from ${seen.leaderEpoch} to ${replica.leaderEpoch}`)
  seen.leaderEpoch = replica.leaderEpoch
  const then = audit.cleaned.get(replica)
  audit.cleaned.delete(replica)
  if (then !== undefined) lookAnew(then, replica, seen, say)
  else if (seen.bases.length > 0 && log.batches[0]?.baseOffset !== seen.bases[0]) checkDropped(replica, seen, say)
  if (log.batches.length < seen.sums.length) {
    say(`it has ${log.batches.length} batches, and had ${seen.sums.length}`)
    return
  }
  for (let i = seen.sums.length; i < log.batches.length; i++) checkNew(replica, log.batches[i]!, seen, say)
  if (log.endOffset !== seen.endOffset) say(`its end is ${log.endOffset}, its batches end at ${seen.endOffset}`)
  checkSegments(log, say)
  if (log.size !== seen.size) say(`it is ${log.size} bytes long, its batches are ${seen.size}`)
  if (
    log.startOffset > log.lastStableOffset ||
    log.lastStableOffset > log.highWatermark ||
    log.highWatermark > log.endOffset
  ) {
    say(
      `start ${log.startOffset}, stable ${log.lastStableOffset}, high watermark ${log.highWatermark}, end ${log.endOffset}`,
    )
  } else checkStable(replica, seen.written, say)
}

/** Retention has taken batches from the front: all of them lay before the log start, and what is left is as it was. */
function checkDropped(replica: Replica, seen: Seen, say: Say): void {
  const { log } = replica
  const first = log.batches[0]?.baseOffset ?? log.endOffset
  const dropped = seen.bases.findIndex((base) => base >= first)
  const count = dropped < 0 ? seen.bases.length : dropped
  if (log.startOffset < (seen.bases[count] ?? seen.endOffset))
    say(`it begins at ${log.startOffset}, and has nothing before ${first}`)
  if (log.segments[0]!.baseOffset > first)
    say(`its first segment begins at ${log.segments[0]!.baseOffset}, and its first batch at ${first}`)
  seen.sums.splice(0, count)
  seen.bases.splice(0, count)
  forgetMarkers(seen.written, first)
  const next = log.batches[seen.sums.length]
  seen.size = next?.position ?? log.size
  checkSums(log, seen.sums, say)
}

/** It was cleaned: what was seen of it then is looked at again, as it is now. */
function lookAnew(then: Uncleaned, { log }: Replica, seen: Seen, say: Say): void {
  checkCleaned(then, log, seen.endOffset, say)
  seen.sums.length = seen.bases.length = seen.size = 0
  for (const { baseOffset, position, size, crc } of log.batches) {
    if (baseOffset >= seen.endOffset) break
    if (position !== seen.size) say(`the batch at ${baseOffset} is not where the last one ended`)
    if (crc32c(log.buffer, position + at.attributes, position + size) !== crc)
      say(`the batch at ${baseOffset} has a wrong checksum`)
    seen.sums.push(crc32c(log.buffer, position, position + size))
    seen.bases.push(baseOffset)
    seen.size = position + size
  }
  keepListed(seen.written, log)
}

function checkNew(replica: Replica, batch: LogBatch, seen: Seen, say: Say): void {
  const { log, leaderEpoch } = replica
  const { baseOffset, lastOffset, position, size } = batch
  const name = `the batch at ${baseOffset}`
  if (baseOffset < seen.endOffset || (baseOffset > seen.endOffset && baseOffset > log.sparseUpTo))
    say(`${name} follows ${seen.endOffset}`)
  if (lastOffset < baseOffset) say(`${name} ends at ${lastOffset}`)
  if (position !== seen.size || position + size > log.size) say(`${name} is not where the last one ended`)
  if (batch.leaderEpoch < seen.lastLeaderEpoch || batch.leaderEpoch > leaderEpoch) {
    say(`${name} is of epoch ${batch.leaderEpoch}, after ${seen.lastLeaderEpoch}, now ${leaderEpoch}`)
  }
  const bytes = log.buffer
  if (bytes.readBigInt64BE(position) !== baseOffset) say(`${name} says it is at another offset`)
  if (bytes.readInt32BE(position + at.partitionLeaderEpoch) !== batch.leaderEpoch) say(`${name} says another epoch`)
  if (crc32c(bytes, position + at.attributes, position + size) !== batch.crc) say(`${name} has a wrong checksum`)
  checkProducer(replica, batch, seen.written, say)
  seen.endOffset = lastOffset + 1n
  seen.size = position + size
  seen.lastLeaderEpoch = batch.leaderEpoch
  seen.sums.push(crc32c(bytes, position, position + size))
  seen.bases.push(baseOffset)
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
