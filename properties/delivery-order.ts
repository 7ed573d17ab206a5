import { evidence } from './evidence.ts'
import type { Clause, Property } from './property.ts'
import { type Fault, violatedBy } from './verdicts.ts'
import type { OpOf } from './views/by-what.ts'
import type { Consumer } from './views/consumers.ts'
import { offsetOf, place } from './views/offset.ts'
import { logAt, namesOf, startOf, visibleBetween } from './views/visible.ts'
import type { Views } from './views.ts'

const clauses = {
  once: {
    name: 'once-per-assignment',
    says: 'eachMessage is called in the order of offsets, and once per record and assignment unless it threw',
    explains: ['repeated'],
    advice:
      'Keep in your own store, with the effect, the offset up to which a partition has been handled, and skip what lies below it.',
  },
  skipped: {
    name: 'nothing-skipped',
    says: 'between two records that are handed out, none is left out',
    explains: ['lost'],
    advice:
      'In eachMessage compare the offset with the last one of that partition, and seek() back where visible records may be missing between them; control records and aborted ones leave gaps as well.',
  },
  alone: {
    name: 'one-at-a-time',
    says: 'eachMessage of one partition is never called while it is still running',
    explains: ['repeated'],
    advice: 'Guard the handler with a lock per partition.',
  },
} as const satisfies Record<string, Clause>

/**
 * Within one assignment the records of a partition are handed out in order, each once, none left out, and one call at a time. After a
 * handler that threw they begin again with what it had in hand. A declared reset (a seek, an operator, a topic created again, a log whose
 * beginning was deleted, a position out of range) begins anew.
 * Smallest violation: m1 at orders/0@0 is handled, and then m1 again, with nothing in between.
 */
export const deliveryOrder: Property = {
  name: 'delivery-order',
  party: 'client',
  says: 'within an assignment records are handed out in order, once, none left out, and one call at a time',
  cannotSee:
    'what eachBatch resolved before it threw, or with eachBatchAutoResolve off: it may go on anywhere within its batch; several consumers of one group in one process',
  clauses: Object.values(clauses),
  applies: () => true,
  judge(views) {
    const faults: Fault[] = []
    const walks = new Map<string, Walk>()
    for (const op of views.handlings.all) {
      const consumer = views.consumers.of(op)
      if (consumer?.number === undefined) continue
      const { topic, partition } = op.body.records[0] ?? { topic: '', partition: -1 }
      const key = `${partition} ${views.consumers.keyOf(op)} ${topic}`
      const before = walks.get(key)
      if (before !== undefined) step(views, consumer, before, op, faults)
      walks.set(key, { op })
      within(views, op, faults)
    }
    return violatedBy(faults)
  },
}

/** The call before, in this partition. */
interface Walk {
  readonly op: OpOf<'handler'>
}

function step(views: Views, consumer: Consumer, { op: before }: Walk, op: OpOf<'handler'>, faults: Fault[]): void {
  const [first, last, now] = [before.body.records[0]!, before.body.records.at(-1)!, op.body.records[0]!]
  const { topic, partition } = now
  const tell = (says: string, messages: readonly string[], clause: Clause, ...ops: readonly number[]) =>
    faults.push({
      party: 'client',
      evidence: evidence(says, messages, [before.index, ...ops, op.index], clause.name),
    })
  const where = `${now.message || 'a record'} (${place(topic, partition, now.offset)})`
  if (views.byWhat.openAt(before, op.index)) {
    const says = `${op.process} was handed ${where} while it was still at ${place(topic, partition, last.offset)}`
    tell(says, [now.message], clauses.alone)
  }
  if (beginsAnew(views, consumer, before, op)) return
  const [from, to] = rangeAfter(views, consumer, before, offsetOf(first.offset), offsetOf(last.offset))
  const at = offsetOf(now.offset)
  if (at < from) {
    const says = `${op.process} was handed ${where} again, after ${place(topic, partition, last.offset)} in the same assignment`
    tell(says, [now.message], clauses.once)
  }
  const log = logAt(views, topic, partition, op.index)
  const missing = log === undefined || at <= to ? [] : visibleBetween(views, log, to, at, op.index)
  if (missing.length > 0) {
    const says = `${op.process} was handed ${where} right after @${last.offset}, and not ${namesOf(missing)}`
    const messages = missing.map(({ message }) => message)
    tell(says, messages, clauses.skipped, ...missing.slice(0, 3).map((record) => record.op))
  }
}

/** Where it may go on: not before the first, and without leaving out anything from the second on. */
function rangeAfter(
  views: Views,
  consumer: Consumer,
  before: OpOf<'handler'>,
  first: number,
  last: number,
): [number, number] {
  const isBatch = before.body.highWatermark !== undefined
  const done = views.byWhat.endOf(before)?.phase === 'ok'
  if (isBatch && (!done || consumer.running(before.index)?.eachBatchAutoResolve === false)) return [first, last + 1]
  return done ? [last + 1, last + 1] : [first, first]
}

/** Whether anything between these two calls allows the second to begin where it likes. */
function beginsAnew(views: Views, { assigned }: Consumer, before: OpOf<'handler'>, op: OpOf<'handler'>): boolean {
  const { topic, partition } = op.body.records[0]!
  const between = ({ index }: { readonly index: number }) => index > before.index && index < op.index
  const own = (one: { readonly process: string; readonly incarnation: number }) =>
    one.process === op.process && one.incarnation === op.incarnation
  if (assigned.some(between) || views.byWhat.of('crashed').some((one) => between(one) && own(one))) return true
  const there = (body: { readonly topic: string; readonly partition: number }) =>
    body.topic === topic && body.partition === partition
  if (views.byWhat.of('seek').some((one) => between(one) && own(one) && there(one.body))) return true
  if (views.wipes.ofTopic(topic, before.index, op.index) !== undefined) return true
  // kafkajs asks for the beginning or the end by committing -2 or -1.
  const reset = views.byWhat
    .of('committed')
    .some(
      (one) => between(one) && there(one.body) && one.body.group === op.body.group && one.body.offset.startsWith('-'),
    )
  if (reset) return true
  const log = logAt(views, topic, partition, op.index)
  return log !== undefined && startOf(views, log, op.index) > offsetOf(before.body.records.at(-1)!.offset) + 1
}

/** One batch. */
function within(views: Views, op: OpOf<'handler'>, faults: Fault[]): void {
  const { records } = op.body
  if (records.length < 2) return
  const log = logAt(views, records[0]!.topic, records[0]!.partition, op.index)
  if (log === undefined) return
  for (const [nth, { topic, partition, offset, message }] of records.entries()) {
    const next = records[nth + 1]
    if (next === undefined) break
    const [at, then] = [offsetOf(offset), offsetOf(next.offset)]
    const missing = then <= at + 1 ? [] : visibleBetween(views, log, at + 1, then, op.index)
    if (then > at && missing.length === 0) continue
    const clause = then > at ? clauses.skipped : clauses.once
    const what = then > at ? `without ${namesOf(missing)} between them` : 'in this order'
    const says = `${op.process} was handed ${place(topic, partition, offset)} and @${next.offset} in one batch, ${what}`
    const messages = then > at ? missing.map((record) => record.message) : [message, next.message]
    faults.push({ party: 'client', evidence: evidence(says, messages, [op.index], clause.name) })
  }
}
