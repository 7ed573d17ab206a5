/**
 * Inputs that were handed to a process, which is to write them into Kafka.
 *
 * Such an input comes once, like an HTTP request: when the process dies with it in hand, its sender sees the connection break and knows
 * that nothing was promised. Owed is what the process acknowledged. It does that in two ways: a `send()` of it resolved; or the process
 * *finished* with it: it took its next input (inputs are handed out one at a time, so asking for the next one says that this one is
 * done), or it stopped cleanly, or it sits at the last rest with no send of it open. An application that takes inputs ahead therefore
 * acknowledges ahead, and answers for what it held in memory when it crashed.
 */
import type { WorkItem } from '../../harness/plan.ts'
import { evidence } from '../evidence.ts'
import type { Party, Trial } from '../property.ts'
import type { Fault } from '../verdicts.ts'
import type { OpOf } from '../views/by-what.ts'
import { groupBy } from '../views/lists.ts'
import type { LogRecord } from '../views/log.ts'
import { acknowledged } from '../views/sends.ts'
import type { Views } from '../views.ts'
import type { Losses } from './outcome.ts'

/** Adds what was lost to `losses`; answers what was stored more than once. */
export function produced(views: Views, trial: Trial, losses: Losses): readonly Fault[] {
  const repeated: Fault[] = []
  const items = trial.plan.workload.filter(toProcess)
  if (items.length === 0) return repeated
  for (const { id } of items) {
    const copies = views.logs.copiesOf(id)
    if (copies.length > 1) repeated.push(...storedAgain(views, id, copies))
    if (copies.some((copy) => views.wipes.ofLog(copy.log, copy.op) === undefined)) continue
    const input = views.handed.get(id)
    if (input !== undefined) judgeLoss(views, input, copies, losses)
  }
  return repeated
}

export const toProcess = (item: WorkItem): boolean => 'process' in item.to

/** There is no copy of it, or none is left. */
function judgeLoss(views: Views, input: OpOf<'input'>, copies: readonly LogRecord[], losses: Losses): void {
  const { message } = input.body
  const sent = views.sends.of(message)
  const story = () => [input.index, ...sent.flatMap(({ send }) => [send.op.index, send.end?.index])]
  const told = (says: string, party: Party, ...ops: readonly (number | undefined)[]) => ({
    party,
    evidence: evidence(`${message} ${says}`, [message], [...story(), ...ops]),
  })

  if (copies[0] !== undefined) {
    const wipe = views.wipes.ofLog(copies[0].log, copies[0].op)!
    losses.excused.push({ ...told(`was stored and then removed by the ${wipe.by}`, 'cluster', wipe.op), by: wipe.by })
    return
  }
  const rest = views.phases.last
  if (rest === undefined) {
    losses.open.push({ message, why: 'the run did not come to rest' })
    return
  }
  if (sent.some(({ send }) => views.byWhat.openAt(send.op, rest.upTo))) {
    losses.open.push({ message, why: 'a send of it was still open when the run ended' })
    return
  }
  const resolved = sent.find(({ send }) => acknowledged(send))
  if (resolved !== undefined) {
    losses.lost.push(told(`was acknowledged to ${input.process} and is not in the log`, 'application'))
    return
  }
  const finished = finishedWith(views, input, rest.upTo)
  if (finished === undefined) return // not owed: its sender was told nothing
  const unheard = sent.some(({ send }) => send.end?.phase === 'ok')
  losses.lost.push(
    unheard
      ? told('was sent with acks=0 and is not in the log', 'configuration', finished.op)
      : told(`was taken by ${input.process}, which ${finished.how}, and is not in the log`, 'application', finished.op),
  )
}

/** How the process showed that it was done with this input. */
function finishedWith(views: Views, input: OpOf<'input'>, upTo: number): { how: string; op: number } | undefined {
  const sameLife = (op: { readonly process: string; readonly incarnation: number }) =>
    op.process === input.process && op.incarnation === input.incarnation
  const next = views.byWhat.of('input').find((op) => op.index > input.index && sameLife(op))
  if (next !== undefined) return { how: `went on to ${next.body.message}`, op: next.index }
  const life = views.lives.all.find(sameLife)
  if (life?.ended !== undefined && life.ended.index <= upTo) {
    return life.ended.body.is === 'stopped' ? { how: 'stopped cleanly', op: life.ended.index } : undefined
  }
  // Connecting, or waiting for an answer to something else: it is not done.
  const busy = views.history.ops.some(
    (op) => op.at === 'client' && sameLife(op) && op.index > input.index && views.byWhat.openAt(op, upTo),
  )
  return busy ? undefined : { how: 'is idle', op: upTo }
}

/** More than one copy in one log of one topic: whose doing? */
function storedAgain(views: Views, message: string, copies: readonly LogRecord[]): readonly Fault[] {
  const byTopicId = groupBy(copies, (copy) => copy.log.topicId)
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
    found.push({ party, evidence: evidence(says, [message], ops) })
  }
  return found
}
