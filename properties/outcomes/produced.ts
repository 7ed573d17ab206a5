/**
 * Inputs that a process is to write into Kafka: it was handed them, or they are lines of a file that it reads.
 *
 * An input that is handed over comes once, like an HTTP request. When the process dies with it in hand its sender sees the connection
 * break, and when a send of it throws the application can tell its sender so: nothing was promised, and nothing is owed. Owed is what
 * the application could take for done:
 *
 * - an input of which a `send()` resolved;
 * - an input that it took and dropped: it lives at the last rest with nothing under way, or has stopped cleanly, and never gave it to a
 *   `send()`.
 *
 * The history has no answer to the sender, so an application that hides an error from its sender is not found out here; nor is one that
 * answers before it sends, and dies.
 *
 * A line of a file has no sender who could try again, and it is still there after any crash: it is owed from the beginning, and lost when
 * at the last rest it is in no topic and nobody is busy with it.
 */
import type { WorkItem } from '../../harness/plan/plan.ts'
import { evidence } from '../evidence.ts'
import type { Party, Trial } from '../property.ts'
import type { Fault } from '../verdicts.ts'
import type { OpOf } from '../views/by-what.ts'
import { isReadable, wasCut } from '../views/end.ts'
import { groupBy } from '../views/lists.ts'
import type { LogRecord } from '../views/log.ts'
import type { Rest } from '../views/phases.ts'
import { acknowledged, type Send } from '../views/sends.ts'
import type { Views } from '../views.ts'
import type { Losses } from './outcome.ts'

/** Adds what was lost to `losses`; answers what was stored more than once. */
export function produced(views: Views, trial: Trial, losses: Losses): readonly Fault[] {
  const repeated: Fault[] = []
  for (const item of trial.plan.workload) {
    if ('topic' in item.to) continue
    const { id } = item
    const copies = views.logs.copiesOf(id).filter((copy) => !views.transactions.isAborted(copy))
    const stored = copies.filter(({ lostAt }) => lostAt === undefined)
    if (stored.length > 1) repeated.push(...storedAgain(views, id, stored))
    const kept = copies.filter((copy) => views.wipes.ofLog(copy.log, copy.op, undefined, copy.offset) === undefined)
    if (kept.some((copy) => isReadable(views, copy))) continue
    judgeLoss(views, item, kept.length > 0 ? kept : copies, losses)
  }
  return repeated
}

/** There is no copy of it, or none is left. */
function judgeLoss(views: Views, item: WorkItem, copies: readonly LogRecord[], losses: Losses): void {
  const { id: message, to } = item
  const input = views.handed.get(message)
  if (input === undefined && 'process' in to) return
  const sent = views.sends.of(message)
  const story = () => [input?.index, ...sent.flatMap(({ send }) => [send.op.index, send.end?.index])]
  const told = (says: string, party: Party, clause: string, ...ops: readonly (number | undefined)[]) => ({
    party,
    evidence: evidence(`${message} ${says}`, [message], [...story(), ...ops], clause),
  })

  const resolved = sent.find(({ send }) => send.end?.phase === 'ok')?.send
  if (copies[0] !== undefined) {
    if (resolved === undefined && 'process' in to) return
    const wipe = views.wipes.ofLog(copies[0].log, copies[0].op, undefined, copies[0].offset)
    if (wipe !== undefined) {
      const gone = told(`was stored and then removed by the ${wipe.by}`, 'cluster', 'lost', wipe.op)
      losses.excused.push({ ...gone, by: wipe.by })
      return
    }
    judgeCut(views, copies.at(-1)!, resolved, told, losses)
    return
  }
  const rest = views.phases.last
  if (rest === undefined) {
    losses.open.push({ message, why: 'the run did not come to rest' })
    return
  }
  if (resolved !== undefined) {
    const [how, party, clause]: [string, Party, string] = acknowledged(resolved)
      ? [`was acknowledged to ${resolved.op.process}`, 'application', 'lost'] // `send-contract` takes the blame over
      : ['was sent with acks=0', 'configuration', 'acks-0']
    losses.lost.push(told(`${how} and is not in the log`, party, clause))
    return
  }
  if (sent.some(({ send }) => views.byWhat.openAt(send.op, rest.upTo))) {
    losses.open.push({ message, why: 'a send of it was still open when the run ended' })
    return
  }
  if ('file' in to) {
    judgeLine(message, to.file, rest, losses, told)
    return
  }
  if (input === undefined || sent.length > 0) return // it threw, or its process died: the sender could be told
  const dropped = droppedBy(views, input, rest.upTo)
  if (dropped === undefined) return
  losses.lost.push(
    told(
      `was taken by ${input.process}, which ${dropped.how} without ever sending it`,
      'application',
      'lost',
      dropped.op,
    ),
  )
}

