/**
 * Whatever was written, in transactions or not, and however often it was cleaned: a client that reads with read_committed, as clients do it,
 * has the same in the end as who was there when it was written.
 */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { batches, decodeMarker, decodeRecords, hasValidCrc, type RecordInput } from '../../wire/records.ts'
import { type Log, newLog, rebuildProducers } from '../log.ts'
import { logConfigOf } from '../log-config.ts'
import { read } from '../log-read.ts'
import { abortedIn } from '../log-transactions.ts'
import { append, appendMarker, roomy } from '../testing/log-stage.ts'
import { checkCleaned, uncleaned } from './checks.ts'
import { clean } from './clean.ts'
import { cleanable } from './cleanable.ts'

/** By key: where the last committed record lies, and what it says. */
type Table = Map<string, { readonly offset: bigint; readonly value: string | null }>

/** Reads all from an offset on, and drops what was aborted by what it is told (kafkajs' filterAbortedMessages, Fetcher.java). */
function readAll(log: Log, from: bigint): { table: Table; offsets: bigint[] } {
  const table: Table = new Map()
  const offsets: bigint[] = []
  for (let offset = from; offset < log.lastStableOffset; ) {
    const slice = read(log, offset, 1_000_000, true, log.lastStableOffset)
    if (slice === 'OFFSET_OUT_OF_RANGE') throw new Error(`${offset} is out of range`)
    if (slice.records.length === 0) break
    const aborted = abortedIn(log, offset, slice.position, slice.records.length).sort((one, other) =>
      Number(one.firstOffset - other.firstOffset),
    )
    const dropping = new Set<bigint>()
    for (const { header, bytes } of batches(slice.records)) {
      const last = header.baseOffset + BigInt(header.lastOffsetDelta)
      while (aborted[0] !== undefined && aborted[0].firstOffset <= last) dropping.add(aborted.shift()!.producerId)
      expect(hasValidCrc(bytes)).toBe(true)
      for (const record of decodeRecords(bytes)) {
        const at = header.baseOffset + BigInt(record.offsetDelta)
        if (header.isControl) {
          if (decodeMarker(record)?.type === 'abort') dropping.delete(header.producerId)
        } else if (at >= offset && !(header.isTransactional && dropping.has(header.producerId))) {
          offsets.push(at)
          const value = record.value === null ? null : Buffer.from(record.value).toString()
          table.set(Buffer.from(record.key!).toString(), { offset: at, value })
        }
      }
      offset = last + 1n
    }
  }
  return { table, offsets }
}

const key = fc.constantFrom('a', 'b', 'c', 'd')
const pairs = fc.array(fc.tuple(key, fc.option(fc.nat({ max: 99 }))), { minLength: 1, maxLength: 3 })
const producerId = fc.constantFrom(7n, 8n)
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('put' as const), pairs, gzip: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('begin' as const), pairs, producerId }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('end' as const), commit: fc.boolean(), producerId }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('clean' as const), afterMs: fc.nat({ max: 400 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('forget' as const), producerId }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
)

const config = {
  ...logConfigOf({ config: new Map([['cleanup.policy', 'compact']]) }),
  minCleanableRatio: 0,
  deleteRetentionMs: 300,
}

it('whatever happens', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), fc.constantFrom(1, 200, 1000), (steps, segmentBytes) => {
      const log = newLog()
      const limits = { ...roomy, segmentBytes }
      const committed: Table = new Map()
      const pending = new Map<bigint, (readonly [string, Table extends Map<string, infer V> ? V : never])[]>()
      const sequences = new Map<bigint, number>()
      let wallMs = 1000
      for (const one of steps) {
        wallMs++
        switch (one.do) {
          case 'put':
          case 'begin': {
            const records = one.pairs.map(
              ([k, v]): RecordInput => ({ key: Buffer.from(k), value: v === null ? null : Buffer.from(String(v)) }),
            )
            const put = one.pairs.map(
              ([k, v], i) => [k, { offset: log.endOffset + BigInt(i), value: v === null ? null : String(v) }] as const,
            )
            const plain = { records, baseTimestamp: BigInt(wallMs) }
            const ids = one.pairs.map(([k]) => k)
            if (one.do === 'put') {
              for (const [k, v] of put) committed.set(k, v)
              append(log, ids, one.gzip ? { ...plain, compression: 'gzip' } : plain, limits, wallMs)
            } else {
              const baseSequence = sequences.get(one.producerId) ?? 0
              sequences.set(one.producerId, baseSequence + records.length)
              const producer = { producerId: one.producerId, producerEpoch: 0, baseSequence, isTransactional: true }
              append(log, ids, { ...plain, ...producer }, limits, wallMs)
              pending.set(one.producerId, [...(pending.get(one.producerId) ?? []), ...put])
            }
            break
          }
          case 'end': {
            const done = pending.get(one.producerId)
            if (done === undefined) break
            pending.delete(one.producerId)
            appendMarker(log, one.commit ? 'commit' : 'abort', one.producerId, BigInt(wallMs))
            if (one.commit)
              for (const [k, v] of done) if (v.offset >= (committed.get(k)?.offset ?? -1n)) committed.set(k, v)
            break
          }
          case 'clean': {
            wallMs += one.afterMs
            const what = cleanable(log, config, wallMs)
            if (what === undefined) break
            const found: string[] = []
            const then = uncleaned(log)
            clean(log, config, what, wallMs)
            checkCleaned(then, log, log.endOffset, (says) => found.push(says))
            expect(found).toEqual([])
            break
          }
          case 'forget':
            // producer.id.expiration.ms has passed, with nothing open.
            if (!pending.has(one.producerId)) log.producers.delete(one.producerId)
            break
          case 'restart': {
            const before = [...log.producers].map(([id, { epoch, batches: last }]) => [id, epoch, last.at(-1)] as const)
            const open = [...log.open]
            rebuildProducers(log)
            // Each of them goes on where it was.
            for (const [id, epoch, last] of before)
              expect(log.producers.get(id)).toMatchObject({
                epoch,
                batches: last === undefined ? [] : expect.arrayContaining([last]),
              })
            expect([...log.open]).toEqual(open)
          }
        }
      }
      for (const id of pending.keys()) appendMarker(log, 'abort', id, BigInt(wallMs))
      const { table, offsets } = readAll(log, 0n)
      for (const [k, v] of committed) {
        if (v.value !== null) expect(table.get(k)).toEqual(v)
        else expect(table.get(k) ?? v).toEqual(v)
      }
      for (const k of table.keys()) expect(committed.has(k)).toBe(true)
      // Offsets never repeat or go back; from any offset on comes the next one that is there.
      expect([...offsets].sort((one, other) => Number(one - other))).toEqual(offsets)
      expect(new Set(offsets).size).toBe(offsets.length)
      for (let from = 0n; from < log.endOffset; from++)
        expect(readAll(log, from).offsets).toEqual(offsets.filter((offset) => offset >= from))
    }),
    { numRuns: Number(process.env.ACKWARD_RUNS ?? 300) },
  )
})
