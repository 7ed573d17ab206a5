/**
 * Inputs that the harness wrote into a topic, and what consumers made of them.
 *
 * Lost is: at the last rest there is no effect, no try under way, and either a committed position has gone past the record, or its
 * partition is owned by a consumer that sits there idle. What an operator's restart did not move and nobody owns is open, not lost:
 * `progress-after-heal` tells that story.
 */
import { evidence } from '../evidence.ts'
import type { Fault } from '../verdicts.ts'
import { wasCut } from '../views/end.ts'
import type { Written } from '../views/inputs.ts'
import { place } from '../views/offset.ts'
import type { Deed } from '../views/work.ts'
import type { Views } from '../views.ts'
import type { Losses } from './outcome.ts'
import { leftByPolicy } from './policy.ts'
import { passedBy, wipedBefore } from './position.ts'

export function consumed(views: Views, losses: Losses): void {
  for (const input of views.inputs) {
    const deeds = views.works.deedsOf(input.message, input.topic)
    if (deeds.some(({ record }) => record?.lostAt === undefined)) continue
    const lost = lostDeed(views, input, deeds)
    if (lost === undefined) judge(views, input, losses)
    else losses.lost.push(lost)
  }
}

/** What it wrote was stored in all copies that were in sync, and is gone by a rule that whoever configured the cluster has chosen. */
function lostDeed(views: Views, { message }: Written, deeds: readonly Deed[]): Fault | undefined {
  for (const { record, op } of deeds) {
    const cut = record && wasCut(views, record, -1)
    if (record === undefined || cut === undefined) continue
    const says = `${message} (${place(record.log.topic, record.log.partition, record.offset)}) was stored and ${cut.says}`
    return { party: 'configuration', evidence: evidence(says, [message], [op, cut.op], cut.clause) }
  }
  return undefined
}

function judge(views: Views, input: Written, { lost, excused, open }: Losses): void {
  const { message, topic, partition, offset } = input
  const rest = views.phases.last
  if (rest === undefined) {
    open.push({ message, why: 'the run did not come to rest' })
    return
  }
  const handlings = views.handlings.of(message)
  const tries = views.works.triesOf(message)
  if ([...handlings, ...tries].some((op) => views.byWhat.openAt(op, rest.upTo))) {
    open.push({ message, why: 'it was still being handled when the run ended' })
    return
  }
  const where = `${message} (${place(topic, partition, offset)})`
  const story = [input.op, ...handlings.map((op) => op.index), ...tries.map((op) => op.index)]
  const told = (says: string, ...ops: readonly number[]) => ({
    party: 'application' as const,
    evidence: evidence(`${where} ${says}`, [message], [...story, ...ops], 'lost'),
  })
  const saw = handlings.length === 0 ? 'was never handed to a handler' : 'was handled'

  const passed = passedBy(views, input)
  // Written after a reset and never delivered: it was skipped from a position that dates from before the reset. That is nobody's fault as
  // long as it is Kafka's own; what a group hands out after a reset comes without one, so a position from before is the application's.
  const reset = handlings.length === 0 ? views.wipes.ofTopic(topic, -1, input.op, partition) : undefined
  const policy = handlings.length === 0 ? leftByPolicy(views, input) : undefined
  const lose = (says: string, assigned: number, ...ops: readonly number[]) => {
    if (policy !== undefined) lost.push(policy)
    else if (reset === undefined || assigned > reset.op) lost.push(told(says, ...ops))
    else excused.push({ ...told(`was written after the ${reset.by} and skipped`, reset.op, ...ops), by: reset.by })
  }
  if (passed !== undefined) {
    const { line, move } = passed
    if (move.by === 'operator' && handlings.length === 0) {
      const says = `${saw}, as an operator moved group ${line.group} to ${move.offset}, past it`
      excused.push({ ...told(says, move.op), by: 'offset-reset' })
      return
    }
    lose(`${saw} and has no effect, and group ${line.group} committed ${move.offset}, past it`, -1, move.op)
    return
  }
  const wipe = wipedBefore(views, input, rest.upTo)
  if (wipe !== undefined) {
    excused.push({ ...told(`was removed by the ${wipe.by} before it had an effect`, wipe.op), by: wipe.by })
    return
  }
  if (!rest.settled) {
    open.push({ message, why: 'the application never came to rest' })
    return
  }
  const owner = views.lives.ownersAt(topic, partition, rest.upTo)[0]
  if (owner === undefined) {
    open.push({ message, why: `nobody owned ${place(topic, partition)} when the run ended` })
    return
  }
  const idle = `${saw} and has no effect, and ${owner.life.process}, which owns ${place(topic, partition)}, is idle`
  lose(idle, owner.assigned.index, rest.upTo)
}
