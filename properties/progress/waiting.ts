/** What waits at a rest: inputs that are there to be handled, and groups that are behind. */
import { passedBy, wipedBefore } from '../outcomes/position.ts'
import type { Trial } from '../property.ts'
import { offsetOf, place } from '../views/offset.ts'
import type { Rest } from '../views/phases.ts'
import type { Views } from '../views.ts'

export interface Waiting {
  readonly message: string
  readonly says: string
  readonly ops: readonly number[]
  /** When it was handled after all. */
  readonly movedAt: number | undefined
  /** It was never handled, and at the end nobody is there who could. */
  readonly nobodyAtTheEnd: boolean
  /** What is said of it then. */
  readonly never: string
  /** Whose turn it was; empty where nobody says. */
  readonly processes: readonly string[]
}

export function waitingAt(views: Views, trial: Trial, upTo: number): readonly Waiting[] {
  return [...inTopics(views, upTo), ...forProcesses(views, trial, upTo), ...inFiles(views, trial, upTo)]
}

/** Records that are in their log, without an effect, and not passed by any group. */
function inTopics(views: Views, upTo: number): readonly Waiting[] {
  const found: Waiting[] = []
  const end = views.phases.last!.upTo
  for (const input of views.inputs) {
    const { message, topic, partition, offset, op } = input
    if (op > upTo) continue
    const movedAt = views.works.deedsOf(message, topic)[0]?.op
    if (movedAt !== undefined && movedAt <= upTo) continue
    if (passedBy(views, input, upTo) !== undefined || wipedBefore(views, input, upTo) !== undefined) continue
    found.push({
      message,
      says: `${message} (${place(topic, partition, offset)})`,
      ops: [op],
      movedAt,
      nobodyAtTheEnd:
        movedAt === undefined && passedBy(views, input) === undefined && isAbandoned(views, topic, partition, end),
      never: 'nobody ever came for it',
      processes: ownerNames(views, topic, partition, upTo),
    })
  }
  return found
}

function isAbandoned(views: Views, topic: string, partition: number, end: number): boolean {
  return !views.phases.last!.settled || views.lives.ownersAt(topic, partition, end).length === 0
}

/** Items for a process that it did not take, or took and cannot get rid of. */
function forProcesses(views: Views, trial: Trial, upTo: number): readonly Waiting[] {
  const found: Waiting[] = []
  const nowMs = views.history.ops[upTo]?.nowMs ?? 0
  for (const { id: message, to, atMs } of trial.plan.workload) {
    if (!('process' in to) || atMs > nowMs) continue
    const taken = views.handed.get(message)?.index
    const process = to.process
    if (taken === undefined || taken > upTo) {
      const says = `${message}, an input of ${process},`
      found.push({
        message,
        says,
        ops: [],
        movedAt: taken,
        nobodyAtTheEnd: taken === undefined,
        never: 'it never took it',
        processes: [process],
      })
      continue
    }
    const open = views.sends.of(message).find(({ send }) => views.byWhat.openAt(send.op, upTo))
    if (open === undefined) continue
    const movedAt = views.logs.copiesOf(message).find((copy) => copy.op > upTo)?.op
    const stored = views.logs.copiesOf(message).some((copy) => copy.op <= upTo)
    const says = `the send of ${message}`
    found.push({
      message,
      says,
      ops: [open.send.op.index],
      movedAt,
      nobodyAtTheEnd: !stored && movedAt === undefined,
      never: 'it was never stored',
      processes: [process],
    })
  }
  return found
}

/** Lines of files that are in no topic. What no restart brings there is lost, unless there is nobody to read it. */
function inFiles(views: Views, trial: Trial, upTo: number): readonly Waiting[] {
  const found: Waiting[] = []
  const nowMs = views.history.ops[upTo]?.nowMs ?? 0
  for (const { id: message, to, atMs } of trial.plan.workload) {
    if (!('file' in to) || atMs > nowMs) continue
    const movedAt = views.logs.copiesOf(message)[0]?.op
    if (movedAt !== undefined && movedAt <= upTo) continue
    found.push({
      message,
      says: `${message}, a line of ${to.file},`,
      ops: [],
      movedAt,
      nobodyAtTheEnd: movedAt === undefined && !views.phases.last!.settled,
      never: 'it never came into a topic',
      processes: [],
    })
  }
  return found
}

export interface Behind {
  readonly says: string
  readonly processes: readonly string[]
}

/** Groups that had not committed to the end of a log at the first rest, and had come further at the last. */
export function behindAt(views: Views, first: Rest, last: Rest): readonly Behind[] {
  if (first.state === undefined || last.state === undefined || first === last) return []
  const found: Behind[] = []
  for (const { group, topic, partition, offset } of first.state.body.committed) {
    const log = first.state.body.logs.find((one) => one.topic === topic && one.partition === partition)
    if (log === undefined || views.wipes.ofTopic(topic, first.upTo, last.upTo, partition) !== undefined) continue
    const later = last.state.body.committed.find(
      (one) => one.group === group && one.topic === topic && one.partition === partition,
    )
    const at = offsetOf(offset)
    if (at >= offsetOf(log.end) || later === undefined || offsetOf(later.offset) <= at) continue
    found.push({
      says: `group ${group} had committed ${offset} of ${log.end} in ${place(topic, partition)}`,
      processes: ownerNames(views, topic, partition, first.upTo),
    })
  }
  return found
}

function ownerNames(views: Views, topic: string, partition: number, upTo: number): readonly string[] {
  return views.lives.ownersAt(topic, partition, upTo).map(({ life }) => life.process)
}
