/**
 * What must be true of a log that was cleaned. Its bytes are others, rightly; but what is left was there before, at the same offset; whoever
 * reads it from its start to its end has the same last value of every key (where a deleted key may be there as a tombstone, or not at all);
 * nothing has changed that could not be cleaned; and every producer that is known still has its last batch.
 *
 * Transactions are read from their markers here, not from the transaction index, which is one of the things that could be wrong.
 */
import { parseBatchHeader, recordOffset, recordTimestamp } from '../../wire/records.ts'
import type { Log, LogBatch } from '../log.ts'
import { keyOf, readControl, recordsIn } from './keys.ts'

/** A log as it was. */
export type Uncleaned = Pick<Log, 'batches' | 'buffer'>

type Say = (what: string) => void

export function uncleaned({ batches, buffer }: Log): Uncleaned {
  return { batches: [...batches], buffer }
}

export interface Latest {
  readonly offset: bigint
  /** Null: it is deleted. */
  readonly value: string | null
}

/** By key, what who reads it all with read_committed has in the end. `before`: what lies from there on is not read. */
export function latestValues(log: Uncleaned, before?: bigint): Map<string, Latest> {
  const latest = new Map<string, Latest>()
  const pending = new Map<bigint, (readonly [string, Latest])[]>()
  const put = ([key, one]: readonly [string, Latest]): void => {
    if (one.offset >= (latest.get(key)?.offset ?? -1n)) latest.set(key, one)
  }
  for (const batch of log.batches) {
    if (before !== undefined && batch.baseOffset >= before) break
    if (batch.isControl) {
      const [marker] = readControl(log as Log, batch)
      if (marker === undefined) continue
      if (marker.type === 'commit') for (const one of pending.get(batch.producerId) ?? []) put(one)
      pending.delete(batch.producerId)
      continue
    }
    const found = keyed(log, batch)
    if (!batch.isTransactional) for (const one of found) put(one)
    else pending.set(batch.producerId, [...(pending.get(batch.producerId) ?? []), ...found])
  }
  return latest
}

function keyed(log: Uncleaned, batch: LogBatch): (readonly [string, Latest])[] {
  const header = parseBatchHeader(log.buffer, batch.position)
  return (recordsIn(log as Log, batch) ?? []).flatMap((record) => {
    if (record.key === null) return []
    const value = record.value === null ? null : keyOf(record.value)
    return [[keyOf(record.key), { offset: recordOffset(header, record), value }] as const]
  })
}

/** `endOffset`: where it ended then. What came since is not looked at. */
export function checkCleaned(then: Uncleaned, log: Log, endOffset: bigint, say: Say): void {
  const before = new Map(then.batches.map((batch) => [batch.baseOffset, batch]))
  for (const batch of log.batches) {
    if (batch.baseOffset >= endOffset) break
    const was = before.get(batch.baseOffset)
    if (was === undefined) say(`the batch at ${batch.baseOffset} was not there before it was cleaned`)
    else checkBatch(then, was, log, batch, say)
  }
  const now = new Set(log.batches.map(({ baseOffset }) => baseOffset))
  const first = log.segments[0]!.baseOffset
  for (const { baseOffset } of then.batches) {
    if (baseOffset >= log.cleanedUpTo && baseOffset >= first && !now.has(baseOffset))
      say(`the batch at ${baseOffset} is gone, and was not to be cleaned`)
  }
  checkValues(then, log, first, say)
  checkProducers(before, log, first, say)
}

function checkBatch(then: Uncleaned, was: LogBatch, log: Log, is: LogBatch, say: Say): void {
  const name = `the batch at ${is.baseOffset}`
  if (is.lastOffset !== was.lastOffset || is.leaderEpoch !== was.leaderEpoch)
    say(`${name} ends at ${is.lastOffset}, and ended at ${was.lastOffset}`)
  if (
    is.producerId !== was.producerId ||
    is.producerEpoch !== was.producerEpoch ||
    is.baseSequence !== was.baseSequence
  )
    say(`${name} is another producer's now`)
  if (is.crc === was.crc) return
  if (is.baseOffset >= log.cleanedUpTo) say(`${name} has changed, and was not to be cleaned`)
  const had = new Set(contents(then, was))
  for (const one of contents(log, is)) if (!had.has(one)) say(`${name} has a record that was not there`)
}

/** All that a reader sees of each record. */
function contents(log: Uncleaned, batch: LogBatch): string[] {
  const header = parseBatchHeader(log.buffer, batch.position)
  return (recordsIn(log as Log, batch) ?? []).map((record) => {
    const { key, value, headers } = record
    const shown = [key, value, ...headers.flat()].map((one) => (one === null ? null : Buffer.from(one).toString('hex')))
    return JSON.stringify([String(recordOffset(header, record)), String(recordTimestamp(header, record)), shown])
  })
}

function checkValues(then: Uncleaned, log: Log, first: bigint, say: Say): void {
  const now = latestValues(log)
  for (const [key, { offset, value }] of latestValues(then)) {
    const found = now.get(key)
    if (offset < first || found?.offset === offset || (value === null && found === undefined)) continue
    say(
      `the last record with the key ${JSON.stringify(key)} was at ${offset}, and is at ${found?.offset ?? 'no offset'}`,
    )
  }
}

function checkProducers(before: ReadonlyMap<bigint, LogBatch>, log: Log, first: bigint, say: Say): void {
  const lasts = new Set<bigint>()
  for (const { producerId, lastOffset } of log.batches) if (producerId >= 0n) lasts.add(lastOffset)
  const had = new Set([...before.values()].map(({ lastOffset }) => lastOffset))
  for (const { producerId, batches } of log.producers.values()) {
    const last = batches.at(-1)?.lastOffset
    if (last !== undefined && last >= first && had.has(last) && !lasts.has(last))
      say(`the last batch of producer ${producerId}, which ended at ${last}, is gone`)
  }
}

/** Both have the same values, as far as both are cleaned or not, up to an offset; copies of one partition. */
export function checkSameValues(one: Log, other: Log, before: bigint, say: Say): void {
  const start = one.startOffset > other.startOffset ? one.startOffset : other.startOffset
  const [left, right] = [latestValues(one, before), latestValues(other, before)]
  for (const key of new Set([...left.keys(), ...right.keys()])) {
    const [a, b] = [valueFrom(start, left.get(key)), valueFrom(start, right.get(key))]
    if (a?.offset !== b?.offset)
      say(`it has the key ${JSON.stringify(key)} at ${b?.offset ?? 'no offset'}, and not at ${a?.offset ?? 'none'}`)
  }
}

function valueFrom(start: bigint, latest: Latest | undefined): Latest | undefined {
  return latest === undefined || latest.value === null || latest.offset < start ? undefined : latest
}
