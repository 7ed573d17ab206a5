/** The last offset of each key in the dirty part of a log: what is older than that goes (Cleaner.buildOffsetMap, OffsetMap). */
import { decodeMarker, decodeRecords, parseBatchHeader, type Record, recordOffset } from '../../wire/records.ts'
import type { Log, LogBatch } from '../log.ts'
import { abortedBetween } from '../log-transactions.ts'
import { CleanedTransactions } from './transactions.ts'

export interface LatestOffsets {
  /** By key, one character a byte. */
  readonly ofKey: ReadonlyMap<string, bigint>
  /** What lies behind it was not looked at. */
  readonly upTo: bigint
}

export const keyOf = (key: Uint8Array): string => Buffer.from(key.buffer, key.byteOffset, key.length).toString('latin1')

/** Null: they can't be opened here. */
export function recordsIn({ buffer }: Log, { position }: LogBatch): Record[] | null {
  const header = parseBatchHeader(buffer, position)
  if (header.compression !== 'none' && header.compression !== 'gzip') return null
  return decodeRecords(buffer, position, header)
}

/** What a control batch says, and whether it still says anything. */
export function readControl(log: Log, batch: LogBatch): readonly [ReturnType<typeof decodeMarker>, boolean] {
  const first = recordsIn(log, batch)?.[0]
  return [first && decodeMarker(first), first !== undefined]
}

export function latestOffsets(log: Log, from: bigint, upTo: bigint): LatestOffsets {
  const ofKey = new Map<string, bigint>()
  const transactions = new CleanedTransactions()
  transactions.add(abortedBetween(log, from, upTo))
  for (const batch of log.batches) {
    if (batch.lastOffset < from) continue
    if (batch.baseOffset >= upTo) break
    if (batch.isControl) transactions.onControl(batch, ...readControl(log, batch))
    else if (!transactions.onBatch(batch)) {
      const header = parseBatchHeader(log.buffer, batch.position)
      for (const record of recordsIn(log, batch) ?? []) {
        const offset = recordOffset(header, record)
        if (record.key !== null && offset >= from) ofKey.set(keyOf(record.key), offset)
      }
    }
  }
  return { ofKey, upTo }
}
