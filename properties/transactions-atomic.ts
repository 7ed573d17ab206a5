import { offsetsTopic } from '../harness/model/internal-topics.ts'
import { evidence } from './evidence.ts'
import type { Clause, Evidence, Property } from './property.ts'
import { holds, unknown, violatedIf } from './verdicts.ts'
import type { Begun } from './views/begun.ts'
import type { OpOf } from './views/by-what.ts'
import { place } from './views/offset.ts'
import type { Decision } from './views/transactions.ts'
import type { Views } from './views.ts'

const clauses = {
  markers: {
    name: 'same-end-everywhere',
    says: 'what the coordinator decided of a transaction is what comes to be in each of its partitions',
    explains: ['lost', 'repeated'],
  },
  offsets: {
    name: 'offsets-with-records',
    says: 'the offsets that were given to a transaction are committed if it is, and never otherwise',
    explains: ['lost', 'repeated'],
  },
} as const satisfies Record<string, Clause>

/**
 * A transaction ends the same way in all of its partitions and with its offsets. Markers land one by one, so this is judged at the last
 * rest only; a transaction that is open then is nobody's fault here.
 * Smallest violation: the coordinator decides to commit a transaction with orders/0 and orders/1, and orders/1 never gets a marker.
 */
export const transactionsAtomic: Property = {
  name: 'transactions-atomic',
  party: 'cluster',
  says: 'a transaction is committed or aborted in all of its partitions and with its offsets',
  cannotSee:
    'a partition that was offline at the end; offsets of a transaction whose sendOffsets() did not resolve; what was decided and then lost with its coordinator',
  clauses: Object.values(clauses),
  applies: () => true,
  judge(views) {
    const { decisions } = views.transactions
    if (decisions.length === 0) return holds
    const rest = views.phases.last
    if (rest === undefined) return unknown('the run ended before it came to rest, and markers land one by one')
    const found: Evidence[] = []
    for (const decision of decisions) if (decision.op < rest.op.index) markers(views, decision, rest.upTo, found)
    for (const begun of views.begun) offsets(views, begun, rest.upTo, found)
    return violatedIf(found, 'cluster')
  },
}

function markers(views: Views, decision: Decision, upTo: number, found: Evidence[]): void {
  const { is, producerId, transactionalId, partitions, op } = decision
  if (views.wipes.ofTransactions(op, upTo) !== undefined) return
  const next = views.transactions.decisions.find((one) => one.producerId === producerId && one.op > op)?.op
  for (const { topic, partition } of partitions) {
    if (views.wipes.ofTopic(topic, op, upTo, partition) !== undefined || isOffline(views, topic, partition)) continue
    const marker = views.byWhat
      .of('marker')
      .find(
        ({ index, body }) =>
          index > op &&
          index < (next ?? Number.POSITIVE_INFINITY) &&
          body.producerId === producerId &&
          body.topic === topic &&
          body.partition === partition,
      )
    if (marker?.body.is === is) continue
    const messages = views.transactions.parts
      .filter((part) => part.producerId === producerId && part.topic === topic && part.partition === partition)
      .filter((part) => (marker === undefined ? part.marker === undefined : part.marker === marker))
      .flatMap(({ records }) => records.map(({ message }) => message))
    const what = marker === undefined ? 'has no marker of it' : `has the marker ${marker.body.is}`
    const says = `the coordinator decided to ${is} a transaction of ${transactionalId}, and ${place(topic, partition)} ${what}`
    found.push(evidence(says, messages, [op, marker?.index, upTo], clauses.markers.name))
  }
}

function isOffline(views: Views, topic: string, partition: number): boolean {
  const logs = views.phases.last?.state?.body.logs ?? []
  return logs.some((log) => log.topic === topic && log.partition === partition && !log.online)
}

function offsets(views: Views, begun: Begun, upTo: number, found: Evidence[]): void {
  const given = begun.offsets.filter((op) => views.byWhat.endOf(op)?.phase === 'ok')
  if (given.length === 0) return
  const decision = decisionOf(views, begun)
  if (decision === undefined || decision.op > upTo) return
  for (const op of given) {
    const isForgotten = views.wipes.ofCommits(op.index, upTo) ?? views.wipes.ofTransactions(op.index, upTo)
    if (isForgotten !== undefined) continue
    for (const { topic, partition, offset } of op.body.offsets) {
      if (views.wipes.ofTopic(topic, op.index, upTo, partition) !== undefined) continue
      const committed = views.byWhat.of('committed').find(
        ({ index, body }) =>
          index > op.index &&
          body.group === op.body.group &&
          body.topic === topic &&
          body.partition === partition &&
          body.offset === offset &&
          // Those of an aborted transaction may be given to the next one.
          (decision.is === 'commit' || (body.producerId === decision.producerId && index < nextOf(views, decision))),
      )
      if ((committed !== undefined) === (decision.is === 'commit')) continue
      if (decision.is === 'commit' && isOutrun(views, op, decision, { topic, partition })) continue
      const what = committed === undefined ? 'was not committed with it' : 'was committed all the same'
      const says = `offset ${offset} of ${place(topic, partition)} was given to a transaction of ${decision.transactionalId} that the coordinator decided to ${decision.is}, and ${what}`
      found.push(evidence(says, [], [op.index, decision.op, committed?.index], clauses.offsets.name))
    }
  }
}

/**
 * Whether somebody else committed there after these offsets lay in the log and before their marker did. Which of two commits is the later one is
 * decided by where they lie (CommitRecordMetadataAndOffset): the marker then makes nothing visible.
 */
function isOutrun(
  views: Views,
  given: OpOf<'send-offsets'>,
  { op: decided, producerId }: Decision,
  { topic, partition }: { readonly topic: string; readonly partition: number },
): boolean {
  const marker = views.byWhat
    .of('marker')
    .find(({ index, body }) => index > decided && body.producerId === producerId && body.topic === offsetsTopic)
  if (marker === undefined) return false
  return views.byWhat
    .of('committed')
    .some(
      ({ index, body }) =>
        index > given.index &&
        index < marker.index &&
        body.group === given.body.group &&
        body.topic === topic &&
        body.partition === partition,
    )
}

/** What became of it, as the coordinator has it. A transaction that was given something is decided before the next one of its id. */
export function decisionOf(views: Views, { op, began }: Begun): Decision | undefined {
  return views.transactions.decisions.find((one) => one.transactionalId === op.body.transactionalId && one.op > began)
}

function nextOf({ transactions }: Views, { op, producerId }: Decision): number {
  return (
    transactions.decisions.find((one) => one.op > op && one.producerId === producerId)?.op ?? Number.POSITIVE_INFINITY
  )
}
