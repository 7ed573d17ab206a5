/**
 * What the cluster stored: every record ever appended, by (topic id, partition, offset) and by message. A topic that is created
 * again has another topic id and so another log: offsets are only compared within one.
 */
import type { ByWhat, OpOf } from './by-what.ts'
import { listOf, none } from './lists.ts'
import { offsetOf } from './offset.ts'

export interface LogRecord {
  readonly log: PartitionLog
  readonly offset: number
  /** '' where the record has no identity. */
  readonly message: string
  /** Index of the `appended` op. */
  readonly op: number
  /** Its place in that batch: sequence number = base sequence + this. */
  readonly at: number
  /** Index of the op that tells that the next leader does not have it; undefined: it was not lost. */
  readonly lostAt: number | undefined
}

export interface PartitionLog {
  readonly topic: string
  readonly topicId: string
  readonly partition: number
  /** How often the volume that had this partition had been wiped: each time offsets begin at 0 again, under the same topic id. */
  readonly era: number
  /** Index of the op of its first append, lost since or not. */
  readonly firstOp: number
  /** Those that no change of leader has lost; in order of offset, which is also the order of appending. */
  readonly records: readonly LogRecord[]
  /** Those that one has, in the order in which they were lost. Others may lie at their offsets now. */
  readonly lost: readonly LogRecord[]
  /** Appends that did not lie behind all before them. A cluster never does this: judged in `offsets`, kept out of `records`. */
  readonly misplaced: readonly OpOf<'appended'>[]
}

export interface Logs {
  /** In order of the first append. */
  readonly all: readonly PartitionLog[]
  /** The logs that this partition had, one per topic id, in order of the first append. */
  of(topic: string, partition: number): readonly PartitionLog[]
  /** As it was at this op. */
  byId(topicId: string, partition: number, at: number): PartitionLog | undefined
  /** Every place where this message was appended, in order of appending, in whatever topic, also in logs that are gone. */
  copiesOf(message: string): readonly LogRecord[]
  /** Messages that were appended more than once, whatever to, in order of their second append. */
  readonly repeated: Iterable<string>
}

interface Growing extends PartitionLog {
  readonly records: (LogRecord & { lostAt: number | undefined })[]
  readonly lost: LogRecord[]
  readonly misplaced: OpOf<'appended'>[]
}

export function logsOf(byWhat: ByWhat): Logs {
  const all: Growing[] = []
  const byTopic = new Map<string, Growing[][]>()
  const byTopicId = new Map<string, Growing[][]>()
  const byMessage = new Map<string, LogRecord[]>()
  const repeated = new Set<string>()
  const eras = new Map<string, number>()

  const logOf = ({ index, body: { topic, topicId, partition } }: OpOf<'appended'>): Growing => {
    const ofId = listOf(byTopicId, topicId)
    const known = ofId[partition]?.at(-1)
    const era = eras.get(`${topicId}/${partition}`) ?? 0
    if (known?.era === era) return known
    const log: Growing = { topic, topicId, partition, era, firstOp: index, records: [], lost: [], misplaced: [] }
    ;(ofId[partition] ??= []).push(log)
    all.push(log)
    const ofTopic = listOf(byTopic, topic)
    ;(ofTopic[partition] ??= []).push(log)
    return log
  }

  const wipe = ({ body: { topicId, partition } }: OpOf<'wiped'>): void => {
    const key = `${topicId}/${partition}`
    eras.set(key, (eras.get(key) ?? 0) + 1)
  }
  const lose = ({ index, body }: OpOf<'lost'>): void => {
    const log = byTopicId.get(body.topicId)?.[body.partition]?.at(-1)
    if (log === undefined) return
    const gone = log.records.splice(positionOf(log, offsetOf(body.from)))
    for (const record of gone) record.lostAt = index
    log.lost.push(...gone)
  }
  const regain = ({ body }: OpOf<'regained'>): void => {
    const log = byTopicId.get(body.topicId)?.[body.partition]?.at(-1)
    if (log === undefined) return
    const from = offsetOf(body.from)
    const back = log.lost.filter(({ offset, message }) => offset >= from && body.messages.includes(message))
    for (const record of back) {
      log.lost.splice(log.lost.indexOf(record), 1)
      log.records.push(Object.assign(record, { lostAt: undefined }))
    }
    log.records.sort((one, other) => one.offset - other.offset)
  }
  const ends = [...byWhat.of('wiped'), ...byWhat.of('lost'), ...byWhat.of('regained')]
  ends.sort((one, other) => one.index - other.index)
  let next = 0
  const upTo = (index: number): void => {
    for (let end = ends[next]; end !== undefined && end.index < index; end = ends[++next]) {
      if (end.body.what === 'wiped') wipe(end as OpOf<'wiped'>)
      else if (end.body.what === 'regained') regain(end as OpOf<'regained'>)
      else lose(end as OpOf<'lost'>)
    }
  }
  for (const op of byWhat.of('appended')) {
    upTo(op.index)
    if (op.body.topic.startsWith('__')) continue // what coordinators write for themselves: no message of anybody
    const log = logOf(op)
    const base = offsetOf(op.body.baseOffset)
    if (op.body.deposed) {
      // By a leader that had not heard that it leads no more.
      for (const [at, message] of op.body.messages.entries()) {
        const record: LogRecord = { log, offset: base + at, message, op: op.index, at, lostAt: op.index }
        log.lost.push(record)
        if (message !== '') listOf(byMessage, message).push(record)
      }
      continue
    }
    const last = log.records.at(-1)
    if (last !== undefined && base <= last.offset) {
      log.misplaced.push(op)
      continue
    }
    for (const [at, message] of op.body.messages.entries()) {
      const record = { log, offset: base + at, message, op: op.index, at, lostAt: undefined }
      log.records.push(record)
      if (message === '') continue
      const copies = byMessage.get(message)
      if (copies === undefined) byMessage.set(message, [record])
      else {
        copies.push(record)
        repeated.add(message)
      }
    }
  }
  upTo(Number.POSITIVE_INFINITY)
  return {
    all,
    of: (topic, partition) => byTopic.get(topic)?.[partition] ?? none,
    byId: (topicId, partition, at) => byTopicId.get(topicId)?.[partition]?.findLast(({ firstOp }) => firstOp < at),
    copiesOf: (message) => byMessage.get(message) ?? none,
    repeated,
  }
}

/** Position in `records` of the first record at this offset or behind it; their number when there is none. */
export function positionOf(log: PartitionLog, offset: number): number {
  const { records } = log
  const first = records[0]
  if (first === undefined || offset <= first.offset) return 0
  // Without gaps (compaction, control records) the offset says the position.
  const guess = offset - first.offset
  if (records[guess]?.offset === offset) return guess
  let low = 0
  let high = records.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (records[middle]!.offset < offset) low = middle + 1
    else high = middle
  }
  return low
}

/** All that have ever lain at this offset, those that were lost first. */
export function recordsAt(log: PartitionLog, offset: number): readonly LogRecord[] {
  const now = recordAt(log, offset)
  const lost = log.lost.filter((record) => record.offset === offset)
  return now === undefined ? lost : [...lost, now]
}

export function recordAt(log: PartitionLog, offset: number): LogRecord | undefined {
  const record = log.records[positionOf(log, offset)]
  return record?.offset === offset ? record : undefined
}
