import { evidence } from './evidence.ts'
import type { Property } from './property.ts'
import { type Fault, violatedBy } from './verdicts.ts'
import type { CommitLine, Committed } from './views/commits.ts'
import { positionOf } from './views/log.ts'
import { place } from './views/offset.ts'
import type { Views } from './views.ts'

/**
 * The committed offset of a group in a partition never moves back, unless it was declared: the cluster was reset, the topic was created
 * again, a volume was wiped, or an operator's tool moved it (a commit of nobody: no member).
 *
 * Whose doing: the application's if it asked for this very commit, else the client's, which commits by itself; kafkajs commits -2 or -1
 * when a fetch was out of range. A `state` that shows less than was committed is the cluster's: it forgot.
 * Smallest violation: group g commits 2 in orders/0, then 1.
 */
export const committedNeverBack: Property = {
  name: 'committed-never-back',
  party: 'client',
  says: 'a committed offset never moves back undeclared',
  cannotSee:
    'a `seek()` of the application, and offsets that it hands to commitOffsetsIfNecessary in eachBatch: both look like the client’s own commits; a commit that vanished altogether',
  clauses: [
    {
      name: 'never-back',
      says: 'a committed offset never moves back undeclared',
      explains: ['repeated'],
      advice:
        'Let handlers recognise what they have seen: kafkajs commits -2 or -1, where fromBeginning points, when a fetch is out of range, and repeats what lies behind. With autoCommit: false and commitOffsets() from one place, what an older handler commits late cannot overtake a newer commit.',
    },
  ],
  applies: () => true,
  judge(views) {
    const faults: Fault[] = []
    for (const line of views.commits) {
      let before: Committed | undefined
      for (const move of line.moves) {
        if (before !== undefined && move.offset < before.offset && !declared(views, line, before, move)) {
          faults.push(tell(views, line, before, move))
        }
        before = move
      }
    }
    return violatedBy(faults)
  },
}

function declared(views: Views, { topic, partition }: CommitLine, before: Committed, move: Committed): boolean {
  if (move.by === 'operator' || views.wipes.ofTopic(topic, before.op, move.op, partition) !== undefined) return true
  if (views.wipes.ofCommits(before.op, move.op) !== undefined) return true
  // Asking for the beginning or the end, where what was committed is no place in the log.
  if (move.offset >= 0) return false
  return isCutOff(views, topic, partition, before, move) || isPastTheEnd(views, topic, partition, before)
}

/** Who goes on after its topic was created again commits where it was in the old log. */
function isPastTheEnd(views: Views, topic: string, partition: number, before: Committed): boolean {
  if (views.wipes.ofTopic(topic, -1, before.op, partition) === undefined) return false
  const log = views.logs.of(topic, partition).findLast((one) => one.firstOp < before.op)
  const since = log === undefined ? -1 : log.firstOp
  const isGone = log === undefined || views.wipes.ofLog(log, since, before.op) !== undefined
  const end = isGone ? 0 : (log.records.findLast(({ op }) => op < before.op)?.offset ?? -1) + 1
  return before.offset > end
}

function isCutOff(views: Views, topic: string, partition: number, before: Committed, move: Committed): boolean {
  return views.wipes.all.some(
    (wipe) =>
      wipe.before !== undefined &&
      wipe.topic === topic &&
      wipe.partition === partition &&
      wipe.op < move.op &&
      before.offset < wipe.before,
  )
}

function tell(views: Views, line: CommitLine, before: Committed, move: Committed): Fault {
  const { group, topic, partition } = line
  const asked = move.by === 'state' ? undefined : (askedFor(views, line, move) ?? givenBy(views, line, move))
  const party = move.by === 'state' ? 'cluster' : asked === undefined ? 'client' : 'application'
  const to =
    move.offset < 0 ? `${move.offset}, which asks for the ${move.offset === -2 ? 'beginning' : 'end'}` : move.offset
  const says = `group ${group} had committed ${before.offset} in ${place(topic, partition)} and went back to ${to}`
  return { party, evidence: evidence(says, rewound(views, line, before, move), [before.op, asked, move.op]) }
}

/** The call of the application that asked for this commit: invoked before it was stored, and not answered before. */
function askedFor(views: Views, { group, topic, partition }: CommitLine, move: Committed): number | undefined {
  return views.byWhat
    .invoked('commit')
    .findLast(
      (op) =>
        op.index < move.op &&
        op.body.group === group &&
        (views.byWhat.endOf(op)?.index ?? move.op) >= move.op &&
        op.body.offsets.some(
          (at) => at.topic === topic && at.partition === partition && Number(at.offset) === move.offset,
        ),
    )?.index
}

/** The call that gave this offset to a transaction. kafkajs names neither member nor generation, so nobody fences it by those. */
function givenBy(views: Views, { group, topic, partition }: CommitLine, move: Committed): number | undefined {
  if (move.by !== 'transaction') return undefined
  return views.byWhat
    .invoked('send-offsets')
    .findLast(
      ({ index, body }) =>
        index < move.op &&
        body.group === group &&
        body.offsets.some(
          (at) => at.topic === topic && at.partition === partition && Number(at.offset) === move.offset,
        ),
    )?.index
}

/** The messages that the group will see again. */
function rewound(
  views: Views,
  { topic, partition }: CommitLine,
  before: Committed,
  move: Committed,
): readonly string[] {
  const log = views.logs.of(topic, partition).findLast((one) => one.firstOp < move.op)
  if (log === undefined) return []
  const again = log.records.slice(positionOf(log, Math.max(0, move.offset)), positionOf(log, before.offset))
  return again.map(({ message }) => message).filter((message) => message !== '')
}
