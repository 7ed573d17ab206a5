/**
 * What must be true of a partition and its copies between any two events: who leads is up and in sync; what readers were shown stays, byte for
 * byte and in every in-sync copy, unless an unclean election or a disk lost it. Where one was cleaned its copies have the same values instead.
 *
 * Cannot see: what an old leader shows, which has not heard that it is none any more.
 */
import { crc32c } from '../../wire/crc32c.ts'
import { controllerIsGone } from '../controller-absence.ts'
import { indexOf, type Log, type LogBatch } from '../log.ts'
import { checkSameValues } from '../log-cleaner/checks.ts'
import type { ClusterState, Partition } from '../state.ts'
import { foremost, isLone, type Replica, replicaOn } from './replica.ts'

/** What the leaders of a partition have shown to readers. */
export interface Shown {
  leaderEpoch: number
  partitionEpoch: number
  /** Batches below the high watermark: last offset, and a checksum of all bytes. */
  readonly batches: { readonly lastOffset: bigint; readonly sum: number }[]
  /** Before this offset a leader's log was cleaned: what lies there is not compared byte for byte. */
  sparseUpTo: bigint
  /** Whose log was compared last: it is compared whole when that is another one. */
  by: Log | null
  /** A disk has lost some of it, or an unclean election may have: the next leader may have less. */
  excused: boolean
}

type Say = (what: string) => void

/** Something of what was shown may be gone, and nobody is to blame but a disk, or who allowed unclean elections. */
export function excuseLoss(state: ClusterState, partition: Partition): void {
  shownOf(state, partition).excused = true
  state.audit.lossy = true
}

function shownOf({ audit }: ClusterState, partition: Partition): Shown {
  const known = audit.shown.get(partition)
  if (known !== undefined) return known
  const shown: Shown = { leaderEpoch: -1, partitionEpoch: -1, batches: [], sparseUpTo: 0n, by: null, excused: false }
  audit.shown.set(partition, shown)
  return shown
}

/** `quick` leaves out the comparison of all in-sync copies, byte for byte. */
export function checkCopies(state: ClusterState, partition: Partition, depth: 'quick' | 'whole', say: Say): void {
  const shown = shownOf(state, partition)
  checkAuthority(state, partition, shown, say)
  const counts = foremost(partition)
  if (counts.role.is === 'leader' && counts.leaderEpoch === partition.leaderEpoch) checkShown(state, counts, shown, say)
  if (isLone(partition)) return
  for (const id of partition.isr) {
    const replica = replicaOn(partition, id)!
    // One that is down is still in sync while no controller has seen it go.
    if (replica !== counts && state.brokers.get(id)!.up) checkInSync(counts, replica, depth, say)
  }
}

function checkAuthority(state: ClusterState, partition: Partition, shown: Shown, say: Say): void {
  const { leader, leaderEpoch, partitionEpoch, isr, replicas } = partition
  const isThere = leader === null || state.brokers.get(leader)?.up === true
  if (!isThere && !(controllerIsGone(state) && !isLone(partition))) say(`its leader ${leader} is not up`)
  if (isr.length === 0) say('nobody is in sync')
  if (isr.some((id) => replicaOn(partition, id) === undefined)) say(`${isr} are in sync, and have no copy`)
  if (leader !== null && !isr.includes(leader)) say(`${leader} leads, and is not in sync`)
  if (leaderEpoch < shown.leaderEpoch) say(`its leader epoch went from ${shown.leaderEpoch} to ${leaderEpoch}`)
  if (partitionEpoch < shown.partitionEpoch) say(`its epoch went from ${shown.partitionEpoch} to ${partitionEpoch}`)
  for (const { broker, role, leaderEpoch: heard } of replicas) {
    if (heard > leaderEpoch) say(`broker ${broker} has heard of epoch ${heard}, and it is ${leaderEpoch}`)
    if (heard === leaderEpoch && role.is === 'leader' && leader !== broker)
      say(`${broker} leads, and is not its leader`)
  }
  shown.leaderEpoch = leaderEpoch
  shown.partitionEpoch = partitionEpoch
}

/** The leader has all that was shown; what it shows now is added. */
function checkShown({ audit }: ClusterState, leader: Replica, shown: Shown, say: Say): void {
  const { log } = leader
  const { batches } = shown
  const sums = audit.seen.get(leader)?.sums ?? []
  const sum = (i: number): number => sums[i] ?? sumOf(log, log.batches[i]!)
  if (shown.sparseUpTo < log.sparseUpTo) shown.sparseUpTo = log.sparseUpTo
  const { sparseUpTo } = shown
  if ((batches[0]?.lastOffset ?? sparseUpTo) < sparseUpTo) {
    const left = batches.findIndex(({ lastOffset }) => lastOffset >= sparseUpTo)
    batches.splice(0, left < 0 ? batches.length : left)
  }
  const skip = sparseUpTo === 0n ? 0 : indexOf(log, sparseUpTo)
  // Where its first batch lies in what was shown.
  const first = log.batches[skip]?.baseOffset ?? log.endOffset
  const kept = first === 0n ? 0 : batches.findIndex(({ lastOffset }) => lastOffset >= first)
  const from = kept < 0 ? batches.length : kept
  if (shown.by !== log) {
    for (let i = from; i < batches.length; i++) {
      const known = batches[i]!
      // What lies before its start nobody reads: retention may have been faster than truncation.
      if (known.lastOffset < log.startOffset) continue
      const here = i - from + skip
      if (log.batches[here]?.lastOffset === known.lastOffset && sum(here) === known.sum) continue
      if (!shown.excused) say(`what was shown up to ${known.lastOffset} is gone, or another`)
      batches.length = i
    }
    shown.by = log
    shown.excused = false
  }
  for (let i = batches.length - from + skip; i < log.batches.length; i++) {
    const { lastOffset } = log.batches[i]!
    if (lastOffset >= log.highWatermark) break
    batches.push({ lastOffset, sum: sum(i) })
  }
}

function sumOf({ buffer }: Log, { position, size }: LogBatch): number {
  return crc32c(buffer, position, position + size)
}

function checkInSync(counts: Replica, { broker, log }: Replica, depth: 'quick' | 'whole', say: Say): void {
  const { highWatermark } = counts.log
  if (log.endOffset < highWatermark) {
    say(`broker ${broker} is in sync and has ${log.endOffset} of ${highWatermark}`)
    return
  }
  if (depth === 'quick') return
  const sparse = log.sparseUpTo > counts.log.sparseUpTo ? log.sparseUpTo : counts.log.sparseUpTo
  if (sparse > 0n)
    checkSameValues(counts.log, log, highWatermark, (what) => say(`broker ${broker} is in sync, and ${what}`))
  const first = log.batches[0]?.baseOffset ?? log.endOffset
  for (const batch of counts.log.batches) {
    if (batch.lastOffset >= highWatermark) break
    if (batch.baseOffset < first || batch.baseOffset < sparse || batch.lastOffset < counts.log.startOffset) continue
    const same = log.batches.find(({ baseOffset }) => baseOffset === batch.baseOffset)
    if (same === undefined || sumOf(log, same) !== sumOf(counts.log, batch))
      say(`broker ${broker} is in sync, and differs at ${batch.baseOffset}`)
  }
}
