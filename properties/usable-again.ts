import { evidence } from './evidence.ts'
import type { Clause, Property } from './property.ts'
import { type Fault, holds, unknown, violatedBy } from './verdicts.ts'
import type { OpOf } from './views/by-what.ts'
import type { Views } from './views.ts'

const clauses = {
  producer: {
    name: 'producer-works-again',
    says: 'a producer works again once what failed has passed',
    explains: [],
    advice:
      'When send() keeps failing, disconnect the producer and connect a new one; after a connection was reset within an answer kafkajs may never read that connection right again.',
  },
  transaction: {
    name: 'transactions-work-again',
    says: 'a producer can begin a transaction again after one that could not be ended',
    explains: [],
    advice:
      'When commit() or abort() throws, disconnect the producer and make a new one with the same transactionalId: its first transaction() has the coordinator finish or abort the old one. The old producer stays in COMMITTING or ABORTING for ever.',
  },
} as const satisfies Record<string, Clause>

type Call = OpOf<'send' | 'begin-transaction'>

/** After healing leaders are elected and metadata is asked for anew. */
const graceMs = 2_000

/**
 * A producer is usable again without a restart of its process: of what it is asked once everything has healed not all fails. Two failures
 * and no success are asked for, a while after healing; what kafkajs refuses by itself does not count, but for a transaction that cannot
 * begin because kafkajs never got over the end of the last one.
 *
 * That a consumer goes on is judged in progress-after-heal.
 * Smallest violation: everything heals, and long after that two sends of a producer fail and none succeeds.
 */
export const usableAgain: Property = {
  name: 'usable-again',
  party: 'client',
  says: 'a producer works again once what failed has passed',
  cannotSee:
    'a producer that is asked for nothing after healing, or once; retries that the application allowed too few of',
  clauses: Object.values(clauses),
  applies: () => true,
  judge(views) {
    const { heal, last } = views.phases
    const calls = [...views.byWhat.invoked('send'), ...views.byWhat.invoked('begin-transaction')]
    if (calls.length === 0) return holds
    if (heal === undefined || last === undefined) return unknown('the run ended before it came to rest after healing')
    const late = calls.filter(({ index, nowMs }) => nowMs >= heal.nowMs + graceMs && index < last.upTo)
    const faults: Fault[] = []
    const producers = new Map<string, Call[]>()
    for (const op of late) {
      const key = `${op.process}#${op.incarnation}#${op.body.producer}`
      producers.set(key, [...(producers.get(key) ?? []), op])
    }
    for (const own of producers.values()) look(views, own, faults)
    return violatedBy(faults)
  },
}

function look(views: Views, calls: readonly Call[], faults: Fault[]): void {
  const ends = calls.map((op) => endOf(views, op))
  if (ends.some((end) => end === undefined || end.phase === 'ok')) return
  const failed = calls.filter((op, nth) => counts(views, op, ends[nth]!))
  if (failed.length < 2) return
  const [first] = failed
  const what = first!.body.what === 'send' ? 'send()' : 'transaction()'
  const error = endOf(views, first!)?.body.error
  const says = `producer ${first!.body.producer} of ${first!.process} failed ${failed.length} times after everything had healed, and never succeeded: ${what} with ${error?.code || error?.name || 'an error'}`
  const ops = failed.flatMap((op) => [op.index, endOf(views, op)?.index])
  const clause = first!.body.what === 'send' ? clauses.producer : clauses.transaction
  faults.push({ party: 'client', evidence: evidence(says, [], ops, clause.name) })
}

function endOf(views: Views, op: Call): Call | undefined {
  return op.body.what === 'send'
    ? views.byWhat.endOf(op as OpOf<'send'>)
    : views.byWhat.endOf(op as OpOf<'begin-transaction'>)
}

function counts(views: Views, op: Call, end: Call): boolean {
  // Its process died meanwhile.
  if (end.body.error === undefined) return false
  if (op.body.what === 'send') return end.phase === 'unknown'
  // The state machine of kafkajs: what an application may not do is refused alike, so only an end that failed before makes it kafkajs'.
  return [...views.byWhat.invoked('commit-transaction'), ...views.byWhat.invoked('abort-transaction')].some(
    (other) =>
      other.index < op.index &&
      other.process === op.process &&
      other.incarnation === op.incarnation &&
      other.body.producer === op.body.producer &&
      views.byWhat.endOf(other)?.phase === 'unknown',
  )
}
