/** Which leader epoch begins where in a log, and ends (LeaderEpochFileCache). */
import type { Log } from './log.ts'

/** A new leader: its epoch begins here. An epoch that saw no record leaves no trace (LeaderEpochFileCache.assign). */
export function beginEpoch(log: Log, epoch: number): void {
  while (log.epochs.length > 0 && log.epochs.at(-1)!.startOffset >= log.endOffset) log.epochs.pop()
  log.epochs.push({ epoch, startOffset: log.endOffset })
}

/** Of the largest epoch up to this one: which it is, and where it ends here; -1 for both where there is none (LeaderEpochFileCache.endOffsetFor). */
export function endOfEpoch(log: Log, epoch: number): { readonly epoch: number; readonly endOffset: bigint } {
  const last = log.epochs.at(-1)
  if (last === undefined || epoch < 0) return { epoch: -1, endOffset: -1n }
  if (epoch === last.epoch) return { epoch, endOffset: log.endOffset }
  const later = log.epochs.findIndex((one) => one.epoch > epoch)
  // A later one than all that are known, or an earlier one.
  if (later < 0) return { epoch: -1, endOffset: -1n }
  if (later === 0) return { epoch, endOffset: log.epochs[0]!.startOffset }
  return { epoch: log.epochs[later - 1]!.epoch, endOffset: log.epochs[later]!.startOffset }
}