/** It was stored, perhaps acknowledged, and is not there any more. */
function judgeCut(
  views: Views,
  copy: LogRecord,
  send: Send | undefined,
  told: (says: string, party: Party, clause: string, ...ops: readonly number[]) => Fault,
  losses: Losses,
): void {
  const acked = send === undefined ? 'was stored' : 'was acknowledged'
  const cut = wasCut(views, copy, send?.op.body.acks ?? -1)
  if (cut === undefined) {
    // `acknowledged-writes-survive` takes the blame over.
    losses.lost.push(told(`${acked} and is not readable at the end`, 'application', 'lost', copy.op))
  } else if (cut.clause === undefined) {
    losses.excused.push({ ...told(`was stored and ${cut.says}`, 'cluster', 'lost', cut.op), by: cut.by })
  } else {
    losses.lost.push(told(`${acked} and ${cut.says}`, 'configuration', cut.clause, cut.op))
  }
}

function judgeLine(
  message: string,
  file: string,
  { settled, upTo }: Rest,
  losses: Losses,
  told: (says: string, party: Party, clause: string, ...ops: readonly number[]) => Fault,
): void {
  const says = `is a line of ${file}, is in no topic, and nobody is busy with it`
  if (settled) losses.lost.push(told(says, 'application', 'lost', upTo))
  else losses.open.push({ message, why: `the application never came to rest after ${file}` })
}

/** How the process showed that it was done with an input that it never sent. */
function droppedBy(views: Views, input: OpOf<'input'>, upTo: number): { how: string; op: number } | undefined {
  const sameLife = (op: { readonly process: string; readonly incarnation: number }) =>
    op.process === input.process && op.incarnation === input.incarnation
  const life = views.lives.all.find(sameLife)
  if (life?.ended !== undefined && life.ended.index <= upTo) {
    return life.ended.body.is === 'stopped' ? { how: 'stopped cleanly', op: life.ended.index } : undefined
  }
  // Connecting, or waiting for something else: it may come to it yet.
  const busy = views.history.ops.some((op) => sameLife(op) && views.byWhat.openAt(op, upTo))
  return busy ? undefined : { how: 'is idle', op: upTo }
}

/** More than one copy in one log of one topic: whose doing? */
function storedAgain(views: Views, message: string, copies: readonly LogRecord[]): readonly Fault[] {
  // What a wiped volume had is not there twice.
  const byTopicId = groupBy(copies, ({ log }) => `${log.topicId}/${log.era}`)
  const found: Fault[] = []
  for (const same of byTopicId.values()) {
    if (same.length < 2) continue
    const { topic } = same[0]!.log
    const sent = views.sends.of(message).filter((one) => one.topic === topic)
    const ops = [...sent.map(({ send }) => send.op.index), ...same.map((copy) => copy.op)]
    const [party, why]: [Party, string] =
      sent.length >= same.length
        ? ['application', `the application sent it ${sent.length} times`]
        : sent.every(({ send }) => send.op.body.idempotent)
          ? ['application', 'its idempotent producer wrote it again'] // `no-duplicates-in-log` takes the blame over
          : ['configuration', 'the client sent it again after an error, and the producer is not idempotent']
    const says = `${message} is ${same.length} times in ${topic}: ${why}`
    const clause = party === 'configuration' ? 'not-idempotent' : 'repeated'
    found.push({ party, evidence: evidence(says, [message], ops, clause) })
  }
  return found
}
