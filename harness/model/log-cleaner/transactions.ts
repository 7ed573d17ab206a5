/**
 * Transactions as the cleaner meets them on its way through a log: which batches were aborted, and which markers are no longer needed, as
 * nothing of their transaction is left (CleanedTransactionMetadata).
 */

import type { Marker } from '../../wire/records.ts'
import type { LogBatch } from '../log.ts'
import type { Aborted } from '../log-transactions.ts'

export class CleanedTransactions {
  /** What the transaction index of the cleaned segments lists. */
  readonly listed: Aborted[] = []
  private readonly committed = new Set<bigint>()
  private readonly aborted = new Map<bigint, { readonly of: Aborted; isSeen: boolean }>()
  private coming: Aborted[] = []

  /** Those of the next segment. One that is known already is not told twice. */
  add(aborted: readonly Aborted[]): void {
    this.coming = [...this.coming, ...aborted].sort((one, other) => Number(one.firstOffset - other.firstOffset))
  }

  /** Whether it was aborted. */
  onBatch({ lastOffset, isTransactional, producerId }: LogBatch): boolean {
    this.takeUpTo(lastOffset)
    if (!isTransactional) return false
    const aborted = this.aborted.get(producerId)
    if (aborted === undefined) this.committed.add(producerId)
    else aborted.isSeen = true
    return aborted !== undefined
  }

  /** Whether its transaction has left nothing. `marker`: undefined for a batch that has lost its record. */
  onControl({ lastOffset, producerId }: LogBatch, marker: Marker | undefined, hasRecord: boolean): boolean {
    this.takeUpTo(lastOffset)
    if (!hasRecord) return true
    if (marker === undefined) return false
    if (marker.type === 'commit') return !this.committed.delete(producerId)
    const aborted = this.aborted.get(producerId)
    this.aborted.delete(producerId)
    if (aborted?.isSeen !== true) return true
    this.listed.push(aborted.of)
    return false
  }

  private takeUpTo(offset: bigint): void {
    for (;;) {
      const next = this.coming[0]
      if (next === undefined || next.firstOffset > offset) return
      this.coming.shift()
      if (!this.aborted.has(next.producerId)) this.aborted.set(next.producerId, { of: next, isSeen: false })
    }
  }
}
