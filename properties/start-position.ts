import { evidence } from './evidence.ts'
import type { Clause, Property } from './property.ts'
import { type Fault, violatedBy } from './verdicts.ts'
import type { OpOf } from './views/by-what.ts'
import type { Consumer } from './views/consumers.ts'
import type { LogRecord, PartitionLog } from './views/log.ts'
import { offsetOf, place } from './views/offset.ts'
import { endOf, logAt, namesOf, startOf, visibleBetween } from './views/visible.ts'
import type { Views } from './views.ts'

const clauses = {
  skipped: {
    name: 'starts-not-behind',
    says: 'after an assignment nothing is skipped that lies behind the committed position or, without one, the declared policy',
    explains: ['lost'],
    advice:
      'Keep the offset up to which a partition has been handled in your own store, and seek() there on GROUP_JOIN.',
  },
  rewound: {
    name: 'starts-not-before',
    says: 'after an assignment nothing is handed out that lies before the committed position or, without one, the declared policy',
    explains: ['repeated'],
    advice:
      'Keep the offset up to which a partition has been handled in your own store, with the effect, and skip what lies below it.',
  },
} as const satisfies Record<string, Clause>

/**
 * The first record that is handed out after an assignment is the one at the committed position; without one (or where the position is out
 * of range) the first or the next, as `fromBeginning` says. Any position counts that was committed between the assignment and that record,
 * as nobody says when it was looked up. Records that this process was handed before are not skipped: it has them.
 * Smallest violation: group g has committed 1 in orders/0, where m1 and m2 lie; it is assigned to c, and c is handed m1.
 */
export const startPosition: Property = {
  name: 'start-position',
  party: 'client',
  says: 'after an assignment a consumer goes on at the committed position, or where the declared policy says',
  cannotSee:
    'a consumer that is handed nothing; a subscription by pattern, whose policy is not known; a position that a broker answered wrongly; several consumers of one group in one process',
  clauses: Object.values(clauses),
  applies: () => true,
  judge(views) {
    const faults: Fault[] = []
    const seen = new Set<string>()
    for (const op of views.handlings.all) {
      const consumer = views.consumers.of(op)
      const first = op.body.records[0]
      if (consumer?.number === undefined || first === undefined) continue
      const assigned = consumer.assigned.findLast(({ index }) => index < op.index)
      const owns = assigned?.body.partitions.some(
        (own) => own.partition === first.partition && own.topic === first.topic,
      )
      // What was handed out without an assignment is judged in one-owner.
      if (assigned === undefined || owns !== true) continue
      const key = `${assigned.index} ${first.partition} ${first.topic}`
      if (seen.has(key)) continue
      seen.add(key)
      look(views, consumer, assigned, op, faults)
    }
    return violatedBy(faults)
  },
}

function look(
  views: Views,
  consumer: Consumer,
  assigned: OpOf<'assigned'>,
  op: OpOf<'handler'>,
  faults: Fault[],
): void {
  const { topic, partition, offset, message } = op.body.records[0]!
  if (views.wipes.ofTopic(topic, assigned.index, op.index) !== undefined) return
  const isSeek = ({ index, process, incarnation, body }: OpOf<'seek'>) =>
    process === op.process && incarnation === op.incarnation && index < op.index && body.partition === partition
  if (views.byWhat.of('seek').some((one) => isSeek(one) && one.body.topic === topic)) return
  const log = logAt(views, topic, partition, op.index)
  if (log === undefined) return
  const at = offsetOf(offset)
  const positions = positionsAt(views, consumer, assigned, op, log)
  if (
    positions === undefined ||
    positions.some((one) => one.from <= at && skipped(views, log, one, at, op).length === 0)
  )
    return
  const position = positions.at(-1)!
  const where = `${message || 'a record'} (${place(topic, partition, offset)})`
  const left = skipped(views, log, position, at, op)
  const [messages, clause, what] =
    at < position.from
      ? [[message], clauses.rewound, 'which lies before it']
      : [left.map((record) => record.message), clauses.skipped, `and not ${namesOf(left)}`]
  const says = `${op.process} began ${place(topic, partition)} with ${where}, though ${position.why}, ${what}`
  faults.push({
    party: 'client',
    evidence: evidence(says, messages, [assigned.index, position.op, op.index], clause.name),
  })
}

interface Position {
  /** Nothing before this offset is to come. */
  readonly from: number
  /** Nothing behind this offset may be left out. */
  readonly upTo: number
  readonly why: string
  readonly op?: number
}

/** Where it may begin, the likeliest last; undefined where nobody can say. */
function positionsAt(
  views: Views,
  consumer: Consumer,
  assigned: OpOf<'assigned'>,
  op: OpOf<'handler'>,
  log: PartitionLog,
): readonly Position[] | undefined {
  const { topic, partition } = log
  const { group } = op.body
  const line = views.commits.find((one) => one.group === group && one.topic === topic && one.partition === partition)
  const wipe = views.wipes.all.findLast((one) => one.op < assigned.index && (one.topic ?? topic) === topic)?.op ?? -1
  const moves = (line?.moves ?? []).filter((move) => move.op > wipe && move.op < op.index)
  const before = moves.findLast((move) => move.op < assigned.index)
  const committed = moves.filter((move) => move === before || move.op > assigned.index)
  const start = startOf(views, log, op.index)
  const end = endOf(views, log, op.index)
  const positions = committed
    .filter(({ offset }) => offset >= start && offset <= end)
    .map(({ offset, op }) => ({ from: offset, upTo: offset, why: `group ${group} had committed ${offset}`, op }))
  if (before !== undefined && positions.length === committed.length) return positions
  // Nothing committed, or out of range: the policy decides.
  const policy = consumer.policy(topic, assigned.index)
  if (policy === undefined) return undefined
  const first = endOf(views, log, assigned.index)
  const declared =
    policy === 'earliest'
      ? { from: start, upTo: start, why: `group ${group} had no position there and begins at the beginning` }
      : // It looked the end up at some moment since.
        {
          from: first,
          upTo: Number.POSITIVE_INFINITY,
          why: `group ${group} had no position there and begins at the end`,
        }
  return [declared, ...positions]
}

function skipped(
  views: Views,
  log: PartitionLog,
  { upTo }: Position,
  at: number,
  op: OpOf<'handler'>,
): readonly LogRecord[] {
  if (upTo >= at) return []
  const had = (message: string) =>
    views.handlings
      .of(message)
      .some(
        ({ index, process, incarnation }) =>
          index < op.index && process === op.process && incarnation === op.incarnation,
      )
  return visibleBetween(views, log, upTo, at, op.index).filter(({ message }) => !had(message))
}
