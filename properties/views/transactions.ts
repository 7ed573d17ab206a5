/**
 * Transactions as the cluster stored them: in each partition the records of one producer between two of its markers; what the coordinator
 * decided; and the epochs that it gave out.
 */
import type { ByWhat, OpOf } from './by-what.ts'
import { listOf, push } from './lists.ts'
import type { LogRecord, Logs } from './log.ts'

/** The records of one producer in one partition, up to the marker that ended them. */
export interface Part {
  readonly producerId: string
  readonly topic: string
  readonly partition: number
  readonly topicId: string
  readonly records: readonly LogRecord[]
  /** Undefined while they are open. */
  readonly marker: OpOf<'marker'> | undefined
}

export interface Decision {
  readonly is: 'commit' | 'abort'
  /** Index of the op that says so. */
  readonly op: number
  readonly transactionalId: string
  readonly producerId: string
  readonly producerEpoch: number
  readonly partitions: readonly { readonly topic: string; readonly partition: number }[]
  /** When all markers were written and the coordinator was done; undefined while it is not. */
  readonly completed: number | undefined
}

export interface Transactions {
  readonly parts: readonly Part[]
  /** The part that this record belongs to; undefined where it is in no transaction. */
  partOf(record: LogRecord): Part | undefined
  readonly decisions: readonly Decision[]
  /** The epoch that this producer id had last been given before this op; undefined where nobody says. */
  epochBefore(producerId: string, op: number): OpOf<'transaction'> | undefined
  /** Its transactional id; undefined where nobody says. */
  idOf(producerId: string): string | undefined
  /** Whether readers of committed records never get it: its transaction was aborted. */
  isAborted(record: LogRecord): boolean
}

interface Growing extends Part {
  readonly records: LogRecord[]
  marker: OpOf<'marker'> | undefined
}

export function transactionsOf(byWhat: ByWhat, logs: Logs): Transactions {
  const parts: Growing[] = []
  const partOf = new Map<LogRecord, Growing>()
  const markers = byWhat.of('marker')
  for (const log of logs.all) collect(byWhat, log, markers, parts, partOf)
  const states = byWhat.of('transaction')
  return {
    parts,
    partOf: (record) => partOf.get(record),
    decisions: decisionsOf(states),
    epochBefore: (producerId, op) =>
      states
        .filter((one) => one.index < op && one.body.producerId === producerId)
        .reduce<OpOf<'transaction'> | undefined>(
          (most, one) => (most === undefined || one.body.producerEpoch > most.body.producerEpoch ? one : most),
          undefined,
        ),
    idOf: (producerId) => states.find(({ body }) => body.producerId === producerId)?.body.transactionalId,
    isAborted: (record) => partOf.get(record)?.marker?.body.is === 'abort',
  }
}

function collect(
  byWhat: ByWhat,
  log: Logs['all'][number],
  markers: readonly OpOf<'marker'>[],
  parts: Growing[],
  partOf: Map<LogRecord, Growing>,
): void {
  const own = markers.filter(({ body }) => body.topicId === log.topicId && body.partition === log.partition)
  const batches = new Map(byWhat.of('appended').map((op) => [op.index, op.body]))
  const open = new Map<string, Growing>()
  let next = 0
  const closeUpTo = (op: number) => {
    for (; next < own.length && own[next]!.index < op; next++) {
      const marker = own[next]!
      const part = open.get(marker.body.producerId)
      if (part !== undefined) part.marker = marker
      open.delete(marker.body.producerId)
    }
  }
  for (const record of log.records) {
    const batch = batches.get(record.op)
    if (batch?.transactional !== true) continue
    closeUpTo(record.op)
    const { producerId, topic, partition, topicId } = batch
    let part = open.get(producerId)
    if (part === undefined) {
      open.set(producerId, (part = { producerId, topic, partition, topicId, records: [], marker: undefined }))
      parts.push(part)
    }
    part.records.push(record)
    partOf.set(record, part)
  }
  closeUpTo(Number.POSITIVE_INFINITY)
}

function decisionsOf(states: readonly OpOf<'transaction'>[]): readonly Decision[] {
  const decisions: Decision[] = []
  const byId = new Map<string, OpOf<'transaction'>[]>()
  for (const op of states) push(byId, op.body.transactionalId, op)
  for (const op of states) {
    const { state, transactionalId, producerId, producerEpoch, partitions } = op.body
    const is = state === 'PrepareCommit' ? 'commit' : state === 'PrepareAbort' ? 'abort' : undefined
    if (is === undefined) continue
    // A coordinator that reads its log again says what it found there.
    const later = listOf(byId, transactionalId).filter(({ index }) => index > op.index)
    const end = later.find((other) => /^Complete/.test(other.body.state))
    const again = decisions.findLast((one) => one.transactionalId === transactionalId)
    if (again?.producerEpoch === producerEpoch && (again.completed ?? Number.POSITIVE_INFINITY) > op.index) continue
    decisions.push({ is, op: op.index, transactionalId, producerId, producerEpoch, partitions, completed: end?.index })
  }
  return decisions
}
